"""How an attribute of an object is read in the new SDK, given what happens to that object."""

from __future__ import annotations

from collections.abc import Callable, Collection

import libcst as cst

from genai_codemod.engine.errors.refusals import goes_on_after_refusal
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import AttributeRule
from genai_codemod.engine.rule_packs.template import HELPERS, call, render, standard_imports

Read = Callable[[cst.BaseExpression], cst.BaseExpression]


def reader(
    facts: Facts, plan: Plan, rule: AttributeRule, owners: Collection[Instance], role: str = ""
) -> Read | None:
    """Writes the attribute of the object that it is given; None if nothing changes.

    The ``role`` is the one that the attribute plays where it stands.
    """
    if rule.joins is not None and is_joined(facts, rule, owners):
        helper = plan.helper(rule.joins)
        return lambda owner: call(cst.Name(helper), cst.Arg(owner))
    becomes = rule.used.get(role, rule.becomes)
    if rule.checked is not None and goes_on_after_refusal(facts, plan, owners):
        becomes = rule.checked
    if becomes is None:
        return None
    template = becomes

    def read(owner: cst.BaseExpression) -> cst.BaseExpression:
        for name in HELPERS.findall(template):
            plan.helper(name)
        plan.imports |= standard_imports(template)
        names = {"self": lambda: owner}
        for module in ("types", "errors"):
            names[module] = lambda module=module: plan.module(module)  # type: ignore[misc]
        return render(template, names, {}, frozenset())

    return read


def is_joined(facts: Facts, rule: AttributeRule, owners: Collection[Instance]) -> bool:
    """Whether a list is put together anew whenever it is read, of what streams left in it."""
    return rule.joins is not None and _streams(facts, owners)


def _streams(facts: Facts, owners: Collection[Instance]) -> bool:
    """Whether any call on one of the objects was streamed."""
    sites = {owner.site for owner in owners}
    return any(
        bound.instance.site in sites
        for call, rules in facts.interpreter.bindings.items()
        if any(rule.stream and "stream" in b.arguments for rule, b in rules.items())
        for bound in facts.bound_methods(call.func)
    )
