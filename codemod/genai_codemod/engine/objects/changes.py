"""Statements that change a list which an object holds, and what the list is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.rule_packs.template import WrittenList
from genai_codemod.engine.syntax.module_syntax import literal

Build = Callable[[cst.CSTNode], "cst.BaseExpression | None"]
Current = Callable[[], cst.BaseExpression]
FIRST = cst.Slice(lower=None, upper=cst.Integer("1"))
LAST = cst.Slice(lower=cst.parse_expression("-1"), upper=None)


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes an attribute; ``build`` gives the new value of it, if any.

    ``original`` is what the value is converted as, None if that is not needed.
    """

    statement: cst.BaseSmallStatement
    original: cst.BaseExpression | None
    build: Build


def change_of(facts: Facts, node: cst.Attribute, reading: Callable[[], Current]) -> Change | None:
    """The change that is made to what ``node`` reads; ``reading`` says how to read it then."""
    statement = facts.use(node).parent
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        if statement.value is node:
            return None
        return Change(statement, statement.value, lambda updated: updated.value)  # type: ignore[attr-defined]
    if isinstance(statement, cst.AugAssign):
        return _addition(statement, node, reading)
    if isinstance(statement, cst.Subscript):
        deleted = facts.index.parents.get(statement)
        if not isinstance(deleted, cst.Del) or deleted.target is not statement:
            return None
        return _deletion(deleted, statement, node, reading)
    if not isinstance(statement, cst.Attribute):
        return None
    call = facts.index.parents.get(statement)
    parent = facts.index.parents.get(call) if call is not None else None
    if not isinstance(call, cst.Call) or not isinstance(parent, cst.Expr):
        return None
    if any(argument.star for argument in call.args):
        return None
    return _method(statement.attr.value, call, parent, node, reading)


def copy_of(holder: cst.BaseExpression) -> cst.Name | cst.Attribute | cst.Subscript:
    """A variable, an attribute or an item, to be written once more."""
    copy = holder.deep_clone()
    assert isinstance(copy, cst.Name | cst.Attribute | cst.Subscript)
    return copy


def _addition(
    statement: cst.AugAssign, node: cst.Attribute, reading: Callable[[], Current]
) -> Change | None:
    """``chat.history += turns``."""
    if statement.target is not node or not isinstance(statement.operator, cst.AddAssign):
        return None
    current = reading()

    def build(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.AugAssign)
        return _joined(cst.StarredElement(current()), *_all_of(updated.value))

    # What the attribute itself can be includes what is added to it, which is not read here.
    original = _joined(cst.StarredElement(node.deep_clone()), *_all_of(statement.value))
    return Change(statement, original, build)


def _deletion(
    statement: cst.Del, target: cst.Subscript, node: cst.Attribute, reading: Callable[[], Current]
) -> Change | None:
    """``del chat.history[:2]``: what is not deleted stays."""
    given = target.slice[0].slice
    part = _end(literal(given.value)) if isinstance(given, cst.Index) else given
    if not isinstance(part, cst.Slice) or part.step is not None:
        return None
    if part.lower is None and part.upper is None:
        return Change(statement, None, lambda _: None)
    if part.lower is not None and part.upper is not None:
        return None
    rest, current = cst.Slice(lower=part.upper, upper=part.lower), reading()
    return Change(statement, node, lambda _: _part(current(), rest))


def _method(
    method: str,
    call: cst.Call,
    statement: cst.Expr,
    node: cst.Attribute,
    reading: Callable[[], Current],
) -> Change | None:
    """``chat.history.append(turn)`` and other changes in place."""
    given = [argument.value for argument in call.args]
    if method == "clear" and not given:
        return Change(statement, None, lambda _: None)
    if method == "pop" and len(given) < 2:
        end = _end(literal(given[0]) if given else -1)
        if end is None:
            return None
        kept, current = cst.Slice(lower=end.upper, upper=end.lower), reading()
        return Change(statement, node, lambda _: _part(current(), kept))
    if method == "insert" and len(given) == 2 and literal(given[0]) == 0:
        return _longer(statement, given[1], node, reading(), "front")
    if method in ("append", "extend") and len(given) == 1:
        return _longer(statement, given[0], node, reading(), method)
    return None


def _longer(
    statement: cst.Expr, added: cst.BaseExpression, node: cst.Attribute, current: Current, how: str
) -> Change:
    """A list with more in it: ``[*value, added]``, or ``[added, *value]`` in front."""

    def listed(value: cst.BaseExpression, more: cst.BaseExpression) -> cst.BaseExpression:
        rest = cst.StarredElement(value)
        if how == "front":
            return _joined(cst.Element(more), rest)
        return _joined(rest, *(_all_of(more) if how == "extend" else [cst.Element(more)]))

    def build(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.Expr)
        assert isinstance(updated.value, cst.Call)
        return listed(current(), updated.value.args[-1].value)

    return Change(statement, listed(node, added), build)


def _all_of(added: cst.BaseExpression) -> list[cst.BaseElement]:
    """The elements that a list adds to another; those of a written one are joined."""
    if isinstance(added, cst.List):
        return [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in added.elements]
    return [cst.StarredElement(added)]


def _joined(*elements: cst.BaseElement) -> cst.BaseExpression:
    return WrittenList(elements)


def _end(position: object) -> cst.Slice | None:
    """The first or the last element of a list, as a part of it."""
    if isinstance(position, bool) or position not in (0, -1):
        return None
    return LAST if position else FIRST


def _part(value: cst.BaseExpression, part: cst.Slice) -> cst.Subscript:
    return cst.Subscript(value, [cst.SubscriptElement(part)])
