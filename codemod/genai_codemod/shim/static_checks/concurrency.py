"""Calls that have functions and coroutines run by others: asyncio, threads, ``partial``."""

from __future__ import annotations

import ast
from collections.abc import Callable

from genai_codemod.shim.static_checks.containers import iterated
from genai_codemod.shim.static_checks.values import (
    UNKNOWN,
    Awaitable,
    ListValue,
    Task,
    TupleValue,
    Value,
    Values,
    union,
)

ValuesOf = Callable[[ast.expr], Values]


def run_by_asyncio(name: str, node: ast.Call, values: ValuesOf) -> Values:
    """What ``asyncio.<name>(...)`` gives; what ``to_thread`` gives is known to ``handed_on``."""
    if not node.args:
        return UNKNOWN
    if name == "gather":
        return UNKNOWN if node.keywords else _gathered(node, values)
    first = values(node.args[0])
    if name == "run":
        return awaited(first)
    if name in ("wait_for", "shield"):
        return first if all(isinstance(value, Awaitable) for value in first) else UNKNOWN
    if name in ("create_task", "ensure_future"):
        return _task(first)
    if name == "as_completed":
        elements = _task(iterated(first))
        return (ListValue(elements),) if elements else UNKNOWN
    return UNKNOWN


def awaited(values: Values) -> Values:
    """What awaiting gives."""
    return union([v.result if isinstance(v, Awaitable | Task) else UNKNOWN for v in values])


def _task(values: Values) -> Values:
    result = awaited(values)
    return (Task(result),) if result else UNKNOWN


def _gathered(node: ast.Call, values: ValuesOf) -> Values:
    if any(isinstance(each, ast.Starred) for each in node.args):
        starred = node.args[0]
        if len(node.args) > 1 or not isinstance(starred, ast.Starred):
            return UNKNOWN
        results = awaited(iterated(values(starred.value)))
        found: Value = ListValue(results)
        return (Task((found,)),) if results else UNKNOWN
    return (Task((TupleValue(tuple(awaited(values(each)) for each in node.args)),)),)


def handed_on(node: ast.Call) -> ast.expr | None:
    """The function that a call gives its other arguments to, as its syntax suggests."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    position = {"to_thread": 0, "partial": 0, "submit": 0, "run_in_executor": 1}.get(name)
    if position is None or len(node.args) <= position:
        return None
    return node.args[position]
