"""What a piece of code can run: calls that are migrated, and calls that keep their errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.rules import NameRule
from genai_codemod.engine.values import Atom, Bound, Class, Function, Instance, Object, Symbol

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
            for value in self.facts.values.values()
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
            for node in _parts(todo.pop()):
                if isinstance(node, cst.Call) and self._sends(node):
                    if node in self.left.nodes or self._stays(node):
                        left = True
                    else:
                        migrated.add(node)
                for atom in self.facts.value(node):
                    siblings = siblings or self._foreign(node, atom)
                    left = left or self._names_left(node, atom)
                    new = new or self._reads(node, atom)
                    for body in self._bodies(atom):
                        if body not in seen:
                            seen[body] = None
                            todo.append(body)
        new = new or bool(migrated)
        return Reached(frozenset(migrated), new, left, siblings, tuple(seen))

    def _sends(self, call: cst.Call) -> bool:
        rules = self.facts.interpreter.bindings.get(call, {})
        return any(rule.mechanism not in SILENT for rule in rules)

    def _stays(self, call: cst.Call) -> bool:
        """Whether a call is of something that only a person can migrate."""
        return any(rule.manual is not None for rule in self.facts.interpreter.bindings[call])

    def _names_left(self, node: cst.CSTNode, atom: Atom) -> bool:
        """Whether something is called that only a person can migrate."""
        if isinstance(atom, Symbol):
            rule = self.facts.pack.manual(atom.name)
            exception = isinstance(rule, NameRule) and rule.restored is not None
            return rule is not None and not exception and self.facts.use(node).role == "callee"
        return isinstance(atom, Bound) and atom.instance.site in self.left.nodes

    def _foreign(self, node: cst.CSTNode, atom: Atom) -> bool:
        """Whether another library is called here, or may be."""
        role = self.facts.use(node).role
        if isinstance(atom, Symbol) and self.facts.pack.sibling(atom.name) is not None:
            return role in ("callee", "iterated", "entered")
        return role == "callee" and self.has_siblings and self._is_parameter(node)

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
        given = scope.node.params
        parameters = (*given.posonly_params, *given.params, *given.kwonly_params)
        names = {parameter.name.value for parameter in parameters} - {"self", "cls"}
        return root.value in names

    def _reads(self, node: cst.CSTNode, atom: Atom) -> bool:
        if isinstance(atom, Bound):
            return (
                atom.instance.kind in self.facts.pack.kinds
                and atom.instance.site not in self.left.nodes
            )
        if not isinstance(atom, Instance) or self.facts.use(node).role != "iterated":
            return False
        kind = self.facts.pack.kinds.get(atom.kind)
        return kind is not None and kind.iterates is not None

    def _bodies(self, atom: Atom) -> Iterator[cst.CSTNode]:
        if isinstance(atom, Function):
            yield atom.node.body
        elif isinstance(atom, Class | Object):
            name = "__init__" if isinstance(atom, Class) else "__call__"
            for held in self.facts.interpreter.load(("attr", atom.node, name)):
                if isinstance(held, Function):
                    yield held.node.body


def _parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The expressions inside a node, the node itself included."""
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, cst.BaseExpression):
            yield part
        todo.extend(part.children)
