"""What runs inside decorators and context managers of the program, which nothing there names.

A decorator calls what it wraps by the name of its parameter, or keeps it in an attribute.  The
values of parameters do not say that: a wrapper hands on ``*args``, of which nothing is known, and
what it wraps would lose all that is known of its own parameters.  A generator that is made a
context manager runs the bodies of ``with`` statements at its ``yield``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.values import Atom, Class, Function, Object


class Wrapped:
    """The functions of a program by the decorators that they are given to."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts.whole

    def bodies(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The code that a call of a wrapped function, or a ``yield``, runs."""
        if isinstance(node, cst.Call) and self._by_decorator:
            for decorator in self._given_to(node.func):
                yield from (function.body for function in self._by_decorator.get(decorator, ()))
        if isinstance(node, cst.Yield):
            function = self.facts.enclosing(node, cst.FunctionDef)
            yield from self._by_manager.get(function, ()) if function is not None else ()

    def _given_to(self, callee: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The functions whose first parameter ``callee`` can be, but for their object."""
        if isinstance(callee, cst.Name):
            scope = self.facts.index.scope(callee).binding_scope(callee.value)
            function = None if scope is None else scope.node
            if isinstance(function, cst.FunctionDef) and callee.value == self._first(function):
                yield function
        elif isinstance(callee, cst.Attribute):
            for atom in self.facts.value(callee.value):
                if isinstance(atom, Object):
                    yield from self._keeping(atom, callee.attr.value)

    def _keeping(self, owner: Object, attribute: str) -> Iterator[cst.CSTNode]:
        """The constructors that keep their first parameter in an attribute of their object."""
        for made in self._methods(owner, "__init__"):
            for node in self.facts.index.within(made):
                match node:
                    case cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))],
                        value=cst.Name(value=kept),
                    ) if name == attribute and kept == self._first(made):
                        yield made

    def _first(self, function: cst.FunctionDef) -> str | None:
        """The name of the first parameter, after that of the object that a method is called on."""
        given = [
            each.name.value for each in (*function.params.posonly_params, *function.params.params)
        ]
        method = isinstance(
            self.facts.enclosing(function, cst.FunctionDef, cst.ClassDef), cst.ClassDef
        )
        return next(iter(given[1:] if method else given), None)

    @cached_property
    def _by_decorator(self) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
        found: dict[cst.CSTNode, list[cst.FunctionDef]] = defaultdict(list)
        for each in self.facts.index.nodes(cst.Decorator):
            function = self.facts.index.parents[each]
            if isinstance(function, cst.FunctionDef):
                for atom in self.facts.value(each.decorator):
                    for decorator in self._called(atom):
                        found[decorator].append(function)
        return dict(found)

    def _called(self, decorator: Atom) -> Sequence[cst.CSTNode]:
        """The functions of the program that a decorator gives what it wraps to."""
        match decorator:
            case Function():
                return [decorator.node]
            case Class():
                return self._methods(decorator, "__init__")
            case Object():
                return self._methods(decorator, "__call__")
        return ()

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
