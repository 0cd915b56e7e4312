"""Attributes of a caught error that some or all of the errors of the new SDK do not have."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.besides import Besides
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.rules import AttributeRule, Rule
from genai_codemod.engine.rule_packs.template import render
from genai_codemod.engine.syntax.module_syntax import source_of

# The kinds of a rule pack that say what an error has: one that is surely of the SDK, or any.
OWN_ERROR = "Error"
ANY_ERROR = "AnyError"
LACKING = Rule("errors.no-attribute")
LATE = Rule("errors.late-attribute")
LOST = Rule("errors.lost-attribute")
LOST_MESSAGE = "the error of a lost connection has no {}; before, this gave {}."
LATE_MESSAGE = "the error of a call that takes too long has no {}; before, this gave {}."


def mark_lacking(facts: Facts, plan: Plan, body: cst.BaseSuite, alias: str) -> None:
    """Mark where an attribute is read of an error that the errors of neither SDK have."""
    kind = facts.pack.kinds.get(OWN_ERROR)
    if kind is None or not kind.strict:
        return
    if any(
        isinstance(node, cst.AssignTarget) and source_of(node.target) == alias
        for node in facts.index.within(body)
    ):
        return
    reads = list(_attributes(facts, body, alias))
    own = {each.attr.value for each in reads if facts.use(each).role == "stored"}
    for node in reads:
        name = node.attr.value
        if name in kind.attributes or name in own or name.startswith("__"):
            continue
        message = f"{name} is no attribute of {facts.pack.successor_module}'s errors, nor was it."
        plan.found(node, LACKING, "review", message)


def give_missing(
    facts: Facts, plan: Plan, body: cst.BaseSuite, alias: str, besides: Besides
) -> None:
    """``getattr(error, "code", 504)``, where an error can also be one that has no such attribute.

    That is one of the HTTP library, which was one of the SDK before.
    """
    for node in _attributes(facts, body, alias):
        rule = facts.pack.attribute(OWN_ERROR, node.attr.value)
        default = besides.default(rule) if rule is not None else None
        if rule is None or default is None:
            continue
        outer = facts.index.parents.get(node)
        target = outer if outer is not None and outer in plan.replace else node
        plan.wrap[target] = _or_else(default)
        plan.found(node, rule, "rewritten")
        if besides.late is not None and default != rule.absent:
            plan.imports.add(f"import {besides.late.rpartition('.')[0]}")
    for call, rule in _asked(facts, body, alias):
        if besides.late is not None:
            plan.found(call, LATE, "review", LATE_MESSAGE.format(rule.name, rule.absent))
        elif rule.manual is None:
            message = LOST_MESSAGE.format(rule.name, rule.unreached)
            plan.found(call, LOST, "review", message)


def mark_late(facts: Facts, plan: Plan, body: cst.BaseSuite, alias: str) -> None:
    """Mark where any exception is asked for what such an error said before."""
    for node in _attributes(facts, body, alias):
        rule = facts.pack.attribute(ANY_ERROR, node.attr.value)
        if rule is not None and rule.absent is not None:
            plan.found(node, LATE, "review", LATE_MESSAGE.format(rule.name, rule.absent))
    for call, rule in _asked(facts, body, alias):
        plan.found(call, LATE, "review", LATE_MESSAGE.format(rule.name, rule.absent))


def _asked(
    facts: Facts, body: cst.BaseSuite, alias: str
) -> Iterator[tuple[cst.Call, AttributeRule]]:
    """``getattr(error, "code", None)``, for what such an error does not have."""
    for call in facts.index.within(body):
        if not isinstance(call, cst.Call) or not call.args:
            continue
        if source_of(call.args[0].value) != alias:
            continue
        for function in ("getattr", "hasattr"):
            name = facts.attribute_asked(call, function)
            rule = facts.pack.attribute(OWN_ERROR, name) if name is not None else None
            if rule is not None and rule.absent is not None:
                yield call, rule


def _attributes(facts: Facts, body: cst.BaseSuite, alias: str) -> Iterator[cst.Attribute]:
    """The attributes of a caught error that a piece of code reads or sets."""
    for node in facts.index.within(body):
        if isinstance(node, cst.Attribute) and source_of(node.value) == alias:
            yield node


def _or_else(absent: str) -> Replace:
    """What makes ``error.code`` a call of ``getattr`` with what the error said before."""

    def write(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.BaseExpression)
        if not isinstance(updated, cst.Attribute):
            return updated
        error = updated.value
        default = render(absent, {"self": lambda: error}, {}, frozenset())
        name = cst.SimpleString(f'"{updated.attr.value}"')
        return cst.Call(cst.Name("getattr"), [cst.Arg(error), cst.Arg(name), cst.Arg(default)])

    return write
