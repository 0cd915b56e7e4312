"""The pages about rules of one's own: every example on them does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from genai_codemod.engine.custom.checking import try_examples
from genai_codemod.engine.custom.python_rules import load_python_file
from genai_codemod.engine.custom.rule_file import load_file
from genai_codemod.engine.rule_packs.rule_pack import RulePack

PAGES = Path(__file__).parents[1] / "docs" / "pages" / "own-rules"


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


LISTS = [block for block in blocks("yaml.md", "yaml") if block.startswith("- ")]
PACKS = [
    *(load_file(f"team{number}.yaml", each.encode()) for number, each in enumerate(LISTS)),
    *(
        load_file("t.yaml", each.encode())
        for each in blocks("yaml.md", "yaml")
        if each not in LISTS
    ),
    load_file("team.yaml", "".join(LISTS).encode()),
    *(load_python_file("t.py", block.encode()) for block in blocks("python.md", "python")),
]


@pytest.mark.parametrize("pack", PACKS, ids=range(len(PACKS)))
def test_the_examples_are_right(pack: RulePack) -> None:
    for example in try_examples(pack):
        assert example.problems == (), example.given


def test_there_are_examples_of_everything() -> None:
    shown = [example for pack in PACKS for example in try_examples(pack) if example.before]
    assert len(shown) > 20
    assert len(blocks("python.md", "python")) == 4
