"""Objects of the program's own classes that nobody sees being made, by what annotations say.

Frameworks, registries and callers elsewhere hand over what ``service: Service`` is written for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.injected import InjectionEvaluator
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Class,
    Object,
    Symbol,
    Unknown,
    Value,
    present,
    symbol_names,
)

_TYPING = ("typing", "typing_extensions")
# What says more of the class that it is written with first.
_AROUND = library.ANNOTATED | {
    f"{module}.{name}" for module in _TYPING for name in ("ClassVar", "Final", "Optional")
}
_UNIONS = frozenset(f"{module}.Union" for module in _TYPING)
# What anything is that has the same methods, without being made of the class.
_PROTOCOLS = frozenset(f"{module}.Protocol" for module in _TYPING)
# What is written with these is a value like others, such as a dict or a text.
_VALUES = re.compile(r"(?:enum\..*|builtins\.(?!object$).*|typing(?:_extensions)?\.TypedDict)")
# A class in quotes, which may be missing: ``"Optional[a.Service]"``.
_QUOTED = re.compile(r"\s*(?:(?:typing\.)?Optional\[)?\s*([\w.]+)\s*\]?\s*(?:\|\s*None)?\s*")


class PromiseEvaluator(InjectionEvaluator):
    """Takes what cannot be seen for what its annotation names; see :class:`InjectionEvaluator`."""

    def fulfilled(self, value: Value, annotation: cst.Annotation | None) -> Value:
        """A value, with what its annotation promises in place of what cannot be seen of it."""
        unseen = frozenset(atom for atom in value if self._is_unseen(atom))
        promised = self._own_objects(annotation) if unseen else NOTHING
        if not promised:
            return value
        # What cannot be seen yet may still be found: only the end tells.
        return value - unseen | (NOTHING if self.optimistic else promised)

    def _is_unseen(self, atom: Atom) -> bool:
        """Whether something is not known, or found in an object of another library."""
        foreign = isinstance(atom, Symbol) and not self.pack.is_legacy(atom.name)
        return foreign or isinstance(atom, Unknown)

    def filled(self, value: Value, annotation: cst.Annotation | None) -> Value:
        """The same, where somebody else gives what nobody is seen to give."""
        if present(value):
            return self.fulfilled(value, annotation)
        promised = self._own_objects(annotation)
        return value | promised if promised and not self.optimistic else value

    def _own_objects(self, annotation: cst.Annotation | None) -> Value:
        """The objects of classes of the program that an annotation stands for."""
        return self._promised_by(annotation.annotation) if annotation is not None else NOTHING

    def _promised_by(self, annotation: cst.BaseExpression) -> Value:
        if isinstance(annotation, cst.BinaryOperation):
            return self._promised_by(annotation.left) | self._promised_by(annotation.right)
        if isinstance(annotation, cst.Subscript):
            named = symbol_names(self.values.get(annotation.value, NOTHING))
            inner = [e.slice.value for e in annotation.slice if isinstance(e.slice, cst.Index)]
            taken = inner if named & _UNIONS else inner[: bool(named & _AROUND)]
            return NOTHING.union(*map(self._promised_by, taken))
        if isinstance(annotation, cst.SimpleString):
            text = annotation.evaluated_value
            quoted = _QUOTED.fullmatch(text) if isinstance(text, str) else None
            return self._objects(self._found(quoted[1])) if quoted is not None else NOTHING
        if isinstance(annotation, cst.Name):
            return self._objects(self._found(annotation.value))
        return self._objects(self.values.get(annotation, NOTHING))

    def _found(self, dotted: str) -> Value:
        """What a name stands for when all of the module has been executed."""
        head, *rest = dotted.split(".")
        scope = self.scope.binding_scope(head)
        value = self.load(("name", scope.node, head)) if scope is not None else NOTHING
        for name in rest:
            value = self.attribute(value, name)
        return value

    def _objects(self, classes: Iterable[object]) -> Value:
        promised = NOTHING
        for atom in classes:
            if isinstance(atom, Class):
                near = [atom.node, *self._closure(atom.node, "base")]
                bases = NOTHING.union(*(self.load(("foreign base", each)) for each in near))
                names = symbol_names(bases)
                if not any(map(_VALUES.fullmatch, names)):
                    promised |= {Object(atom.node, promised=True)}
                    promised |= UNKNOWN if names & _PROTOCOLS else NOTHING
        return promised

    # -- declarations -------------------------------------------------------------------------

    def declared(self, node: cst.AnnAssign) -> Value:
        """What a variable or attribute holds that is annotated, and given a value or not."""
        value = self.evaluate(node.value)
        if present(value) or present(self._held(node) - self._own_objects(node.annotation)):
            return self.fulfilled(value, node.annotation)
        return self.filled(value, node.annotation)

    def _held(self, node: cst.AnnAssign) -> Value:
        """What is seen to be stored anywhere in what is annotated."""
        if not isinstance(node.target, cst.Name):
            return self.evaluate(node.target) - UNKNOWN
        owner = self.scope.binding_scope(node.target.value)
        return self.load(("name", owner.node, node.target.value)) - UNKNOWN if owner else NOTHING

    def _keep_promise(self, function: cst.FunctionDef) -> None:
        """Have a function that returns nothing here, as abstract ones do, give what it says."""
        if not (self.load(("return", function)) or self.load(("yield", function))):
            self.store(("return", function), self.filled(NOTHING, function.returns))
