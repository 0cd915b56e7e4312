"""Rules from vertexai.generative_models (google-cloud-aiplatform) to google.genai on Vertex AI."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack


@cache
def load() -> RulePack:
    """The rule pack: the YAML files of this folder, and what it shares with the other SDK's."""
    from genai_codemod_rules import google_generativeai
    from genai_codemod_rules.google_generativeai import literals
    from genai_codemod_rules.shared import helper_templates, without_examples
    from genai_codemod_rules.vertexai import converters, mechanisms

    folder = files(__name__)
    pack = load_pack(folder)
    other = google_generativeai.load()
    shared = {name: other.helpers[name] for name in _SHARED}
    return replace(
        pack,
        converters=converters.CONVERTERS,
        exceptions={**without_examples(other.exceptions), **pack.exceptions},
        findings={**without_examples(other.findings), **pack.findings},
        literals={"safety_settings": literals.safety_list},
        mechanisms=mechanisms.MECHANISMS,
        helpers={**shared, **helper_templates(folder.joinpath("helpers"))},
    )


# What is written into modules for both SDKs.
_SHARED = (
    "_block_reason_number",
    "_duration",
    "_endpoint",
    "_history",
    "_joined_history",
    "_message",
    "_moment",
    "_probability_number",
    "_safety_settings",
    "_settings_of",
    "_with_settings",
)
