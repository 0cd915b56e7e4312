"""Which expressions a value can come from, by all the variables and parameters that hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Class, Function, Module, Object, present
from genai_codemod.engine.rule_packs.signature import Signature, bind
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_module
from genai_codemod.engine.tracing.homes import signature_of
from genai_codemod.engine.tracing.origins import binders

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The ``expressions`` that a value can come from.

    ``passed`` says that a function gets it as an argument, ``unseen`` that it may get another one
    than the default where that cannot be seen, and ``complete`` that nothing else can give it.
    """

    expressions: tuple[cst.BaseExpression, ...]
    passed: bool
    unseen: bool
    complete: bool


def alternatives(facts: Facts, value: cst.BaseExpression) -> Alternatives:
    """Where a value comes from in its program."""
    search = _Search(facts.whole)
    search.follow(value)
    return Alternatives(tuple(search.found), search.passed, search.unseen, search.complete)


class _Search:
    """Goes back from a value to the expressions that give it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.found: list[cst.BaseExpression] = []
        self.passed = False
        self.unseen = False
        self.complete = True
        self._followed: set[object] = set()

    def follow(self, value: cst.BaseExpression | None) -> None:
        if value is None or not self._is_new(value):
            self.complete = self.complete and value is not None
            return
        match value:
            case cst.BooleanOperation(left=left, operator=cst.Or(), right=right):
                self.follow(left)
                self.follow(right)
            case cst.IfExp(body=body, orelse=orelse):
                self.follow(body)
                self.follow(orelse)
            case cst.Name(value=name) if name not in ("None", "True", "False"):
                scope = self.facts.index.scope(value).binding_scope(name)
                self._variable(scope.node if scope is not None else None, name)
            case cst.Attribute(value=owner, attr=cst.Name(value=name)):
                self._attribute(owner, name)
            case _:
                self.found.append(value)

    def _is_new(self, place: object) -> bool:
        new = place not in self._followed
        self._followed.add(place)
        return new

    def _variable(self, owner: cst.CSTNode | None, name: str) -> None:
        """Follow all that gives a variable of a module or function its value."""
        if owner is None:
            self.complete = False
            return
        if not self._is_new((owner, name)):
            return
        *_, root = (owner, *self.facts.index.ancestors(owner))
        modules = self.facts.interpreter.modules
        module = next(each for each in modules.values() if each.index.module is root)
        bound = list(binders(module, owner, name))
        for binder in bound:
            match binder:
                case cst.Assign(targets=targets, value=value):
                    plain = any(isinstance(each.target, cst.Name) for each in targets)
                    self.follow(value if plain else None)
                case cst.AnnAssign(value=value) if value is None:
                    continue
                case cst.AnnAssign(value=value) | cst.NamedExpr(value=value):
                    self.follow(value)
                case cst.ImportAlias():
                    self._imported(module.imports, binder)
                case cst.Param():
                    self._parameter(binder)
                case _:
                    self.complete = False
        outside = list(self._assigned(name, {module.name})) if owner is root else []
        for value in outside:
            self.follow(value)
        self.complete = self.complete and bool(bound or outside)

    def _imported(self, imports: Mapping[str, str], alias: cst.ImportAlias) -> None:
        """Follow a name to the module of the program that it is imported from."""
        statement = self.facts.index.parents[alias]
        source = source_module(statement) if isinstance(statement, cst.ImportFrom) else ""
        if source not in imports:
            self.complete = False
            return
        there = self.facts.interpreter.modules[imports[source]].index.module
        self._variable(there, alias.evaluated_name)

    def _parameter(self, parameter: cst.Param) -> None:
        """Follow what all calls of a function, or its default, give to a parameter."""
        function = self.facts.enclosing(parameter, cst.FunctionDef, cst.Lambda)
        if not isinstance(function, cst.FunctionDef) or parameter not in (
            *function.params.params,
            *function.params.kwonly_params,
        ):
            self.complete = False
            return
        self.passed = True
        calls = list(self._calls(function))
        if not calls:
            self.unseen = True
            self.follow(parameter.default)
        for call in calls:
            self._argument(call, parameter, signature_of(self.facts, function))

    def _argument(self, call: cst.Call, parameter: cst.Param, signature: Signature) -> None:
        """Follow what a call gives to a parameter."""
        given = bind(call, signature).arguments.get(parameter.name.value)
        argument = call.args[given] if given is not None else None
        stars = {each.star for each in call.args}
        several = len(present(self.facts.value(call.func))) > 1
        if "**" in stars and argument is None:
            # What is in a dict is not looked at: it may hold this one, too.
            self.unseen = True
        elif several and (argument is None or argument.keyword is None):
            # It may be meant for another function.
            argument, self.unseen = None, True
        elif "*" in stars:
            self.complete = False
        self.follow(argument.value if argument is not None else parameter.default)

    def _calls(self, function: cst.FunctionDef) -> Iterator[cst.Call]:
        """The calls that run a function, those that make objects of its class among them."""
        owner = self.facts.enclosing(function, cst.ClassDef)
        run: set[cst.CSTNode] = {function}
        if isinstance(owner, cst.ClassDef) and function.name.value == "__init__":
            run |= set(self.facts.interpreter.family(owner))
        for call in self.facts.index.calls:
            for atom in self.facts.value(call.func):
                if isinstance(atom, Function | Class) and atom.node in run:
                    yield call
                    break

    def _attribute(self, owner: cst.BaseExpression, name: str) -> None:
        """Follow all that gives an attribute of an object or a module its value."""
        atoms = present(self.facts.value(owner))
        self.complete = self.complete and bool(atoms)
        for atom in atoms:
            match atom:
                case Module(name=module):
                    self._variable(self.facts.interpreter.modules[module].index.module, name)
                case Object(node=definition) | Class(node=definition):
                    self._of_objects(definition, name)
                case _:
                    self.complete = False

    def _of_objects(self, definition: cst.ClassDef, name: str) -> None:
        """Follow what is assigned to an attribute of the objects of a class, anywhere."""
        family = frozenset(self.facts.interpreter.family(definition))
        if not self._is_new((family, name)):
            return
        given = list(self._assigned(name, family))
        for related in family:
            if self.facts.interpreter.load(("foreign base", related)) or related.decorators:
                # Code that is not seen can give the attribute a value, too.
                self.unseen = True
            for statement in related.body.body:
                if isinstance(statement, cst.SimpleStatementLine):
                    given += [
                        part.value
                        for part in statement.body
                        if isinstance(part, cst.Assign | cst.AnnAssign) and name in _targets(part)
                    ]
        self.complete = self.complete and bool(given)
        for value in given:
            self.follow(value)

    def _assigned(
        self, name: str, holders: Collection[object]
    ) -> Iterator[cst.BaseExpression | None]:
        """What is assigned to an attribute of modules, by name, or of classes and their objects.

        None stands for what is not written as a value of its own.
        """
        index = self.facts.index
        for node in index.nodes(cst.AssignTarget, cst.AnnAssign):
            if self._is_of(node.target, name, holders):
                given = index.parents[node] if isinstance(node, cst.AssignTarget) else node
                assert isinstance(given, cst.Assign | cst.AnnAssign)
                yield given.value
        for changed in index.nodes(cst.AugAssign):
            if self._is_of(changed.target, name, holders):
                yield None
        for packed in index.nodes(cst.Tuple, cst.List):
            if isinstance(index.parents[packed], cst.AssignTarget | cst.For):
                if any(self._is_of(each.value, name, holders) for each in packed.elements):
                    yield None

    def _is_of(self, target: cst.BaseExpression, name: str, holders: Collection[object]) -> bool:
        """Whether an expression is an attribute of one of some modules, classes or objects."""
        return (
            isinstance(target, cst.Attribute)
            and target.attr.value == name
            and any(
                (atom.name if isinstance(atom, Module) else getattr(atom, "node", None)) in holders
                for atom in self.facts.value(target.value)
            )
        )


def _targets(statement: cst.Assign | cst.AnnAssign) -> set[str | None]:
    if isinstance(statement, cst.AnnAssign):
        return {dotted_name(statement.target)}
    return {dotted_name(each.target) for each in statement.targets}
