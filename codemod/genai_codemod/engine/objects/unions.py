"""Unions of classes that are one class now: ``Response | AsyncResponse``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TypeVar

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import source_of

Member = TypeVar("Member", cst.SubscriptElement, cst.BaseElement)
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
    members = _different(updated.slice, [each.slice for each in updated.slice])
    if len(members) == len(updated.slice):
        return updated
    (first, *others) = members
    if not others and isinstance(first.slice, cst.Index):
        return first.slice.value
    return updated.with_changes(slice=members)


def _asked_once(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Tuple)
    members = _different(updated.elements, [each.value for each in updated.elements])
    if len(members) == len(updated.elements):
        return updated
    return members[0].value if len(members) == 1 else updated.with_changes(elements=members)


def _different(members: Sequence[Member], named: Sequence[cst.CSTNode]) -> list[Member]:
    """The last of those that name the same, in order, with what followed the whole at its end."""
    texts = map(source_of, named)
    found = list(dict(zip(texts, members, strict=True)).values())
    if len(found) == len(members):
        return list(members)
    found[-1] = found[-1].with_changes(comma=members[-1].comma)
    return found
