"""What the rule packs of this package have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from typing import TypeVar

from genai_codemod.engine.rule_packs.rules import Rule

R = TypeVar("R", bound=Rule)


def helper_templates(folder: Traversable, *others: Traversable) -> dict[str, str]:
    """The templates in a folder and in other files, a definition each, by what they define."""
    own = (file for file in folder.iterdir() if file.name.endswith(".py"))
    files = [*(file for file in own if file.name != "__init__.py"), *others]
    texts = (file.read_text(encoding="utf-8") for file in files)
    return {_defined(text): text for text in texts}


def without_examples(rules: Mapping[str, R]) -> dict[str, R]:
    """Rules that are good for several packs, without the programs that show one SDK."""
    return {name: replace(rule, example=None, guide=None) for name, rule in rules.items()}


def _defined(text: str) -> str:
    """The name that a template defines."""
    starts = ("def ", "async def ", "class ")
    line = next(line for line in text.splitlines() if line.startswith(starts))
    return line.removeprefix("async ").split()[1].partition("(")[0].rstrip(":")
