"""Where every node stands: parents, statements, scopes and positions of one module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TypeVar, cast, overload

import libcst as cst

from genai_codemod.engine.syntax.parts import parts
from genai_codemod.engine.syntax.positions import Positions
from genai_codemod.engine.syntax.strings import text_of

ScopeNode = cst.Module | cst.FunctionDef | cst.Lambda | cst.ClassDef
Held = TypeVar("Held")
Node = TypeVar("Node", bound=cst.CSTNode)
OtherNode = TypeVar("OtherNode", bound=cst.CSTNode)
Other = TypeVar("Other")
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)
_SCOPES = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})
_BINDING = frozenset(
    {
        cst.AnnAssign, cst.AsName, cst.AssignTarget, cst.AugAssign, cst.CompFor, cst.For,
        cst.Global, cst.ImportAlias, cst.MatchAs, cst.MatchStar, cst.NamedExpr, cst.Nonlocal,
        cst.Param,
    }
)  # fmt: skip


@dataclass(slots=True)
class Scope:
    """The names one module, class, function or lambda binds.

    ``looped`` are names that a loop or comprehension goes through, and whether that is ``async``.
    """

    node: ScopeNode
    parent: Scope | None
    names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    looped: dict[str, bool] = field(default_factory=dict)

    def binding_scope(self, name: str) -> Scope | None:
        """The scope whose variable ``name`` is, seen from here; None for a builtin."""
        if name in self.global_names:
            return self.module
        if name in self.names and name not in self.nonlocal_names:
            return self
        outer = self.parent
        while outer is not None:
            if not isinstance(outer.node, cst.ClassDef) and name in outer.names - (
                outer.global_names | outer.nonlocal_names
            ):
                return outer
            if name in outer.global_names:
                return outer.module
            outer = outer.parent
        return None

    @property
    def nodes(self) -> list[cst.CSTNode]:
        """What this scope is of, and all around it."""
        outer = self.parent.nodes if self.parent is not None else []
        return [self.node, *outer]

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


class SyntaxIndex:
    """Parents and scopes of every node of a module, gathered in one traversal."""

    def __init__(self, module: cst.Module, positions: Positions | None = None) -> None:
        """``positions`` are those of the module, if they are known already."""
        self.module = module
        self._known_positions = positions
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.scopes: dict[cst.CSTNode, Scope] = {}
        self.calls: list[cst.Call] = []
        # What was asked for before: nodes stay where they are.
        self._known_scopes: dict[cst.CSTNode, Scope] = {}
        self._children: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        self._of_kind: dict[type[cst.CSTNode], list[tuple[int, cst.CSTNode]]] = defaultdict(list)
        self._starred: dict[tuple[cst.ImportStar, str], cst.Name] = {}
        outermost = self.scopes[module] = Scope(module, None)
        self._gather(module, outermost)
        self.calls += self.nodes(cst.Call)

    def _gather(self, module: cst.Module, outermost: Scope) -> None:
        self._children[module] = parts(module)
        todo = [(child, cast(cst.CSTNode, module), outermost) for child in parts(module)[::-1]]
        while todo:
            node, parent, scope = todo.pop()
            self._add(node, parent)
            # The class itself is looked up: isinstance is slow where it says no, for LibCST.
            kind = node.__class__
            if kind in _SCOPES:
                scope = self._new_scope(node, scope)  # type: ignore[arg-type]
            elif kind in _BINDING:
                _bind_names(node, scope, outermost)
            self._children[node] = children = parts(node)
            todo += [(child, node, scope) for child in reversed(children)]

    def _add(self, node: cst.CSTNode, parent: cst.CSTNode) -> None:
        self._of_kind[node.__class__].append((len(self.parents), node))
        self.parents[node] = parent

    def _new_scope(self, node: cst.FunctionDef | cst.Lambda | cst.ClassDef, outer: Scope) -> Scope:
        if not isinstance(node, cst.Lambda):
            outer.names.add(node.name.value)
        scope = self.scopes[node] = Scope(node, outer)
        return scope

    @overload
    def nodes(self, kind: type[Node], /) -> list[Node]: ...
    @overload
    def nodes(self, kind: type[Node], other: type[OtherNode], /) -> list[Node | OtherNode]: ...
    @overload
    def nodes(self, *kinds: type[cst.CSTNode]) -> list[cst.CSTNode]: ...
    def nodes(self, *kinds: type[cst.CSTNode]) -> Sequence[cst.CSTNode]:
        """All nodes of some classes in the order of the source: no need to look at each node."""
        found = [
            numbered
            for kind, known in self._of_kind.items()
            if issubclass(kind, kinds)
            for numbered in known
        ]
        return [node for _, node in sorted(found, key=itemgetter(0))]

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """What imports bind: for each name, the module it comes from and its name there."""
        found: dict[str, tuple[str, str]] = {}
        for node in self.nodes(cst.Import, cst.ImportFrom):
            if isinstance(node.names, cst.ImportStar):
                continue
            for alias in node.names:
                bound = leftmost(alias.asname.name if alias.asname else alias.name)
                if isinstance(node, cst.ImportFrom):
                    found[bound] = (source_module(node), alias.evaluated_name)
                else:
                    found[bound] = (alias.evaluated_name, "")
        return found

    @cached_property
    def starred(self) -> list[str]:
        """The modules that everything is imported from."""
        return [
            source_module(node)
            for node in self.nodes(cst.ImportFrom)
            if isinstance(node.names, cst.ImportStar)
        ]

    def starred_name(self, star: cst.ImportStar, name: str) -> cst.Name:
        """A name that a star import binds: a node of its own, though nobody wrote it."""
        if (star, name) not in self._starred:
            self._starred[star, name] = node = cst.Name(name)
            self._add(node, star)
        return self._starred[star, name]

    def __contains__(self, node: cst.CSTNode) -> bool:
        return node in self.parents or node is self.module

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def children(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """The parts of a node, without whitespace: much faster than asking the node."""
        found = self._children.get(node)
        return parts(node) if found is None else found

    def within(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """A node and all its parts, the first ones first."""
        todo = [node]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(self.children(part)))

    def statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The innermost node that a comment line can stand above."""
        for candidate in (node, *self.ancestors(node)):
            if isinstance(candidate, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                return candidate
            if isinstance(candidate, cst.ExceptHandler | cst.ExceptStarHandler):
                return candidate
        return self.module

    def place(self, node: cst.CSTNode) -> cst.CSTNode:
        """The innermost node that a statement can be put in front of, or behind."""
        for candidate in (node, *self.ancestors(node)):
            if isinstance(candidate, cst.SimpleStatementSuite):
                return candidate
            if isinstance(candidate, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                return candidate
        return self.module

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope a node is evaluated in (decorators and defaults belong outside)."""
        found = self._known_scopes.get(node)
        if found is None:
            found = self._known_scopes[node] = self._found_scope(node)
        return found

    def _found_scope(self, node: cst.CSTNode) -> Scope:
        child = node
        for parent in self.ancestors(node):
            if parent.__class__ in _SCOPES and child is parent.body:
                return self.scopes[parent]
            child = parent
        return self.scopes[child if isinstance(child, cst.Module) else self.module]

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line (from 1) and column (from 0) of a node."""
        return self._positions.of(node)

    def line(self, node: cst.CSTNode) -> int:
        """The line (from 1) that a node begins in."""
        return self._positions.line(node)

    @cached_property
    def code(self) -> str:
        """The source of the module."""
        return self._positions.code

    @cached_property
    def _positions(self) -> Positions:
        known = self._known_positions
        return known if known and known.module is self.module else Positions(self.module)


def _bind_names(node: cst.CSTNode, scope: Scope, outermost: Scope) -> None:
    """Note what a node binds in the scope that it stands in."""
    match node:
        case (
            cst.AssignTarget(target=target)
            | cst.AnnAssign(target=target)
            | cst.AugAssign(target=target)
            | cst.NamedExpr(target=target)
            | cst.AsName(name=target)
        ):
            scope.names |= {name.value for name in target_names(target)}
        case cst.For(target=target, iter=iterated):
            scope.names |= {name.value for name in target_names(target)}
            if isinstance(iterated, cst.Name):
                scope.looped[iterated.value] = node.asynchronous is not None
        case cst.CompFor(iter=cst.Name(value=value)):
            scope.looped[value] = node.asynchronous is not None
        case (
            cst.Param(name=cst.Name(value=value))
            | cst.MatchAs(name=cst.Name(value=value))
            | cst.MatchStar(name=cst.Name(value=value))
        ):
            scope.names.add(value)
        case cst.Global(names=names):
            scope.global_names |= {item.name.value for item in names}
            outermost.names |= {item.name.value for item in names}
        case cst.Nonlocal(names=names):
            scope.nonlocal_names |= {item.name.value for item in names}
        case cst.ImportAlias(asname=None, name=name):
            scope.names.add(leftmost(name))


def block_of(suite: cst.SimpleStatementSuite) -> cst.IndentedBlock:
    """The statements that stand behind a colon, in a line of their own."""
    line = cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)
    return cst.IndentedBlock([line])


def leftmost(node: cst.CSTNode) -> str:
    """The first name of a dotted expression."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def dotted_name(node: cst.CSTNode | None) -> str | None:
    """``a.b.c`` as text, or None for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted_name(node.value)
        return f"{head}.{node.attr.value}" if head else None
    return None


def source_module(node: cst.ImportFrom) -> str:
    """What ``from ..a.b import c`` calls the module that it imports from: ``..a.b``."""
    return "." * len(node.relative) + (dotted_name(node.module) or "")


def bound_target(node: cst.CSTNode) -> cst.BaseExpression | None:
    """What an assignment, a loop or an ``as`` gives a value."""
    match node:
        case (
            cst.AssignTarget(target=target)
            | cst.AnnAssign(target=target)
            | cst.AugAssign(target=target)
            | cst.NamedExpr(target=target)
            | cst.For(target=target)
            | cst.CompFor(target=target)
            | cst.AsName(name=target)
        ):
            return target
    return None


def target_names(target: cst.CSTNode) -> Iterator[cst.Name]:
    """The plain names an assignment target binds."""
    match target:
        case cst.Name():
            yield target
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from target_names(element.value)
        case cst.StarredElement(value=value):
            yield from target_names(value)


def string_value(node: cst.CSTNode | None) -> str | None:
    """The value of a str literal, or None."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = text_of(node)
        return value if isinstance(value, str) else None
    return None


def literal(node: cst.CSTNode | None) -> object:
    """The value of a str, int, float, bool or None literal; ``...`` for anything else."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        return text_of(node)
    if isinstance(node, cst.Integer | cst.Float):
        return node.evaluated_value
    if isinstance(node, cst.Name) and node.value in ("True", "False", "None"):
        return {"True": True, "False": False, "None": None}[node.value]
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = literal(node.expression)
        if isinstance(value, int | float):
            return -value
    return ...


def source_of(node: cst.CSTNode) -> str:
    """The source text of a node."""
    return _ALONE.code_for_node(node)


_ALONE = cst.Module(body=[])
