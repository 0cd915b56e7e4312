"""Unions of classes that are one class now: ``Response | AsyncResponse``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.values import Symbol

_UNION = frozenset({Symbol("typing.Union")})


def plan_unions(facts: Facts, plan: Plan) -> None:
    """Name each class once in the unions with classes that are renamed."""
    edited = {each for node in plan.replace for each in facts.index.ancestors(node)}
    for node in edited - plan.wrap.keys():
        if isinstance(node, cst.BinaryOperation):
            if _is_union(node) and not _is_union(facts.index.parents.get(node)):
                plan.wrap[node] = _once
        elif isinstance(node, cst.Subscript):
            if facts.value(node.value) == _UNION:
                plan.wrap[node] = _listed_once
        elif isinstance(node, cst.Tuple) and facts.asked_about(node) is not None:
            plan.wrap[node] = _asked_once


def _is_union(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr)


def _members(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and _is_union(node):
        yield from _members(node.left)
        yield from _members(node.right)
    else:
        yield node


def _once(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.BinaryOperation)
    members = list(_members(updated))
    different = list({source_of(each): each for each in members}.values())
    if len(different) == len(members):
        return updated
    return reduce(lambda left, right: updated.with_changes(left=left, right=right), different)


def _listed_once(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Subscript)
    members = updated.slice
    different = list({source_of(each.slice): each for each in members}.values())
    if len(different) == len(members):
        return updated
    (first, *others) = different
    if not others and isinstance(first.slice, cst.Index):
        return first.slice.value
    last = different[-1].with_changes(comma=members[-1].comma)
    return updated.with_changes(slice=[*different[:-1], last])


def _asked_once(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Tuple)
    members = updated.elements
    different = list({source_of(each.value): each for each in members}.values())
    if len(different) == len(members):
        return updated
    if len(different) == 1:
        return different[0].value
    last = different[-1].with_changes(comma=members[-1].comma)
    return updated.with_changes(elements=[*different[:-1], last])
