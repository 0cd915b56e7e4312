"""What runs inside decorators and context managers of the program, which nothing there names.

A decorator calls what it wraps by the name of its parameter, or keeps it in an attribute.  The
values of parameters do not say that: a wrapper hands on ``*args``, of which nothing is known, and
what it wraps would lose all that is known of its own parameters.  A generator that is made a
context manager runs the bodies of ``with`` statements at its ``yield``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Class, Function, Object


@dataclass(frozen=True, slots=True)
class _Given:
    """A parameter of a decorator of the program, in which it is given what it wraps."""

    function: cst.CSTNode
    name: str


class Wrapped:
    """The functions of a program by the decorators that they are given to."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts.whole

    def bodies(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The code that a call of a wrapped function, or a ``yield``, runs."""
        if isinstance(node, cst.Call) and self._by_decorator:
            for given in self._held_by(node.func):
                yield from (function.body for function in self._by_decorator.get(given, ()))
        if isinstance(node, cst.Yield):
            function = self.facts.enclosing(node, cst.FunctionDef)
            yield from self._by_manager.get(function, ()) if function is not None else ()

    def _held_by(self, callee: cst.CSTNode) -> Iterator[_Given]:
        """The parameters that a name, or an attribute of an object of the program, can hold."""
        if isinstance(callee, cst.Name):
            scope = self.facts.index.scope(callee).binding_scope(callee.value)
            if scope is not None and isinstance(scope.node, cst.FunctionDef):
                yield _Given(scope.node, callee.value)
        elif isinstance(callee, cst.Attribute):
            for atom in self.facts.value(callee.value):
                if isinstance(atom, Object):
                    yield from self._kept_in(atom, callee.attr.value)

    def _kept_in(self, owner: Object, attribute: str) -> Iterator[_Given]:
        """The parameters of a constructor that it keeps in an attribute of its object."""
        for made in self._methods(owner, "__init__"):
            for node in self.facts.index.within(made):
                match node:
                    case cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))],
                        value=cst.Name(value=kept),
                    ) if name == attribute:
                        yield _Given(made, kept)

    @cached_property
    def _by_decorator(self) -> dict[_Given, list[cst.FunctionDef]]:
        found: dict[_Given, list[cst.FunctionDef]] = defaultdict(list)
        for each in self.facts.index.nodes(cst.Decorator):
            function = self.facts.index.parents[each]
            if isinstance(function, cst.FunctionDef):
                for atom in self.facts.value(each.decorator):
                    for given in self._given(atom):
                        found[given].append(function)
        return dict(found)

    def _given(self, decorator: Atom) -> Iterator[_Given]:
        """The parameters that a decorator is given what it wraps in."""
        match decorator:
            case Function(node=cst.FunctionDef() as function):
                bound = decorator.owner is not None
                yield from _parameter(function, decorator.given + bound)
            case Class():
                for function in self._methods(decorator, "__init__"):
                    yield from _parameter(function, 1)
            case Object():
                for function in self._methods(decorator, "__call__"):
                    yield from _parameter(function, 1)

    def _methods(self, owner: Class | Object, name: str) -> list[cst.FunctionDef]:
        held = self.facts.interpreter.load(("attr", owner.node, name))
        nodes = [atom.node for atom in held if isinstance(atom, Function)]
        return [node for node in nodes if isinstance(node, cst.FunctionDef)]

    @cached_property
    def _by_manager(self) -> dict[cst.CSTNode, list[cst.CSTNode]]:
        """The bodies of ``with`` statements by the generators that are made their managers."""
        found: dict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)
        for statement in self.facts.index.nodes(cst.With):
            assert isinstance(statement, cst.With)
            for item in statement.items:
                called = item.item.func if isinstance(item.item, cst.Call) else item.item
                for atom in self.facts.value(called):
                    if isinstance(atom, Function):
                        found[atom.node].append(statement.body)
        return dict(found)


def _parameter(function: cst.FunctionDef, position: int) -> Iterator[_Given]:
    names = [*function.params.posonly_params, *function.params.params]
    yield from (_Given(function, each.name.value) for each in names[position : position + 1])
