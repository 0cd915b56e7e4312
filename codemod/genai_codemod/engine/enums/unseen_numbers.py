"""Numbers that are expected of an object that is not seen: ``queue.get().finish_reason == 1``.

The legacy SDK's enums were numbers, those of the new one are names, which equal no number.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, Unknown, instances, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.uses import compared_with

UNSEEN_NUMBER = Rule(
    "legacy.unseen-number", guide="https://ai.google.dev/gemini-api/docs/migrate#generate-content"
)
# Attributes that are numbers in no other common library.
TELLING_ATTRIBUTES = frozenset({"block_reason", "finish_reason"})


def plan_unseen_numbers(facts: Facts, plan: Plan) -> None:
    """Mark what takes an attribute of an unknown object for a number."""
    if facts.pack.shared:
        return
    for node in facts.index.nodes(cst.Attribute):
        assert isinstance(node, cst.Attribute)
        if node.attr.value not in TELLING_ATTRIBUTES or not _is_unseen(facts, node.value):
            continue
        if _is_number(facts, node):
            name = node.attr.value
            message = (
                f"it cannot be seen whose {name} this is; if it is google.genai's, it is a named "
                f"member and no number: use its name, as {name}.name."
            )
            plan.found(node, UNSEEN_NUMBER, "review", message)


def _is_unseen(facts: Facts, owner: cst.BaseExpression) -> bool:
    atoms = present(facts.value(owner))
    return Unknown() in atoms and not instances(atoms)


def _is_number(facts: Facts, node: cst.Attribute) -> bool:
    use = facts.use(node)
    if isinstance(use.parent, cst.Attribute):
        return use.parent.attr.value == "value"
    if use.role == "compared":
        return any(map(_holds_number, compared_with(node, facts.index.parents)))
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and Symbol("builtins.int") in facts.value(call.func)


def _holds_number(side: cst.BaseExpression) -> bool:
    if isinstance(side, cst.List | cst.Set | cst.Tuple):
        return any(isinstance(element.value, cst.Integer) for element in side.elements)
    return isinstance(side, cst.Integer)
