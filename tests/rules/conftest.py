"""Fixtures for the tests of the run-time helpers."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from tests.recorder import record
from tests.rules.helper_templates import LEGACY, NEW, Compared, with_needed, written

from genai_codemod.shim.comparison import Comparison, compare
from genai_codemod.shim.recording import Recording


@pytest.fixture
def compared(tmp_path: Path) -> Compared:
    """Compare legacy statements with new ones that may call the named templates."""

    def compare_texts(before: str, after: str, *names: str, answer: str = "default") -> Comparison:
        templates = "".join(map(written, with_needed(names)))
        recordings: list[Recording] = []
        for head, body in ((LEGACY, before), (NEW + templates, after)):
            program = tmp_path / str(len(recordings)) / "program.py"
            program.parent.mkdir()
            program.write_text(head + textwrap.dedent(body))
            recordings.append(record(program, answer=answer))
        return compare(*recordings)

    return compare_texts
