"""Which names of a module are bound where, and which of the bindings a use can see."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, TypeVar, get_args, overload

Kind = Literal[
    "assign", "iterate", "enter", "import", "parameter", "function", "class", "catch", "unknown"
]
Node = TypeVar("Node", bound=ast.AST)
OtherNode = TypeVar("OtherNode", bound=ast.AST)
Place = tuple[int, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Loop = ast.For | ast.AsyncFor | ast.While
_Scoping = ast.Module | Function | ast.Lambda | ast.ClassDef | Comprehension
_SCOPES = frozenset(get_args(_Scoping))

# The fields that hold statements; where one of them is no list, it holds an expression.
_BLOCKS = frozenset({"body", "orelse", "finalbody"})
# The fields that hold operators, or say whether a name is read or bound.
_OPERATORS = frozenset({"ctx", "op", "ops"})
_CLASSES = [
    kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
]
_PARTS = {kind: [name for name in kind._fields if name not in _OPERATORS] for kind in _CLASSES}
_HOLDING = {
    kind: held for kind in _CLASSES if (held := [name for name in kind._fields if name in _BLOCKS])
}
# What ``_bindings`` finds something in.
_BINDING = frozenset(
    {
        ast.AnnAssign, ast.Assign, ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.AugAssign,
        ast.ClassDef, ast.ExceptHandler, ast.For, ast.FunctionDef, ast.Import, ast.ImportFrom,
        ast.MatchAs, ast.MatchMapping, ast.MatchStar, ast.NamedExpr, ast.With, ast.arg,
        ast.comprehension,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that gives a name a value.

    ``node`` is what binds: a statement, a handler, a parameter.  ``value`` is the expression that
    is assigned, iterated over or entered, and ``path`` which part of it where it is unpacked.
    ``place`` is from where on the name has the value, ``elsewhere`` whether another function
    binds it (``global``, ``nonlocal``), so that any use may see it.
    """

    name: str
    kind: Kind
    node: ast.AST
    place: Place
    value: ast.expr | None = None
    path: tuple[int, ...] = ()
    elsewhere: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function or comprehension, and the names that it binds."""

    node: ast.AST
    outer: Scope | None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    passed_on: dict[str, Scope] = field(default_factory=dict)
    stars: bool = False

    @property
    def module(self) -> Scope:
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    def enclosing_functions(self) -> Iterator[Scope]:
        """The scopes around this one that it sees: not the bodies of classes."""
        scope = self.outer
        while scope is not None:
            if not isinstance(scope.node, ast.ClassDef):
                yield scope
            scope = scope.outer


class ModuleScopes:
    """The scopes of a module, and the parents of its nodes."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self._of_class: dict[type[ast.AST], list[tuple[int, ast.AST]]] = {}
        self._gather(tree)
        self._lists = {
            statement: id(statements)
            for node in self.of(*_HOLDING)
            for name in _HOLDING[node.__class__]
            if isinstance(statements := getattr(node, name), list)
            for statement in statements
        }
        self.scopes: dict[ast.AST, Scope] = {}
        self.scopes[tree] = Scope(tree, None)
        for node in self.of(*_SCOPES - {ast.Module}):
            self.scopes[node] = Scope(node, self.scope_of(node))
        for node in self.of(ast.Global, ast.Nonlocal):
            self._pass_on(node)
        for node in self.of(*_BINDING):
            for binding in _bindings(node):
                self._bind(node, binding)

    def _gather(self, tree: ast.Module) -> None:
        nodes: list[ast.AST] = [tree]
        for number, node in enumerate(nodes):
            self._of_class.setdefault(node.__class__, []).append((number, node))
            children = _children(node)
            nodes += children
            for child in children:
                self.parents[child] = node

    @overload
    def of(self, kind: type[Node], /) -> list[Node]: ...
    @overload
    def of(self, kind: type[Node], other: type[OtherNode], /) -> list[Node | OtherNode]: ...
    @overload
    def of(self, *kinds: type[ast.AST]) -> list[ast.AST]: ...
    def of(self, *kinds: type[ast.AST]) -> Sequence[ast.AST]:
        """All nodes of some classes, the outer ones first: no need to look at each node."""
        found = [numbered for kind in kinds for numbered in self._of_class.get(kind, ())]
        return [node for _, node in sorted(found, key=itemgetter(0))]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope that the names in a node are looked up in; for a function the one around."""
        child, parent = node, self.parents.get(node)
        while parent is not None:
            if parent.__class__ in _SCOPES and _is_inside(parent, child):
                return self.scopes[parent]
            child, parent = parent, self.parents.get(parent)
        return self.scopes[child]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def following(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements after one in the same list."""
        parent = self.parents.get(statement)
        for _, found in ast.iter_fields(parent) if parent is not None else ():
            if isinstance(found, list) and statement in found:
                return found[found.index(statement) + 1 :]
        return []

    def function_of(self, node: ast.AST) -> Function | ast.Lambda | None:
        """The function that a node runs in."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None:
            if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return scope.node
            scope = scope.outer
        return None

    def bindings(self, use: ast.Name) -> list[Binding] | None:
        """The bindings that a use may see; none for builtins, ``None`` when that is not known."""
        scope = self.scope_of(use)
        home = scope.passed_on.get(use.id, scope)
        if home is scope and use.id in scope.names:
            return self._reaching(use, scope.names[use.id])
        for outer in (home, *scope.enclosing_functions()):
            if use.id in outer.names:
                if isinstance(scope.node, Comprehension) and self._runs_in(scope, outer):
                    return self._reaching(use, outer.names[use.id])
                return outer.names[use.id]
        return None if scope.module.stars else []

    @staticmethod
    def _runs_in(scope: Scope, outer: Scope) -> bool:
        """Whether a comprehension belongs to a scope, with only comprehensions in between."""
        while isinstance(scope.node, Comprehension) and scope.outer is not None:
            scope = scope.outer
        return scope is outer

    def _reaching(self, use: ast.AST, bindings: Sequence[Binding]) -> list[Binding]:
        """Those of the bindings of one scope whose value may still be there at a use in it."""
        here = (getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
        around = set(self._blocks(use))
        loops = [node for node in self.ancestors(use) if isinstance(node, Loop)]
        found: list[Binding] = []
        before = [each for each in bindings if each.place <= here and not each.elsewhere]
        for binding in sorted(before, key=lambda each: each.place, reverse=True):
            found.append(binding)
            if self._is_certain(binding, around):
                break
        later = [each for each in bindings if each.place > here and not each.elsewhere]
        found += [each for each in later if self._in_any(each.node, loops)]
        found += [each for each in bindings if each.elsewhere]
        return found or list(bindings)

    def _is_certain(self, binding: Binding, around: set[int]) -> bool:
        """Whether a binding has run whenever a use in these blocks does."""
        if isinstance(binding.node, ast.arg):
            return True
        if isinstance(binding.node, ast.NamedExpr):
            return False
        return all(block in around for block in self._blocks(binding.node))

    def _blocks(self, node: ast.AST) -> list[int]:
        """The lists of statements that a node stands in, up to the body of its scope."""
        found: list[int] = []
        for each in (node, *self.ancestors(node)):
            if isinstance(each, _Scoping) and not isinstance(each, Comprehension):
                if each is not node:
                    break
            if each in self._lists:
                found.append(self._lists[each])
        return found

    def _in_any(self, node: ast.AST, loops: Sequence[ast.AST]) -> bool:
        return any(parent in loops for parent in self.ancestors(node))

    def _pass_on(self, node: ast.Global | ast.Nonlocal) -> None:
        scope = self.scope_of(node)
        for name in node.names:
            if isinstance(node, ast.Global):
                scope.passed_on[name] = scope.module
            else:
                outer = next(iter(scope.enclosing_functions()), scope.module)
                scope.passed_on[name] = outer

    def _bind(self, node: ast.AST, binding: Binding) -> None:
        scope = self.scope_of(node)
        if isinstance(node, ast.arg):
            scope = self._function_of_parameter(node)
        if isinstance(node, ast.NamedExpr):
            while isinstance(scope.node, Comprehension) and scope.outer is not None:
                scope = scope.outer
        if binding.name == "*":
            scope.stars = scope.module.stars = True
            return
        home = scope.passed_on.get(binding.name, scope)
        if home is not scope:
            binding = Binding(
                binding.name,
                binding.kind,
                binding.node,
                binding.place,
                binding.value,
                binding.path,
                elsewhere=True,
            )
        home.names.setdefault(binding.name, []).append(binding)

    def _function_of_parameter(self, node: ast.arg) -> Scope:
        arguments = self.parents[node]
        return self.scopes[self.parents[arguments]]


def _is_inside(scope: ast.AST, child: ast.AST) -> bool:
    """Whether a child of a scope's node is evaluated in that scope, rather than around it."""
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return child in scope.body
    if isinstance(scope, ast.Lambda):
        return child is scope.body
    if isinstance(scope, Comprehension):
        # The first iterable is evaluated outside; as part of ``generators`` it is found there.
        return True
    return True


