"""How expressions are used where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst


@dataclass(frozen=True, slots=True)
class Use:
    """How an expression is used: the role it plays in its parent.

    Roles: ``attribute``, ``item``, ``callee``, ``argument``, ``stored``, ``returned``,
    ``iterated``, ``tested``, ``awaited``, ``element``, ``formatted``, ``dropped``, ``annotation``,
    ``entered``, ``compared``, ``index``, ``matched``, ``passed on`` (to a parameter it is the
    default of, or by a conditional) and ``other``.
    """

    role: str
    parent: cst.CSTNode


def use_of(node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> Use | None:
    """The role that a node plays in what is around it, if that is known."""
    parent = parents.get(node)
    while parent is not None and parent.__class__ in _HOLDERS:
        node, parent = parent, parents.get(parent)
    return None if parent is None else Use(_role(node, parent), parent)


def with_await(call: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> cst.CSTNode:
    """A call with the ``await`` around it, if there is one."""
    parent = parents.get(call)
    return parent if isinstance(parent, cst.Await) else call


def operands(comparison: cst.Comparison) -> list[cst.BaseExpression]:
    """All that a comparison compares, from left to right."""
    return [comparison.left, *(target.comparator for target in comparison.comparisons)]


def comparison_of(
    node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> cst.Comparison | None:
    """The comparison that a node is an operand of, if it is one."""
    parent = parents.get(node)
    if isinstance(parent, cst.ComparisonTarget):
        parent = parents.get(parent)
    return parent if isinstance(parent, cst.Comparison) else None


def compared_with(
    node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> list[cst.BaseExpression]:
    """The other operands of the comparison that a node is in; none if it is in no comparison."""
    comparison = comparison_of(node, parents)
    return [each for each in operands(comparison) if each is not node] if comparison else []


# What is before a number only.
ARITHMETIC_SIGNS = (cst.Minus, cst.Plus, cst.BitInvert)
# Where an expression is the whole of what is asked, and needs no parentheses.
CONDITIONS = (cst.If, cst.While, cst.CompIf, cst.Assert)


def is_searched(use: Use) -> bool:
    """Whether something is looked for in an expression: ``"a" in text``."""
    return isinstance(use.parent, cst.ComparisonTarget) and isinstance(
        use.parent.operator, cst.In | cst.NotIn
    )


# Nodes that only hold one that is used by what is around them.
_HOLDERS = frozenset({cst.AssignTarget, cst.Element, cst.Index, cst.SubscriptElement, cst.WithItem})
_ROLES: dict[type[cst.CSTNode], str] = {
    cst.Arg: "argument",
    cst.Assign: "stored",
    cst.NamedExpr: "stored",
    cst.AugAssign: "stored",
    cst.Return: "returned",
    cst.Yield: "returned",
    cst.Await: "awaited",
    cst.List: "element",
    cst.Tuple: "element",
    cst.Set: "element",
    cst.DictElement: "element",
    cst.Dict: "element",
    cst.ListComp: "element",
    cst.SetComp: "element",
    cst.DictComp: "element",
    cst.GeneratorExp: "element",
    cst.StarredElement: "iterated",
    cst.FormattedStringExpression: "formatted",
    cst.Expr: "dropped",
    cst.Annotation: "annotation",
    cst.With: "entered",
    cst.BooleanOperation: "tested",
    cst.UnaryOperation: "tested",
    cst.CompIf: "tested",
    cst.ComparisonTarget: "compared",
    cst.Comparison: "compared",
    cst.Lambda: "returned",
}


def _role(node: cst.CSTNode, parent: cst.CSTNode) -> str:
    if (role := _ROLES.get(parent.__class__)) is not None:
        return role
    match parent:
        case cst.Attribute(value=value) if value is node:
            return "attribute"
        case cst.Subscript(value=value) if value is node:
            return "item"
        case cst.Subscript():
            return "index"
        case cst.Match():
            return "matched"
        case cst.Call(func=func) if func is node:
            return "callee"
        case cst.For(iter=iterated) | cst.CompFor(iter=iterated) if iterated is node:
            return "iterated"
        case (
            cst.If(test=test) | cst.While(test=test) | cst.IfExp(test=test) | cst.Assert(test=test)
        ) if test is node:
            return "tested"
        case cst.IfExp():
            return "passed on"
        case cst.AnnAssign(annotation=annotation) if annotation is not node:
            return "stored"
        case cst.Param(default=default) if default is node:
            return "passed on"
    return "other"
