"""Where a program waits for the results of what runs elsewhere, and so for its exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Awaitable, Function, symbol_names

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts

# What runs a coroutine where it is called.
_AT_ONCE = frozenset({"asyncio.run", "asyncio.wait_for", "asyncio.gather"})
# What asks a future for what it has, or has failed with.
_ASKING = frozenset({"result", "get", "exception"})


def is_awaited_elsewhere(facts: Facts, call: cst.CSTNode) -> bool:
    """Whether a coroutine is kept, so that it fails where somebody waits for it."""
    if not any(isinstance(atom, Awaitable) for atom in facts.value(call)):
        return False
    parent = facts.index.parents[call]
    if isinstance(parent, cst.Arg):
        runner = facts.index.parents[parent]
        return not isinstance(runner, cst.Call) or not _AT_ONCE & symbol_names(
            facts.value(runner.func)
        )
    return not isinstance(parent, cst.Await)


class Results:
    """Where a program asks for results; ``facts`` are those of all of it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def asked(self) -> Sequence[cst.Attribute]:
        """Where the program asks futures for what they have."""
        return [
            read
            for read in self._facts.index.nodes(cst.Attribute)
            if read.attr.value in _ASKING
            and any(isinstance(atom, Awaitable) for atom in self._facts.value(read.value))
        ]

    @property
    def ask_for_exceptions(self) -> bool:
        """Whether futures are asked for their exceptions, which are not raised then."""
        return any(read.attr.value == "exception" for read in self.asked)

    @cached_property
    def waited(self) -> Sequence[cst.BaseExpression]:
        """Where the program waits for what it has kept, and what it asks of that."""
        return [*self._awaited(), *self.asked]

    def _awaited(self) -> Iterator[cst.BaseExpression]:
        for node in self._facts.index.nodes(cst.Await):
            awaited = node.expression
            if isinstance(awaited, cst.Call):
                called = self._facts.value(awaited.func)
                if any(isinstance(atom, Function) for atom in called):
                    continue
                # What is told of in the call itself, as ``gather`` is, is around its arguments.
                awaited = awaited.args[0].value if awaited.args else awaited
            yield awaited
        for call in self._facts.index.calls:
            for argument in call.args:
                value = self._facts.value(argument.value)
                if any(isinstance(atom, Awaitable) for atom in value):
                    if not isinstance(argument.value, cst.Call):
                        yield argument.value
