"""What a piece of code can run: calls that are migrated, and calls that keep their errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Atom,
    Bound,
    Class,
    Function,
    Instance,
    Object,
    Symbol,
    Unknown,
    present,
)
from genai_codemod.engine.planning.left import LeftAlone, Piece
from genai_codemod.engine.rule_packs.rules import NameRule
from genai_codemod.engine.rule_packs.signature import named_parameters

# What only prepares calls and sends nothing itself.
SILENT = frozenset({"settings", "constructor", "configuration", "chat"})


@dataclass(frozen=True, slots=True)
class Reached:
    """What can be run from one place of a module.

    ``migrated`` are the legacy calls that are rewritten; ``new`` says that there are any, or a
    stream that is read; ``left`` that there are some which are not rewritten, and ``siblings``
    that another library with the same exceptions is called.  ``bodies`` is all the code that is
    run: the place itself, and the functions that are called there.
    """

    migrated: frozenset[cst.Call]
    new: bool
    left: bool
    siblings: bool
    bodies: tuple[cst.CSTNode, ...]


class Reach:
    """Follows calls through the functions of a module."""

    def __init__(self, facts: Facts, left: LeftAlone) -> None:
        self.facts = facts
        self.left = left
        self._found: dict[cst.CSTNode, Reached] = {}

    @cached_property
    def has_siblings(self) -> bool:
        """Whether the module imports another library that raises the same exceptions."""
        sibling = self.facts.pack.sibling
        return any(
            isinstance(atom, Symbol) and sibling(atom.name)
            for _, value in self.facts.held.of(Symbol)
            for atom in value
        )

    def of(self, node: cst.CSTNode) -> Reached:
        if node not in self._found:
            self._found[node] = self._explore(node)
        return self._found[node]

    def _explore(self, start: cst.CSTNode) -> Reached:
        migrated: set[cst.Call] = set()
        new = left = siblings = False
        todo, seen = [start], {start: None}
        while todo:
            piece = self._piece(todo.pop())
            migrated |= piece.migrated
            new, left = new or piece.new, left or piece.left
            siblings = siblings or piece.foreign or (piece.unknown and self.has_siblings)
            for body in piece.runs:
                if body not in seen:
                    seen[body] = None
                    todo.append(body)
        new = new or bool(migrated)
        return Reached(frozenset(migrated), new, left, siblings, tuple(seen))

    def may_send(self, reached: Reached) -> bool:
        """Whether a method that migrated calls are in may be called on an object that is not seen.

        Only names can tell: that is enough to ask a person, and not to rewrite anything.
        """
        return any(
            isinstance(node, cst.Call) and self._is_unseen(node.func) and self._is_sending(node)
            for body in reached.bodies
            for node in self.facts.index.within(body)
        )

    def _is_unseen(self, func: cst.BaseExpression) -> bool:
        """Whether a method is of something unknown, or in an object of another library."""
        atoms = present(self.facts.value(func))
        return isinstance(func, cst.Attribute) and all(
            isinstance(atom, Symbol | Unknown) for atom in atoms
        )

    def _is_sending(self, call: cst.Call) -> bool:
        """Whether any class of the program has a method of that name which runs such calls."""
        assert isinstance(call.func, cst.Attribute)
        return any(
            isinstance(method, cst.FunctionDef) and self.of(method.body).new
            for method in self._methods.get(call.func.attr.value, ())
        )

    @cached_property
    def _methods(self) -> Mapping[str, Sequence[cst.CSTNode]]:
        """The methods of the program by their names."""
        found: dict[str, list[cst.CSTNode]] = defaultdict(list)
        for definition in self.facts.whole.index.nodes(cst.ClassDef):
            assert isinstance(definition, cst.ClassDef)
            for each in definition.body.body:
                if isinstance(each, cst.FunctionDef):
                    found[each.name.value].append(each)
        return found

    def _piece(self, body: cst.CSTNode) -> Piece:
        """What one piece of code does itself; found once for all modules."""
        if body not in self.left.pieces:
            self.left.pieces[body] = self._look_through(body)
        return self.left.pieces[body]

    def _look_through(self, body: cst.CSTNode) -> Piece:
        migrated: set[cst.Call] = set()
        runs: dict[cst.CSTNode, None] = {}
        new = left = foreign = unknown = False
        for node in self.facts.index.within(body):
            if isinstance(node, cst.Call) and self._sends(node):
                if node in self.left.nodes or self._stays(node):
                    left = True
                else:
                    migrated.add(node)
            if isinstance(node, cst.Call | cst.Yield):
                runs |= dict.fromkeys(self.left.wrapped.bodies(node))
            value = self.facts.value(node)
            if not value or not isinstance(node, cst.BaseExpression):
                continue
            role = self.facts.use(node).role
            unknown = unknown or (role == "callee" and self._is_parameter(node))
            for atom in value:
                foreign = foreign or self._foreign(role, atom)
                left = left or self._names_left(role, atom)
                new = new or self._reads(role, atom)
                runs |= dict.fromkeys(self._bodies(atom))
        return Piece(frozenset(migrated), new, left, foreign, unknown, tuple(runs))

    def _sends(self, call: cst.Call) -> bool:
        rules = self.facts.interpreter.bindings.get(call, {})
        return any(rule.mechanism not in SILENT for rule in rules)

    def _stays(self, call: cst.Call) -> bool:
        """Whether a call is of something that only a person can migrate."""
        return any(rule.manual is not None for rule in self.facts.interpreter.bindings[call])

    def _names_left(self, role: str, atom: Atom) -> bool:
        """Whether something is called that only a person can migrate."""
        if isinstance(atom, Symbol):
            rule = self.facts.pack.manual(atom.name)
            exception = isinstance(rule, NameRule) and rule.restored is not None
            return rule is not None and not exception and role == "callee"
        return isinstance(atom, Bound) and atom.instance.site in self.left.nodes

    def _foreign(self, role: str, atom: Atom) -> bool:
        """Whether another library is called here."""
        if not isinstance(atom, Symbol) or role not in ("callee", "iterated", "entered"):
            return False
        return self.facts.pack.sibling(atom.name) is not None

    def _is_parameter(self, func: cst.CSTNode) -> bool:
        """Whether a method is called on a parameter of which nothing is known."""
        root = func
        while isinstance(root, cst.Attribute):
            root = root.value
        if root is func or not isinstance(root, cst.Name) or self.facts.instances(root):
            return False
        scope = self.facts.index.scope(root).binding_scope(root.value)
        if scope is None or not isinstance(scope.node, cst.FunctionDef):
            return False
        names = {each.name.value for each in named_parameters(scope.node)} - {"self", "cls"}
        return root.value in names

    def _reads(self, role: str, atom: Atom) -> bool:
        if isinstance(atom, Bound):
            return (
                atom.instance.kind in self.facts.pack.kinds
                and atom.instance.site not in self.left.nodes
            )
        if not isinstance(atom, Instance) or role != "iterated":
            return False
        kind = self.facts.pack.kinds.get(atom.kind)
        return kind is not None and kind.iterates is not None

    def _bodies(self, atom: Atom) -> Iterator[cst.CSTNode]:
        if isinstance(atom, Function):
            yield atom.node.body
        elif isinstance(atom, Class | Object):
            names = ("__new__", "__init__") if isinstance(atom, Class) else ("__call__",)
            for name in names:
                for held in self.facts.interpreter.load(("attr", atom.node, name)):
                    if isinstance(held, Function):
                        yield held.node.body
