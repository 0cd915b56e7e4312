"""What annotations promise, and what the parameters of functions are given."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.promises import PromiseEvaluator
from genai_codemod.engine.flow.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    Class,
    Container,
    Instance,
    Object,
    Symbol,
    Value,
    present,
)

Environment = dict[str, Value]
# Classes whose objects hold what their annotation names and are gone through or indexed.
_LISTS = frozenset(
    {
        "builtins.list", "collections.abc.Collection", "collections.abc.Iterable",
        "collections.abc.Sequence", "typing.Collection", "typing.Iterable", "typing.List",
        "typing.Sequence",
    }
)  # fmt: skip


class ParameterEvaluator(PromiseEvaluator):
    """Finds what a parameter or annotated variable can be; see :class:`PromiseEvaluator`."""

    def _annotated(self, node: cst.AnnAssign | cst.Param) -> Value:
        """What an annotation says of a value that is not seen."""
        annotation = node.annotation.annotation if node.annotation else None
        return library.annotated(annotation) or self.annotation_kind(annotation) or UNKNOWN

    def promised(self, annotation: cst.BaseExpression, *, asynchronous: bool) -> Value:
        """What an annotation says of a value that is looped over."""
        return self._as_iterated(self.annotation_kind(annotation), asynchronous=asynchronous)

    def _as_iterated(self, value: Value, *, asynchronous: bool) -> Value:
        """A value that is looped over, where the legacy class said nothing about that."""
        prefix = "Async" if asynchronous else "Iter"
        return frozenset(
            next(
                (
                    Instance(kind.name, atom.site)
                    for kind in self.pack.kinds.values()
                    if isinstance(atom, Instance)
                    and kind.annotated is not None
                    and kind.annotated.rpartition(".")[2].startswith(prefix)
                    and atom.kind in self._likes(kind.name)
                ),
                atom,
            )
            for atom in value
        )

    def _likes(self, kind: str) -> set[str]:
        """The kinds that a kind is like, all the way up."""
        found: set[str] = set()
        like = self.pack.kinds[kind].like
        while like is not None:
            found.add(like)
            like = self.pack.kinds[like].like
        return found

    def annotation_kind(self, annotation: cst.BaseExpression | None) -> Value:
        """The instance that an annotation with a legacy class stands for."""
        if annotation is None:
            return NOTHING
        if isinstance(annotation, cst.Subscript) and isinstance(
            element := annotation.slice[0].slice, cst.Index
        ):
            outer = self.values.get(annotation.value, NOTHING)
            names = {atom.name for atom in outer if isinstance(atom, Symbol)}
            if names & ({"typing.Optional"} | library.ANNOTATED):
                return self.annotation_kind(element.value)
            if names & _LISTS:
                inner = self.annotation_kind(element.value)
                return frozenset(_list_of(a) for a in inner if isinstance(a, Instance))
            return NOTHING
        if isinstance(annotation, cst.BinaryOperation):
            left = self.annotation_kind(annotation.left)
            return left or self.annotation_kind(annotation.right)
        found: Value = NOTHING
        for atom in self.values.get(annotation, NOTHING):
            if isinstance(atom, Symbol):
                for kind in self.pack.kinds.values():
                    if atom.name in kind.annotation:
                        found |= frozenset({Instance(kind.name, annotation)})
        return found

    def _declare_field(self, node: cst.AnnAssign, owner: cst.ClassDef, name: str) -> None:
        """Say what an annotated attribute of a class holds in objects that nobody sees made."""
        if self.optimistic:
            return
        promised = self._annotated(node)
        if promised == UNKNOWN:
            promised = self._own_objects(node.annotation) or UNKNOWN
        if node.value is None and not self.load(("attr", owner, name)):
            self.store(("attr", owner, name), promised)
        self.store(("field", owner, name), promised)

    def _all_parameters(self, node: cst.FunctionDef) -> list[cst.Param]:
        given = node.params
        extra = [p for p in (given.star_arg, given.star_kwarg) if isinstance(p, cst.Param)]
        return [*given.posonly_params, *given.params, *given.kwonly_params, *extra]

    def _parameters(self, node: cst.FunctionDef) -> None:
        for parameter in self._all_parameters(node):
            if parameter.annotation is not None:
                self.evaluate(parameter.annotation.annotation)
            if parameter.default is not None:
                value = self.evaluate(parameter.default)
                self.store(("param", node, parameter.name.value), value)
            self._inject(node, parameter)

    def _parameter_values(self, node: cst.FunctionDef) -> Environment:
        values: Environment = {}
        for position, parameter in enumerate(self._all_parameters(node)):
            name = parameter.name.value
            promised = self._annotated(parameter) if parameter.annotation else NOTHING
            looped = self.module.index.scopes[node].looped.get(name)
            if looped is not None:
                promised = self._as_iterated(promised, asynchronous=looped)
            seen = self.load(("param", node, name)) | self._requested(node, parameter)
            if promised and promised != UNKNOWN:
                kinds = {atom.kind for atom in promised if isinstance(atom, Instance)}
                known = frozenset(
                    atom
                    for atom in seen - UNKNOWN
                    if not kinds
                    or (isinstance(atom, Container) and any(map(_is_list, kinds)))
                    or (isinstance(atom, Instance) and self.pack.is_like(atom.kind, kinds))
                )
                seen = known if present(known) else (seen & NONE) | promised
            else:
                seen = self.filled(seen, parameter.annotation)
            owner = self.scope.node
            if position == 0 and isinstance(owner, cst.ClassDef) and not _decorated(node, "static"):
                atom = Class(owner) if _of_class(node) else Object(owner)
                seen = frozenset({atom})
            if parameter in (node.params.star_arg, node.params.star_kwarg):
                seen = frozenset({Container(parameter)})
            values[name] = seen if present(seen) else seen | self.unseen
        return values


def _list_of(atom: Instance) -> Instance:
    return Instance(f"list[{atom.kind}]", atom.site)


def _is_list(kind: str) -> bool:
    return kind.startswith("list[")


def _of_class(method: cst.FunctionDef) -> bool:
    """Whether a method is given the class itself, and no object of it."""
    return method.name.value in library.OF_CLASSES or _decorated(method, "classmethod")


def _decorated(node: cst.FunctionDef, prefix: str) -> bool:
    return any(
        isinstance(d.decorator, cst.Name) and d.decorator.value.startswith(prefix)
        for d in node.decorators
    )
