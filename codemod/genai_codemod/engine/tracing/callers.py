"""What calls the functions of a program, and what else has them called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.field_factories import functions_of_fields
from genai_codemod.engine.flow.library import DEPENDING
from genai_codemod.engine.flow.values import Decorated, Function, symbol_names

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts


class Callers:
    """The callers of each function; ``facts`` are those of the whole program."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def of(self, function: cst.CSTNode | None) -> Sequence[cst.BaseExpression]:
        """What calls a function: calls, and what ``with`` enters."""
        return self._calls.get(function, ()) if function is not None else ()

    def handing_over(self, function: cst.CSTNode) -> Sequence[cst.Call]:
        """The calls that hand a function over to what calls it elsewhere."""
        return self._handed.get(function, ())

    def has_any(self, function: cst.CSTNode | None) -> bool:
        """Whether the program calls a function, hands it over, or has pytest call it."""
        facts = self._facts
        handed = function in self._handed or function in self._making_fields
        handed = handed or function in self._wrappers or function in self._depended_on
        return handed or bool(self.of(function)) or facts.interpreter.is_requested(function)

    @cached_property
    def _calls(self) -> Mapping[cst.CSTNode, Sequence[cst.BaseExpression]]:
        facts = self._facts
        found: dict[cst.CSTNode, list[cst.BaseExpression]] = defaultdict(list)
        for call in facts.index.calls:
            called = {a.node for a in facts.value(call.func) if isinstance(a, Function)}
            for function in called:
                found[function].append(call)
        for item in facts.index.nodes(cst.WithItem):
            for atom in facts.value(item.item):
                for entered in facts.interpreter.entering(atom):
                    found[entered].append(item.item)
        return found

    @cached_property
    def _handed(self) -> Mapping[cst.CSTNode, Sequence[cst.Call]]:
        """The calls that hand each function over to what calls it elsewhere."""
        found: dict[cst.CSTNode, list[cst.Call]] = defaultdict(list)
        for call in self._facts.index.calls:
            if (handed := self._facts.handed_over(call)) is not None:
                for atom in self._facts.value(handed.function):
                    if isinstance(atom, Function):
                        found[atom.node].append(call)
        return found

    @cached_property
    def _making_fields(self) -> frozenset[cst.CSTNode]:
        return functions_of_fields(self._facts)

    @cached_property
    def _wrappers(self) -> frozenset[cst.CSTNode | None]:
        """The functions that call what a decorator got, and are called instead of that."""
        facts = self._facts
        return frozenset(
            facts.enclosing(call, cst.FunctionDef, cst.Lambda)
            for call in facts.index.calls
            if any(isinstance(atom, Decorated) for atom in facts.value(call.func))
        )

    @cached_property
    def _depended_on(self) -> frozenset[cst.CSTNode]:
        """The functions that a web framework calls for the parameters of others."""
        facts = self._facts
        return frozenset(
            function.node
            for call in facts.index.calls
            if symbol_names(facts.value(call.func)) & DEPENDING
            for argument in call.args
            for function in facts.interpreter.called_for(facts.value(argument.value))
        )
