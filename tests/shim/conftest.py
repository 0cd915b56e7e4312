from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Unpack

import pytest
from tests.recorder import RECORDER

from genai_codemod.shim.comparison import Comparison, compare
from genai_codemod.shim.recording import Options, Recording

LEGACY = "import google.generativeai as genai\nfrom google.generativeai import caching, protos\n"
NEW = "from google import genai\nfrom google.genai import types\nclient = genai.Client()\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Write a program that is given as text into a folder of its own."""
    count = 0

    def write(source: str) -> Path:
        nonlocal count
        count += 1
        program = tmp_path / str(count) / "program.py"
        program.parent.mkdir()
        program.write_text(textwrap.dedent(source))
        return program

    return write


@pytest.fixture
def run(written: Callable[[str], Path]) -> Callable[..., Recording]:
    """Record a program that is given as text."""

    def run_text(source: str, **options: Unpack[Options]) -> Recording:
        return RECORDER.record(written(source), **options)

    return run_text


@pytest.fixture
def compared(written: Callable[[str], Path]) -> Callable[..., Comparison]:
    """Compare a legacy program and its twin, both without their imports."""

    def compare_texts(before: str, after: str, answer: str = "default") -> Comparison:
        return compare(
            RECORDER.record(written(LEGACY + textwrap.dedent(before)), answer=answer),
            RECORDER.record(written(NEW + textwrap.dedent(after)), answer=answer),
        )

    return compare_texts
