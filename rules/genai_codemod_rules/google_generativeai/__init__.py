"""Rules from google.generativeai (google-generativeai 0.8.6) to google.genai."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from genai_codemod.engine.rule_files import load_pack
from genai_codemod.engine.rules import RulePack


@cache
def load() -> RulePack:
    """The rule pack: the YAML files of this folder, and the converters that they name."""
    from genai_codemod_rules.google_generativeai import (
        converters,
        literals,
        mechanisms,
        options,
        uploads,
    )

    folder = files(__name__)
    templates = folder.joinpath("helpers")
    helpers = {
        _defined(text): text
        for file in templates.iterdir()
        if file.name.endswith(".py") and file.name != "__init__.py"
        for text in [file.read_text(encoding="utf-8")]
    }
    return replace(
        load_pack(folder),
        converters=converters.CONVERTERS,
        literals={
            "safety_settings": literals.safety_list,
            "contents": literals.content,
            "history": literals.content,
            "tool_config": literals.tool_config,
            "request_options": options.stored_options,
        },
        mechanisms={**mechanisms.MECHANISMS, "upload": uploads.upload},
        helpers=helpers,
        default_model="gemini-1.5-flash-002",
    )


def _defined(text: str) -> str:
    """The name a helper module defines."""
    starts = ("def ", "async def ", "class ")
    line = next(line for line in text.splitlines() if line.startswith(starts))
    return line.removeprefix("async ").split()[1].partition("(")[0].rstrip(":")
