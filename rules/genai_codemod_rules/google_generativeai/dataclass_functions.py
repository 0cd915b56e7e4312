"""The legacy GenerationConfig was a dataclass; the new one is a pydantic model."""

from __future__ import annotations

from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.values import Symbol

DATACLASS = Rule("config.dataclass", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGES = {
    "dataclasses.asdict": "google.genai's config is no dataclass: write config.model_dump().",
    "dataclasses.replace": (
        "google.genai's config is no dataclass: write config.model_copy(update={...})."
    ),
    "dataclasses.astuple": "google.genai's config is no dataclass: write config.model_dump().",
    "dataclasses.fields": "google.genai's config is no dataclass: read type(config).model_fields.",
    "dataclasses.is_dataclass": "google.genai's config is no dataclass: this is False now.",
}


def plan_dataclass_functions(rewriter: Rewriter) -> None:
    """Mark what the module ``dataclasses`` is asked to do with a config."""
    facts, plan = rewriter.facts, rewriter.plan
    for call in facts.index.calls:
        names = [atom.name for atom in facts.value(call.func) if isinstance(atom, Symbol)]
        message = next((MESSAGES[name] for name in names if name in MESSAGES), None)
        if message is None or not call.args:
            continue
        value = facts.value(call.args[0].value)
        if facts.kind(call.args[0].value) == "Config" and not rewriter.left.value_left(value):
            plan.found(call, DATACLASS, "manual", message)
