"""``hasattr(model, "start_chat")``: asked of an object that always had it, and has it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, present
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule

if TYPE_CHECKING:
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone


def plan_asked_methods(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Answer for the objects that were, and say that the other branch is over."""
    for call in facts.index.calls:
        rule = asked_method(facts, call)
        if rule is None or left.value_left(facts.value(call.args[0].value)):
            continue
        name = facts.attribute_asked(call, "hasattr")
        plan.replace[call] = lambda _: cst.Name("True")
        message = f"the old object always had {name}, which this asked for: keep that branch."
        plan.found(call, rule, "review", message)


def asked_method(facts: Facts, call: cst.CSTNode) -> CallRule | AttributeRule | None:
    """What ``hasattr`` asks an object for that has it under another name now, or not at all."""
    name = facts.attribute_asked(call, "hasattr")
    if name is None or not isinstance(call, cst.Call):
        return None
    owners = present(facts.value(call.args[0].value))
    rules = [_lost(facts.pack, each.kind, name) for each in owners if isinstance(each, Instance)]
    return rules[0] if rules and len(rules) == len(owners) and None not in rules else None


def _lost(pack: RulePack, kind: str, name: str) -> CallRule | AttributeRule | None:
    method = pack.method(kind, name)
    if method is not None:
        kept = (method.becomes or "").startswith(f"self.{name}(")
        return None if kept or method.becomes is None else method
    attribute = pack.attribute(kind, name)
    return attribute if attribute is not None and attribute.becomes == "self" else None
