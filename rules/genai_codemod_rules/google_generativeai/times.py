"""Converters of durations and moments (legacy: ``google.generativeai.types.caching_types``)."""

from __future__ import annotations

import datetime

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Plain, Symbol, present
from genai_codemod.engine.objects.settings import may_be_none
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import atomic, call, expression, text_literal
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai import literals

UNITS = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
BOTH = Rule("caching.ttl-and-expire-time")


def duration(argument: Argument, context: Context) -> cst.BaseExpression:
    """A time to live as text: ``"300s"``."""
    original, updated = argument.original, argument.updated
    keywords = {each.keyword.value: each.value for each in argument.call.args if each.keyword}
    moment = keywords.get("expire_time", cst.Name("None"))
    alternatives = map(context.value, (original, moment))
    if literal(moment) is not None and not all(map(may_be_none, alternatives)):
        message = "give ttl or expire_time, not both: the legacy SDK raised a ValueError here."
        context.plan.found(argument.call, BOTH, "review", message)
    written = _written_duration(original, context)
    if written is not None:
        seconds = f"{written.total_seconds():.6f}".rstrip("0").rstrip(".")
        return text_literal(f"{seconds}s")
    if _is_plain(original, "timedelta", context) and not _needs_quotes(updated):
        return expression(f'f"{{{source_of(atomic(updated))}.total_seconds()}}s"')
    if _is_plain(original, "int", context) and not _needs_quotes(updated):
        return expression(f'f"{{{source_of(updated)}}}s"')
    return context.helper("_duration", updated)


def moment(argument: Argument, context: Context) -> cst.BaseExpression:
    """A moment with its time zone: without one the legacy SDK took it as local time."""
    original, updated = argument.original, argument.updated
    if _number(original) is not None:
        return updated
    if not _is_plain(original, "datetime", context):
        return context.helper("_moment", updated)
    if _has_zone(original):
        return updated
    return call(cst.Attribute(atomic(updated), cst.Name("astimezone")))


def _has_zone(node: cst.BaseExpression) -> bool:
    """Whether a moment is seen to be made with a time zone."""
    if isinstance(node, cst.BinaryOperation):
        return _has_zone(node.left) or _has_zone(node.right)
    if not isinstance(node, cst.Call):
        return False
    names = {argument.keyword.value for argument in node.args if argument.keyword}
    now = isinstance(node.func, cst.Attribute) and node.func.attr.value == "now"
    return bool(names & {"tz", "tzinfo"}) or (now and bool(node.args))


def _is_plain(node: cst.BaseExpression, kind: str, context: Context) -> bool:
    value = context.value(node)
    return present(value) == frozenset({Plain(kind)}) and not may_be_none(value)


def _needs_quotes(node: cst.BaseExpression) -> bool:
    """Whether an expression cannot stand in an f-string of every Python version."""
    return any(character in source_of(node) for character in "\"'\\\n#")


def _written_duration(node: cst.BaseExpression, context: Context) -> datetime.timedelta | None:
    """The value of a duration that is written out, in any of the legacy forms."""
    value = _number(node)
    if isinstance(value, int):
        return datetime.timedelta(seconds=value)
    if isinstance(node, cst.Call) and _is_timedelta(node, context):
        return _sum(_arguments(node))
    fields = literals.entries(node)
    if fields is None or not fields.keys() <= {"seconds", "nanos"}:
        return None
    nanoseconds = _number(fields.pop("nanos", cst.Integer("0")))
    seconds = _sum(fields)
    if seconds is None or nanoseconds is None:
        return None
    return seconds + datetime.timedelta(microseconds=nanoseconds / 1000)


def _is_timedelta(node: cst.Call, context: Context) -> bool:
    return present(context.value(node.func)) == frozenset({Symbol("datetime.timedelta")})


def _arguments(node: cst.Call) -> dict[str, cst.BaseExpression]:
    """The arguments of ``timedelta`` by unit; a key that is no unit says that it is not clear."""
    units = (*UNITS, *("" for _ in node.args))
    return {
        argument.star or (argument.keyword.value if argument.keyword else unit): argument.value
        for argument, unit in zip(node.args, units, strict=False)
    }


def _sum(fields: dict[str, cst.BaseExpression]) -> datetime.timedelta | None:
    numbers = {unit: _number(value) for unit, value in fields.items()}
    known = {unit: number for unit, number in numbers.items() if number is not None}
    if known.keys() != numbers.keys() or not known.keys() <= {*UNITS}:
        return None
    return datetime.timedelta(**known)


def _number(node: cst.BaseExpression) -> int | float | None:
    value = literal(node)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


CONVERTERS = {"duration": duration, "moment": moment}
