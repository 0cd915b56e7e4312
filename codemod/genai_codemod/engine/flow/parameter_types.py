"""What arguments the new SDK gives to a function that it calls by itself.

It checks them with ``isinstance`` against the annotation, and answers the model with an error where
that fails; the legacy SDK passed on what the model gave.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.values import Function
from genai_codemod.engine.rule_packs.signature import named_parameters
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_of

# Classes of what JSON holds, and names for them.
FITTING = frozenset({"bool", "dict", "float", "int", "list", "object", "str"})
LISTS = frozenset({"list", "List"})
DICTS = frozenset({"dict", "Dict"})
UNIONS = frozenset({"Optional", "Union"})


def unfit_parameters(function: Function) -> list[str]:
    """The parameters, each with its annotation, that no argument of a model is an instance of."""
    if isinstance(function.node, cst.Lambda):
        return []
    return [
        f"{param.name.value}: {source_of(param.annotation.annotation)}"
        for param in named_parameters(function.node)
        if param.annotation is not None and not _fits(param.annotation.annotation)
    ]


def _fits(node: cst.BaseExpression) -> bool:
    """Whether what a model gives is an instance of an annotation, if it is of that type at all."""
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        return isinstance(text, str) and _fits(cst.parse_expression(text))
    if members := _members(node):
        names = {_last(member) for member in members}
        # A whole number is an int, which a union does not take for a float.
        whole = "float" not in names or "int" in names
        return whole and all(_fits_in_union(member) for member in members)
    if not isinstance(node, cst.Subscript):
        return _last(node) in FITTING
    return _last(node.value) in (LISTS | DICTS) and all(map(_fits, _inner(node)))


def _members(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The types of a union, flat; none if it is no union."""
    if isinstance(node, cst.BinaryOperation):
        sides = (node.left, node.right)
        return [each for side in sides for each in (_members(side) or [side])]
    if isinstance(node, cst.Subscript) and _last(node.value) in UNIONS:
        return _inner(node)
    return []


def _fits_in_union(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Subscript) and _last(node.value) in DICTS:
        return False
    return _last(node) == "None" or _fits(node)


def _inner(node: cst.Subscript) -> list[cst.BaseExpression]:
    return [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]


def _last(node: cst.BaseExpression) -> str:
    return (dotted_name(node) or "").rpartition(".")[2]
