"""What the legacy SDK made of dataclasses, configs and models: they are pydantic models now."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule

DATACLASS = Rule("config.dataclass", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGES = {
    "dataclasses.asdict": "google.genai's {0} is no dataclass: write {0}.model_dump().",
    "dataclasses.replace": (
        "google.genai's {0} is no dataclass: write {0}.model_copy(update={{...}})."
    ),
    "dataclasses.astuple": "google.genai's {0} is no dataclass: write {0}.model_dump().",
    "dataclasses.fields": "google.genai's {0} is no dataclass: read type({0}).model_fields.",
    "dataclasses.is_dataclass": "google.genai's {0} is no dataclass: this is False now.",
}
OF_CLASS = "google.genai's {0} is no dataclass: read model_fields of its class."
KINDS = {"Config": "config", "ModelInfo": "model"}


def plan_dataclass_functions(rewriter: Rewriter) -> None:
    """Mark what the module ``dataclasses`` is asked to do with a config or a model."""
    facts, plan = rewriter.facts, rewriter.plan
    for call in facts.index.calls:
        names = [atom.name for atom in facts.value(call.func) if isinstance(atom, Symbol)]
        message = next((MESSAGES[name] for name in names if name in MESSAGES), None)
        if message is None or not call.args:
            continue
        given = call.args[0].value
        kind = facts.kind(given)
        made = _made_by(rewriter, given)
        if made in KINDS:
            plan.found(call, DATACLASS, "manual", OF_CLASS.format(KINDS[made]))
        elif kind in KINDS and not rewriter.left.value_left(facts.value(given)):
            plan.found(call, DATACLASS, "manual", message.format(KINDS[kind]))


def _made_by(rewriter: Rewriter, node: cst.BaseExpression) -> str:
    """The kind of object that a class makes, if an expression is one of the legacy SDK."""
    symbols = [a for a in rewriter.facts.value(node) if isinstance(a, Symbol)]
    rules = [rewriter.pack.calls.get(symbol.name) for symbol in symbols]
    return next((rule.returns for rule in rules if rule is not None and rule.returns), "")
