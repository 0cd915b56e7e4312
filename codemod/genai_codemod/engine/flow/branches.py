"""Which branches of ``if`` statements exclude each other, because both test the same thing.

``if provider == "a": model = A()``, and later ``if provider == "a": model.ask()``: what other
branches assign does not get there, as long as ``provider`` stays what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.syntax.module_syntax import Scope, SyntaxIndex, literal, target_names

MAKERS = ("__init__", "__post_init__")
TRUE = frozenset({True})
ASSIGNING = (
    cst.AssignTarget,
    cst.AnnAssign,
    cst.AugAssign,
    cst.NamedExpr,
    cst.For,
    cst.AsName,
    cst.Del,
    cst.MatchAs,
    cst.MatchStar,
    cst.ImportAlias,
    cst.FunctionDef,
    cst.ClassDef,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that does not change is one of some values, or it is none of them.

    ``place`` is what is tested: the scope or class that it belongs to, and its name and attributes.
    """

    place: tuple[object, ...]
    values: frozenset[object]
    holds: bool

    def excludes(self, other: Condition) -> bool:
        """Whether both cannot be true at once."""
        if self.place != other.place:
            return False
        if self.holds and other.holds:
            return not self.values & other.values
        if self.holds:
            return self.values <= other.values
        return other.holds and other.values <= self.values


Path = tuple[Condition, ...]


def exclude(one: Path, other: Path) -> bool:
    """Whether code under some conditions and code under others cannot meet."""
    return any(mine.excludes(theirs) for mine in one for theirs in other)


class Branches:
    """What the tests of a program say of things that do not change."""

    def __init__(self, modules: Iterable[SourceModule]) -> None:
        self._known: dict[tuple[cst.CSTNode, bool], Path] = {}
        self._names: dict[SyntaxIndex, dict[str, list[cst.Name]]] = {}
        self._attributes: dict[str, list[tuple[SyntaxIndex, cst.Attribute]]] = defaultdict(list)
        for module in modules:
            index, names = module.index, defaultdict(list)
            assigning = index.nodes(*ASSIGNING)
            for target in (target for node in assigning for target in _targets(node)):
                if isinstance(target, cst.Attribute):
                    self._attributes[target.attr.value].append((index, target))
                elif isinstance(target, cst.Name):
                    names[target.value].append(target)
            self._names[index] = names

    def conditions(
        self, test: cst.BaseExpression, index: SyntaxIndex, scope: Scope, *, holds: bool
    ) -> Path:
        """What is known where a test was true, or false."""
        if (test, holds) not in self._known:
            self._known[test, holds] = self._conditions(test, index, scope, holds=holds)
        return self._known[test, holds]

    def _conditions(
        self, test: cst.BaseExpression, index: SyntaxIndex, scope: Scope, *, holds: bool
    ) -> Path:
        match test:
            case cst.UnaryOperation(operator=cst.Not(), expression=inner):
                return self.conditions(inner, index, scope, holds=not holds)
            case cst.BooleanOperation(left=left, operator=operator, right=right):
                if isinstance(operator, cst.And) is holds:
                    sides = (left, right)
                    return sum((self.conditions(s, index, scope, holds=holds) for s in sides), ())
                return ()
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget() as right]):
                return self._compared(left, right, index, scope, holds=holds)
            case cst.Name() | cst.Attribute():
                place = self._place(test, index, scope)
                return (Condition((*place, bool), TRUE, holds),) if place else ()
        return ()

    def _compared(
        self,
        left: cst.BaseExpression,
        right: cst.ComparisonTarget,
        index: SyntaxIndex,
        scope: Scope,
        *,
        holds: bool,
    ) -> Path:
        values: list[object] = []
        if isinstance(right.operator, cst.Equal | cst.NotEqual):
            values = [literal(right.comparator)]
        elif isinstance(right.operator, cst.In | cst.NotIn):
            if isinstance(right.comparator, cst.Tuple | cst.List | cst.Set):
                values = [literal(element.value) for element in right.comparator.elements]
        if not values or not all(isinstance(value, str) for value in values):
            return ()
        place = self._place(left, index, scope)
        if not place:
            return ()
        negated = isinstance(right.operator, cst.NotEqual | cst.NotIn)
        return (Condition(place, frozenset(values), holds is not negated),)

    def _place(
        self, node: cst.BaseExpression, index: SyntaxIndex, scope: Scope
    ) -> tuple[object, ...]:
        """What stands for a variable or attribute that does not change; empty for others."""
        attributes: list[str] = []
        while isinstance(node, cst.Attribute):
            attributes.insert(0, node.attr.value)
            node = node.value
        if not isinstance(node, cst.Name):
            return ()
        owner = scope.binding_scope(node.value)
        if owner is None or not self._assigned_once(node.value, owner, index):
            return ()
        if not all(self._only_made(name, scope) for name in attributes):
            return ()
        if (definition := class_of_self(owner, node.value)) is not None:
            return (definition, *attributes) if attributes else ()
        if not attributes and (kept := self._kept_on_self(node.value, owner)) is not None:
            return kept
        return (owner.node, node.value, *attributes)

    def _assigned_once(self, name: str, owner: Scope, index: SyntaxIndex) -> bool:
        targets = [
            target
            for target in self._names[index][name]
            if index.scope(target).binding_scope(name) is owner
        ]
        once = len(targets) + _is_parameter(name, owner.node) == 1
        return once and all(_runs_once(target, owner, index) for target in targets)

    def _only_made(self, name: str, scope: Scope) -> bool:
        """Whether an attribute is only assigned where objects are made, and that is done here."""
        found = self._attributes.get(name, [])
        owners = [(index.scope(target), index, target) for index, target in found]
        return all(
            isinstance(owner.node, cst.FunctionDef)
            and owner.node.name.value in MAKERS
            and _runs_once(target, owner, index)
            for owner, index, target in owners
        ) and (len(found) == 1 or scope.node not in [owner.node for owner, *_ in owners])

    def _kept_on_self(self, name: str, owner: Scope) -> tuple[object, ...] | None:
        """The attribute that a parameter of ``__init__`` becomes."""
        if owner.parent is None or not isinstance(owner.parent.node, cst.ClassDef):
            return None
        if not isinstance(owner.node, cst.FunctionDef) or owner.node.name.value not in MAKERS:
            return None
        for attribute, found in self._attributes.items():
            if len(found) != 1:
                continue
            index, target = found[0]
            assign = index.parents.get(index.parents[target])
            if index.scope(target) is owner and isinstance(assign, cst.Assign):
                if isinstance(assign.value, cst.Name) and assign.value.value == name:
                    return (owner.parent.node, attribute)
        return None


