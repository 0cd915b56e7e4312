"""What is in lists, dicts, tuples, pages and streams."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import get_args

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.values import (
    UNKNOWN,
    DictValue,
    InstanceValue,
    ListValue,
    TupleValue,
    Value,
    Values,
    instances,
    union,
    without_none,
)

_SAME_ELEMENTS = frozenset({"list", "tuple", "reversed", "sorted", "iter", "set"})
_CHANGING = frozenset(
    {"pop", "popitem", "clear", "update", "setdefault", "remove", "append", "extend", "insert"}
)


def iterated(values: Values) -> Values:
    """What looping over a value gives."""
    return union([_one(value) for value in without_none(values)])


def _one(value: Value) -> Values:
    if isinstance(value, TupleValue):
        return union(list(value.items))
    if isinstance(value, ListValue):
        return value.elements
    if isinstance(value, InstanceValue):
        arguments = get_args(value.annotation)
        if value.cls is not None and value.cls is not dict and len(arguments) == 1:
            return instances(arguments[0])
    return UNKNOWN


def item(owner: Value, index: ast.expr) -> Values:
    """What ``owner[index]`` is."""
    if isinstance(owner, TupleValue):
        position = index.value if isinstance(index, ast.Constant) else None
        if isinstance(position, int) and -len(owner.items) <= position < len(owner.items):
            return owner.items[position]
        return UNKNOWN
    if isinstance(owner, DictValue):
        key = index.value if isinstance(index, ast.Constant) else None
        return next((values for name, values in owner.items if name == key), UNKNOWN)
    if isinstance(owner, ListValue):
        return (owner,) if isinstance(index, ast.Slice) else owner.elements
    if not isinstance(owner, InstanceValue):
        return UNKNOWN
    arguments = get_args(owner.annotation)
    if owner.cls is list and arguments:
        return (owner,) if isinstance(index, ast.Slice) else instances(arguments[0])
    if owner.cls is dict and len(arguments) == 2:
        return instances(arguments[1])
    if owner.cls is not None and surface.is_ours(owner.cls) and arguments:
        return instances(arguments[0])
    return UNKNOWN


def unpacked(values: Values, path: Sequence[int]) -> Values:
    """The part of a value that a target in a tuple of targets is given."""
    for position in path:
        values = union([_at(value, position) for value in values])
    return values


def _at(value: Value, position: int) -> Values:
    if isinstance(value, TupleValue):
        return value.items[position] if position < len(value.items) else UNKNOWN
    return value.elements if isinstance(value, ListValue) else UNKNOWN


def built(name: str, arguments: Sequence[Values]) -> Values:
    """What a builtin function that goes through collections gives."""
    if not arguments:
        return UNKNOWN
    elements = iterated(arguments[0])
    if name == "next":
        return elements
    if name == "enumerate" and elements:
        return (ListValue((TupleValue((UNKNOWN, elements)),)),)
    if name == "zip":
        return (ListValue((TupleValue(tuple(map(iterated, arguments))),)),)
    if name in _SAME_ELEMENTS and elements:
        return (_collected(elements),)
    return UNKNOWN


def _collected(elements: Values) -> Value:
    """A list of elements; as the SDK would annotate it, so that its attributes are known."""
    if len(elements) == 1 and isinstance(elements[0], InstanceValue):
        return InstanceValue(list[elements[0].annotation])  # type: ignore[misc]
    return ListValue(elements)


def written(node: ast.List | ast.Dict | ast.Tuple, values: Callable[[ast.expr], Values]) -> Values:
    """A collection that is written out; ``values`` says what an expression is."""
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        if not keys or not all(isinstance(key, str) for key in keys):
            return UNKNOWN
        pairs = zip(map(str, keys), map(values, node.values), strict=True)
        return (DictValue(tuple(pairs)),)
    if any(isinstance(each, ast.Starred) for each in node.elts):
        return UNKNOWN
    elements = [values(each) for each in node.elts]
    if isinstance(node, ast.Tuple):
        return (TupleValue(tuple(elements)),)
    together = union(elements)
    return (ListValue(together),) if together else UNKNOWN


# What ``changed_names`` finds something in.
CHANGING = (ast.AugAssign, ast.Call, ast.Subscript)


def changed_names(node: ast.AST) -> list[str]:
    """The names whose lists and dicts a node changes in place."""
    target: ast.AST | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value if node.func.attr in _CHANGING else None
    elif isinstance(node, ast.AugAssign):
        target = node.target
    return [target.id] if isinstance(target, ast.Name) else []
