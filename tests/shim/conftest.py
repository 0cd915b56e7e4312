from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from genai_codemod.shim.comparison import Comparison, compare
from genai_codemod.shim.recording import Recording, record

LEGACY = "import google.generativeai as genai\nfrom google.generativeai import caching, protos\n"
NEW = "from google import genai\nfrom google.genai import types\nclient = genai.Client()\n"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Recording]:
    """Record a program that is given as text."""
    count = 0

    def run_text(source: str, answer: str = "default", call: str | None = None) -> Recording:
        nonlocal count
        count += 1
        program = tmp_path / str(count) / "program.py"
        program.parent.mkdir()
        program.write_text(textwrap.dedent(source))
        return record(program, answer=answer, call=call)

    return run_text


@pytest.fixture
def compared(run: Callable[..., Recording]) -> Callable[..., Comparison]:
    """Compare a legacy program and its twin, both without their imports."""

    def compare_texts(before: str, after: str, answer: str = "default") -> Comparison:
        return compare(
            run(LEGACY + textwrap.dedent(before), answer),
            run(NEW + textwrap.dedent(after), answer),
        )

    return compare_texts
