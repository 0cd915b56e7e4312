"""Calls that another function makes: ``asyncio.to_thread(model.generate_content, prompt)``.

For the analysis they are spelled out, ``to_thread(lambda: model.generate_content(prompt))``, so
that the inner call is rewritten like any other; afterwards they are put together again.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

import libcst as cst

from genai_codemod.engine.comments import comments
from genai_codemod.engine.handing_over import CALLERS, HandedOver, handed_over, last_name
from genai_codemod.engine.joining import PREFIX, Joiner, Original, forwarded_name
from genai_codemod.engine.parts import within

_CALLERS = re.compile(rb"\b(%b)\(" % "|".join(CALLERS).encode())


@cache
def _as_values(functions: frozenset[str]) -> re.Pattern[bytes]:
    """Matches where one of some functions is not called, but handed to another one."""
    return re.compile(rb"\b(%b)\s*(#.*\s*)*[,)]" % "|".join(functions).encode())


@dataclass(slots=True)
class SpelledOut:
    """A module with such calls spelled out, and what they were, by the lambda's parameter."""

    module: cst.Module
    originals: Mapping[str, Original] = field(default_factory=dict)

    def joined(self, after: cst.Module) -> tuple[cst.Module, set[str]]:
        """A later form of the module with the calls put together again, and imports it needs."""
        if not self.originals:
            return after, set()
        joiner = Joiner(self.originals)
        joined = after.visit(joiner)
        assert isinstance(joined, cst.Module)
        return joined, {"import functools"} if joiner.needs_partial else set()


def spell_out(module: cst.Module, data: bytes, functions: Collection[str]) -> SpelledOut:
    """Spell out the calls of functions with one of some names that others make.

    ``data`` is what the module was parsed from.
    """
    if not (_CALLERS.search(data) and _as_values(frozenset(functions)).search(data)):
        return SpelledOut(module)
    calls = (each for each in within(module) if each.__class__ is cst.Call)
    if not any(isinstance(each, cst.Call) and _handed(each, functions) for each in calls):
        return SpelledOut(module)
    speller = _Speller(functions)
    spelled = module.visit(speller)
    assert isinstance(spelled, cst.Module)
    return SpelledOut(spelled, speller.originals)


def is_spelled_out(node: cst.CSTNode | None) -> bool:
    """Whether an expression is a lambda that was written here."""
    return forwarded_name(node) is not None


def _handed(call: cst.Call, functions: Collection[str]) -> HandedOver | None:
    """What a call hands over, if that is to be spelled out."""
    handed = handed_over(call)
    if handed is None or handed.caller.known or last_name(handed.function) not in functions:
        return None
    if isinstance(handed.function, cst.Name) and hasattr(builtins, handed.function.value):
        return None
    match handed.caller.takes:
        case "the rest":
            return handed
        case "elements":
            once = _is_asked_for_once(handed.function, functions)
            return handed if once and len(handed.sources) == 1 else None
        case "packed":
            after = call.args[_position(call, handed) + 1 :]
            plain = all(each.keyword or each in handed.sources for each in after)
            return handed if plain and len(handed.caller.packed) > 1 else None
    return None


def _is_asked_for_once(function: cst.BaseExpression, functions: Collection[str]) -> bool:
    """Whether it makes no difference that a lambda asks for a function again and again."""
    calls = (each for each in within(function) if isinstance(each, cst.Call))
    return all(last_name(each.func) in functions for each in calls)


def _position(call: cst.Call, handed: HandedOver) -> int:
    return next(i for i, each in enumerate(call.args) if each.value is handed.function)


class _Speller(cst.CSTTransformer):
    def __init__(self, functions: Collection[str]) -> None:
        super().__init__()
        self._functions = functions
        self.originals: dict[str, Original] = {}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        handed = _handed(updated_node, self._functions)
        if handed is None:
            return updated_node
        name = f"{PREFIX}{len(self.originals)}"
        inner = _inner(updated_node, handed, name)
        self.originals[name] = Original(handed, updated_node, inner)
        spelled = cst.Lambda(cst.Parameters([cst.Param(cst.Name(name))]), inner)
        position = _position(updated_node, handed)
        function = updated_node.args[position].with_changes(value=spelled)
        before, after = updated_node.args[:position], updated_node.args[position + 1 :]
        if not handed.each:
            after = [each for each in after if each not in handed.sources]
            before = [each for each in before if each not in handed.sources]
        if not after:
            last = updated_node.args[-1]
            function = function.with_changes(
                comma=last.comma, whitespace_after_arg=last.whitespace_after_arg
            )
        return updated_node.with_changes(args=[*before, function, *after])


def _inner(call: cst.Call, handed: HandedOver, name: str) -> cst.Call:
    """The call that is made elsewhere; ``name`` is what it gets where it is made for each element.

    It is on one line, so that the lines of the module stay where they are, unless it has comments.
    """
    if handed.each:
        return cst.Call(handed.function, [cst.Arg(cst.Name(name))])
    comma = call.args[_position(call, handed)].comma
    alike = handed.caller.takes == "the rest" and isinstance(comma, cst.Comma)
    if not alike or not isinstance(comma, cst.Comma) or not comments(call):
        return cst.Call(handed.function, [_bare(each) for each in handed.arguments])
    return cst.Call(
        handed.function, handed.arguments, whitespace_before_args=comma.whitespace_after
    )


def _bare(argument: cst.Arg) -> cst.Arg:
    """An argument without what follows it."""
    return argument.with_changes(
        comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace("")
    )