def _children(node: ast.AST) -> list[ast.AST]:
    """The parts of a node, but for operators and the like."""
    found: list[ast.AST] = []
    for name in _PARTS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _bindings(node: ast.AST) -> Iterator[Binding]:
    """What a single node binds."""
    yield from _assigned(node)
    yield from _defined(node)
    yield from _captured(node)


def _assigned(node: ast.AST) -> Iterator[Binding]:
    """The targets of assignments, loops and ``with`` statements."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, "assign", node, node.value)
    elif isinstance(node, ast.AnnAssign):
        if isinstance(node.target, ast.Name):
            yield Binding(node.target.id, "assign", node, _end(node), node.value)
    elif isinstance(node, ast.NamedExpr):
        yield from _targets(node.target, "assign", node, node.value)
    elif isinstance(node, ast.AugAssign):
        yield from _targets(node.target, "unknown", node, node.value)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        place = (0, 0) if isinstance(node, ast.comprehension) else _end(node.iter)
        yield from _targets(node.target, "iterate", node, node.iter, place)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars is not None:
                end = _end(item.optional_vars)
                yield from _targets(item.optional_vars, "enter", node, item.context_expr, end)


def _defined(node: ast.AST) -> Iterator[Binding]:
    """What imports, definitions and parameters bind."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            name = alias.asname or alias.name
            name = name.partition(".")[0] if isinstance(node, ast.Import) else name
            yield Binding(name, "import", node, _end(node))
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield Binding(node.name, "function", node, _start(node))
    elif isinstance(node, ast.ClassDef):
        yield Binding(node.name, "class", node, _start(node))
    elif isinstance(node, ast.arg):
        yield Binding(node.arg, "parameter", node, _start(node))


def _captured(node: ast.AST) -> Iterator[Binding]:
    """What handlers and patterns bind."""
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield Binding(node.name, "catch", node, _start(node), node.type)
    elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
        yield Binding(node.name, "unknown", node, _start(node))
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield Binding(node.rest, "unknown", node, _start(node))


def _targets(
    target: ast.expr,
    kind: Kind,
    node: ast.AST,
    value: ast.expr,
    place: Place | None = None,
    path: tuple[int, ...] = (),
) -> Iterator[Binding]:
    place = place or _end(value)
    if isinstance(target, ast.Name):
        yield Binding(target.id, kind, node, place, value, path)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, "unknown", node, value, place)
    elif isinstance(target, ast.Tuple | ast.List):
        starred = any(isinstance(each, ast.Starred) for each in target.elts)
        for position, each in enumerate(target.elts):
            inner: Kind = "unknown" if starred else kind
            yield from _targets(each, inner, node, value, place, (*path, position))


def _start(node: ast.AST) -> Place:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _end(node: ast.AST) -> Place:
    return (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
