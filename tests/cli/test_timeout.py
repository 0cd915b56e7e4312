from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from genai_codemod.cli.main import group
from genai_codemod.engine.result import Migration
from genai_codemod.library import runs as command
from genai_codemod.project.programs import Program

LEGACY = b"import google.generativeai as genai\n"


def slow_where_asked(program: Program, **_options: bool) -> dict[Path, Migration]:
    if any(b"slow" in data for data in program.files.values()):
        end = time.process_time() + 30
        while time.process_time() < end:
            pass
    return {path: Migration(data, b"new\n", edits=1) for path, data in program.files.items()}


def test_a_file_that_takes_too_long_is_left_and_the_others_are_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "migrate_program", slow_where_asked)
    slow, quick = tmp_path / "a.py", tmp_path / "b.py"
    slow.write_bytes(LEGACY + b"# slow\n")
    quick.write_bytes(LEGACY)
    result = CliRunner().invoke(group, ["migrate", "--timeout", "0.2", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{slow}:1:1: error: was not migrated in 0.2 s; see --timeout" in result.stderr
    assert slow.read_bytes() == LEGACY + b"# slow\n"
    assert quick.read_bytes() == b"new\n"


def test_a_negative_time_is_wrong_usage() -> None:
    assert CliRunner().invoke(group, ["migrate", "--timeout", "-1"]).exit_code == 2