def class_of_self(owner: Scope | None, name: str) -> cst.ClassDef | None:
    """The class whose method has this first parameter."""
    if owner is None or owner.parent is None or not isinstance(owner.node, cst.FunctionDef):
        return None
    parameters = (*owner.node.params.posonly_params, *owner.node.params.params)
    if not parameters or parameters[0].name.value != name or owner.node.decorators:
        return None
    return owner.parent.node if isinstance(owner.parent.node, cst.ClassDef) else None


def _runs_once(target: cst.CSTNode, owner: Scope, index: SyntaxIndex) -> bool:
    """Whether an assignment is executed at most once each time its scope is."""
    if index.scope(target) is not owner:
        return False
    for parent in index.ancestors(target):
        if parent is owner.node:
            return True
        if isinstance(parent, cst.For | cst.While):
            return False
    return True


def _is_parameter(name: str, node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.FunctionDef):
        return False
    given = node.params
    extra = [each for each in (given.star_arg, given.star_kwarg) if isinstance(each, cst.Param)]
    every = (*given.posonly_params, *given.params, *given.kwonly_params, *extra)
    return any(each.name.value == name for each in every)


def _targets(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The variables and attributes that a node assigns."""
    match node:
        case cst.AnnAssign(value=None):
            return
        case (
            cst.AssignTarget(target=target)
            | cst.AnnAssign(target=target)
            | cst.AugAssign(target=target)
            | cst.NamedExpr(target=target)
            | cst.For(target=target)
            | cst.AsName(name=target)
            | cst.Del(target=target)
        ):
            yield from _parts(target)
        case cst.MatchAs(name=cst.Name() as name) | cst.MatchStar(name=cst.Name() as name):
            yield name
        case cst.ImportAlias(asname=None, name=name):
            yield name
        case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
            yield name


def _parts(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(target, cst.Attribute):
        yield target
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _parts(element.value)
    else:
        yield from target_names(target)
