"""Rules from the OpenAI SDK with Gemini's address to google.genai."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack

# What these rules write of the same form as those for google.generativeai.
_SHARED = (
    "started_stream", "started_async_stream", "recorded_stream", "recorded_async_stream",
)  # fmt: skip


@cache
def load() -> RulePack:
    """The rule pack: the YAML files of this folder, and the converters that they name."""
    from genai_codemod_rules.openai_compat import (
        addresses,
        arguments,
        completions,
        messages,
        options,
    )
    from genai_codemod_rules.shared import helper_templates

    folder = files(__name__)
    others = files("genai_codemod_rules.google_generativeai").joinpath("helpers")
    shared = (others.joinpath(f"{name}.py") for name in _SHARED)
    return replace(
        load_pack(folder),
        converters={**messages.CONVERTERS, **options.CONVERTERS},
        mechanisms={"chat_completion": completions.chat_completion},
        passes=(arguments.plan_arguments, addresses.plan_addresses),
        helpers=helper_templates(folder.joinpath("helpers"), *shared),
    )
