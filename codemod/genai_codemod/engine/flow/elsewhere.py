"""What functions are given that threads, pools and loops call, and what those calls give."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.calling.handing_over import Gives, HandedOver, handed_over, last_name
from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.expressions import awaited
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNKNOWN,
    Awaitable,
    Container,
    Decorated,
    Function,
    Value,
    present,
    symbol_names,
)
from genai_codemod.engine.flow.wrapping import WrappingEvaluator
from genai_codemod.engine.rule_packs.signature import open_parameters


class ElsewhereEvaluator(WrappingEvaluator):
    """Follows what is called elsewhere as the calls that are made there."""

    def _call_elsewhere(self, node: cst.Call, callee: Value) -> Value:
        """What a call gives that has a function called elsewhere; nothing for other calls."""
        self._call_when_done(node)
        if known := self._of_tasks(node, callee) or self._made_queue(node, callee):
            return known
        handed = handed_over(node, callee)
        if handed is None:
            return NOTHING
        functions = present(self.values.get(handed.function, NOTHING))
        result: Value = NOTHING
        for atom in functions:
            if isinstance(atom, Function):
                self._hand_over(node, handed, atom)
            if isinstance(atom, Function | Decorated):
                result |= self.result_of(atom)
        if not result:
            return NOTHING
        if not all(isinstance(atom, Function | Decorated) for atom in functions):
            result |= UNKNOWN
        given = self._given_back(node, handed.caller.gives, result)
        for argument in node.args:
            if argument.keyword is not None and argument.keyword.value == "callback":
                self._give_first(argument.value, awaited(given))
        return given

    def _of_tasks(self, node: cst.Call, callee: Value) -> Value:
        """What ``group.create_task``, ``loop.run_until_complete`` and ``wait`` give."""
        first = self.values.get(node.args[0].value, NOTHING) if node.args else NOTHING
        if names := symbol_names(callee) & library.WAITING:
            futures = frozenset({Container(node.func)})
            self.store(("item", node.func, "*"), self.iterated(first))
            for key in (0, 1, "*"):
                self.store(("item", node, key), futures)
            pair: Value = frozenset({Container(node)})
            return frozenset({Awaitable(pair)}) if "asyncio.wait" in names else pair
        if first and all(isinstance(atom, Awaitable) for atom in first):
            match last_name(node.func):
                case "create_task":
                    return first
                case "run_until_complete":
                    return awaited(first)
        return NOTHING

    def _made_queue(self, node: cst.Call, callee: Value) -> Value:
        """A queue, where it is made."""
        if not symbol_names(callee) & (library.QUEUES | library.TASK_QUEUES):
            return NOTHING
        self.store(("queue", node), callee)
        return frozenset({Container(node)})

    def _call_queue(self, node: cst.Call, site: cst.CSTNode, method: str) -> Value:
        """What a method of a queue gives that was made at a site."""
        names = symbol_names(self.load(("queue", site)))
        held = ("item", site, "*")
        if method in ("put", "put_nowait"):
            for argument in node.args[:1]:
                self.store(held, self.values.get(argument.value, NOTHING))
            return UNKNOWN
        given = self.load(held) or self.unseen
        if method == "get_nowait":
            return given
        if method == "get":
            return frozenset({Awaitable(given)}) if names & library.TASK_QUEUES else given
        return UNKNOWN

    def _call_when_done(self, node: cst.Call) -> None:
        """``future.add_done_callback(function)``: the function gets the future."""
        if last_name(node.func) == "add_done_callback" and isinstance(node.func, cst.Attribute):
            for argument in node.args[:1]:
                self._give_first(argument.value, self.values.get(node.func.value, NOTHING))

    def _give_first(self, function: cst.BaseExpression, value: Value) -> None:
        """Have a function called with one value."""
        for atom in self.values.get(function, NOTHING):
            if isinstance(atom, Function):
                for parameter in open_parameters(atom)[:1]:
                    self.store(("param", atom.node, parameter.name.value), value)

    def _hand_over(self, node: cst.Call, handed: HandedOver, function: Function) -> None:
        if not handed.each:
            self._bind_parameters(node, function, handed.arguments)
            return
        names = [parameter.name.value for parameter in open_parameters(function)]
        for position, argument in enumerate(handed.arguments):
            elements = self.iterated(self.values.get(argument.value, NOTHING))
            if argument.star:
                self._spread(elements, function.node, names[position:])
            elif position < len(names):
                self.store(("param", function.node, names[position]), elements)
            elif isinstance(function.node.params.star_arg, cst.Param):
                self.store_uncounted(function.node.params.star_arg, elements)

    def _given_back(self, node: cst.Call, gives: Gives, result: Value) -> Value:
        if gives == "nothing":
            return NOTHING
        if gives in ("all", "all later"):
            self.store(("item", node, "*"), result)
            result = frozenset({Container(node)})
        return frozenset({Awaitable(result)}) if gives in ("later", "all later") else result
