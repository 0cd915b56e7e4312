"""Arrows between the parts of the product only point down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import genai_codemod

PACKAGE = Path(genai_codemod.__file__).parent
UNKNOWN_TO = {
    "engine": ("sources", "project", "report", "shim", "cli"),
    "engine/syntax": ("engine.flow", "engine.tracing", "engine.planning", "engine.writing"),
    "engine/rule_packs": ("engine.tracing", "engine.planning", "engine.writing"),
    "engine/flow": ("engine.planning", "engine.writing"),
    "sources": ("project", "report", "shim", "cli"),
    "project": ("cli",),
    "report": ("cli",),
    "shim": ("cli",),
}
NEVER = ("click", "rich", "genai_codemod_rules")


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", UNKNOWN_TO)
def test_what_lies_below_does_not_know_what_is_above(folder: str) -> None:
    above = tuple(f"genai_codemod.{name}." for name in UNKNOWN_TO[folder])
    files = sorted((PACKAGE / folder).rglob("*.py"))
    assert files
    assert [
        (file.name, name) for file in files for name in imported(file) if name.startswith(above)
    ] == []


def test_the_engine_knows_no_rule_pack_and_prints_nothing() -> None:
    files = sorted((PACKAGE / "engine").rglob("*.py"))
    found = [
        (file.name, name)
        for file in files
        for name in imported(file)
        if name.partition(".")[0] in NEVER
    ]
    assert files
    assert found == []
