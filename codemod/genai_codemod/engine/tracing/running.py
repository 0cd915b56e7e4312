"""Where the code of a function runs, other than in calls that name it.

Properties and special methods run where an object stands, generators where somebody goes through
them, and what a library is given runs when it likes, at the earliest where it is given that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.library import is_property
from genai_codemod.engine.flow.values import (
    Class,
    Container,
    Function,
    Generator,
    Object,
    symbol_names,
)
from genai_codemod.engine.tracing.results import Results

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts

Places = Mapping[cst.CSTNode, Sequence[cst.BaseExpression]]

# What gives on what the functions give, as callers would.
_PYTHON = frozenset({"builtins", "functools", "itertools"})
_MAKING = frozenset({"__init__", "__new__", "__post_init__"})
# What runs where an attribute is read; other special methods need the object itself.
_READING = frozenset({"__getattr__", "__getattribute__"})


class Running:
    """The places where functions run; ``facts`` are those of the whole program."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.results = Results(facts)

    def of(self, function: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        """The expressions that an exception of a function may come out of."""
        if not isinstance(function, cst.FunctionDef | cst.Lambda):
            return
        yield from self._facts.callers.of(function)
        for call in self.given(function):
            yield from (call, *self._later(call))
        if isinstance(function, cst.FunctionDef):
            yield from self._generating.get(function, ())
            yield from self._as_method(function)

    def given(self, function: cst.CSTNode) -> Sequence[cst.Call]:
        """The calls that are given a function and whose own function cannot be seen."""
        return self._given.get(function, ())

    def is_out_of_sight(self, call: cst.Call) -> bool:
        """Whether it cannot be told what becomes of what a function gives there."""
        names = symbol_names(self._facts.value(call.func))
        return not names or not all(name.partition(".")[0] in _PYTHON for name in names)

    def of_generator(self, made: cst.GeneratorExp) -> Iterator[cst.BaseExpression]:
        """The expressions that may go through what a generator expression made."""
        for node in self._facts.by_site.get(made, ()):
            if isinstance(node, cst.BaseExpression) and node is not made:
                yield node

    def _as_method(self, function: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
        """Where a method runs that is not called by its name."""
        definition = self._facts.index.scope(function).node
        if not isinstance(definition, cst.ClassDef):
            return
        family = frozenset(self._facts.interpreter.family(definition))
        name = function.name.value
        if name in _MAKING:
            yield from self._calls_of(family, Class)
        elif name == "__call__":
            yield from self._calls_of(family, Object)
        elif name in _READING or is_property(function):
            for read in self._facts.index.nodes(cst.Attribute):
                if name in _READING or read.attr.value == name:
                    if self._is_of(read.value, family, Object):
                        yield read
        elif name.startswith("__") and name.endswith("__"):
            for node, value in self._facts.held.of(Object):
                is_there = any(isinstance(each, Object) and each.node in family for each in value)
                if is_there and isinstance(node, cst.BaseExpression):
                    if self._facts.use(node).role != "attribute":
                        yield node

    def _calls_of(
        self, family: frozenset[cst.ClassDef], kind: type[Class | Object]
    ) -> Iterator[cst.Call]:
        for call in self._facts.index.calls:
            if self._is_of(call.func, family, kind):
                yield call

    def _is_of(
        self, node: cst.CSTNode, family: frozenset[cst.ClassDef], kind: type[Class | Object]
    ) -> bool:
        value = self._facts.value(node)
        return any(isinstance(atom, kind) and atom.node in family for atom in value)

    @cached_property
    def _generating(self) -> Places:
        """Where something stands that a generator function gave."""
        found: dict[cst.CSTNode, list[cst.BaseExpression]] = defaultdict(list)
        for node, value in self._facts.held.of(Generator):
            for atom in value:
                if isinstance(atom, Generator) and isinstance(node, cst.BaseExpression):
                    found[atom.node].append(node)
        return found

    @cached_property
    def _given(self) -> Mapping[cst.CSTNode, Sequence[cst.Call]]:
        found: dict[cst.CSTNode, list[cst.Call]] = defaultdict(list)
        for node, value in self._facts.held.of(Function):
            argument = self._facts.index.parents.get(node)
            call = self._facts.index.parents.get(argument) if argument is not None else None
            if not isinstance(argument, cst.Arg) or not isinstance(call, cst.Call):
                continue
            if self._facts.flows_to_known_function(argument) or not self._may_come_out(call):
                continue
            for atom in value:
                if isinstance(atom, Function):
                    found[atom.node].append(call)
        return found

    def _may_come_out(self, call: cst.Call) -> bool:
        """Whether a call is not one that starts a thread, which its exceptions end."""
        handed = self._facts.handed_over(call)
        return handed is None or handed.caller.gives != "nothing"

    def _later(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        """Where what a call gives is called, or gone through, or where a field is filled."""
        definition = self._facts.index.scope(call).node
        if isinstance(definition, cst.ClassDef):
            yield from self._calls_of(frozenset(self._facts.interpreter.family(definition)), Class)
        made = Container(call)
        for node in self._facts.by_site.get(call, ()):
            if made in self._facts.value(node) and isinstance(node, cst.BaseExpression):
                yield node
        parent = self._facts.index.parents.get(call)
        if isinstance(parent, cst.Assign):
            places = {self._facts.place(each.target) for each in parent.targets}
            names = {place[1] for place in places}
            for other in self._facts.index.calls:
                last = other.func.attr if isinstance(other.func, cst.Attribute) else other.func
                if isinstance(last, cst.Name) and last.value in names:
                    if self._facts.place(other.func) in places:
                        yield other

    # -- handlers -----------------------------------------------------------------------------

    @cached_property
    def registrations(self) -> Sequence[cst.BaseExpression]:
        """What a library is given together with a function, such as the exceptions it is for.

        ``@app.errorhandler(ValueError)``, ``app.register_error_handler(ValueError, function)``,
        ``App(exception_handlers={ValueError: function})``.
        """
        index = self._facts.index
        given = [
            argument.value
            for decorator in index.nodes(cst.Decorator)
            if isinstance(decorator.decorator, cst.Call)
            for argument in decorator.decorator.args
        ]
        for call in index.calls:
            if any(self.is_function(argument.value) for argument in call.args):
                given += [argument.value for argument in call.args]
        for element in index.nodes(cst.DictElement):
            if self.is_function(element.value):
                given.append(element.key)
        return given

    def is_function(self, node: cst.BaseExpression) -> bool:
        """Whether an expression may be a function of the program."""
        return any(isinstance(atom, Function) for atom in self._facts.value(node))
