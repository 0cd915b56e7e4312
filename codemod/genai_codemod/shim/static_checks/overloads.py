"""Methods that are called in several ways, each with its own parameters and result."""

from __future__ import annotations

import ast
import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

from genai_codemod.shim import surface

Way = Callable[..., Any]


def result(ways: tuple[Way, ...], node: ast.Call) -> object:
    """The annotation of what a call gives, if all ways that it may mean give the same."""
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if len(given) < len(node.keywords):
        return Any
    found = [surface.hints(way).get("return", Any) for way in ways if _is_called_so(way, given)]
    return found[0] if found and all(each == found[0] for each in found) else Any


def parameters(ways: tuple[Way, ...]) -> Mapping[str, inspect.Parameter]:
    """The parameters that one of the ways names; ``**others`` stands for them, and no more."""
    found: dict[str, inspect.Parameter] = {}
    for way in ways:
        signature = surface.signature(way)
        if signature is None:
            return {}
        found.update(signature.parameters)
    return {n: p for n, p in found.items() if p.kind is not inspect.Parameter.VAR_KEYWORD}


def _is_called_so(way: Way, given: Mapping[str, ast.expr]) -> bool:
    signature = surface.signature(way)
    if signature is None or not given.keys() <= signature.parameters.keys():
        return False
    for name, annotation in surface.hints(way).items():
        if name in given and not _may_be(given[name], annotation):
            return False
        parameter = signature.parameters.get(name)
        # One that must be true where it is given, such as ``stream``, tells the ways apart.
        if parameter is not None and parameter.default is inspect.Parameter.empty:
            if name not in given and _literals(annotation):
                return False
    return True


def _may_be(node: ast.expr, annotation: object) -> bool:
    allowed = _literals(annotation)
    if not allowed or not isinstance(node, ast.Constant):
        return True
    return node.value in allowed


def _literals(annotation: object) -> tuple[object, ...]:
    """The values that are all that an annotation allows."""
    found = surface.alternatives(annotation)
    if not all(_is_literal(each) for each in found):
        return ()
    return tuple(value for each in found for value in typing.get_args(each))


def _is_literal(annotation: object) -> bool:
    return typing.get_origin(annotation) is typing.Literal
