from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.recorder import RECORDER

from genai_codemod.cli import prove as prove_module
from genai_codemod.cli.prove import prove

BEFORE = """
import google.generativeai as genai
model = genai.GenerativeModel("m", generation_config={"temperature": 0.5})
print(model.generate_content("Hi").text)
"""
AFTER = """
from google import genai
client = genai.Client()
config = {"temperature": 0.5}
print(client.models.generate_content(model="m", contents="Hi", config=config).text)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "before.py").write_text(BEFORE)
    (tmp_path / "after.py").write_text(AFTER)
    return tmp_path


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command record in the processes of the tests."""
    monkeypatch.setattr(prove_module, "record", RECORDER.record)


def invoke(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(
        prove, [str(folder / "before.py"), str(folder / "after.py"), *options]
    )


def test_the_same_requests_exit_0(folder: Path) -> None:
    result = invoke(folder)
    assert (result.exit_code, result.output) == (
        0,
        "tolerated: api-version\nsame requests: 1 request\n",
    )


@pytest.mark.usefixtures("warm")
def test_a_lost_setting_exits_1_and_is_shown(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER.replace("0.5", "0.6"))
    result = invoke(folder)
    assert result.exit_code == 1
    assert '-    "temperature": 0.5' in result.output
    assert '+    "temperature": 0.6' in result.output
    assert result.output.endswith("different: 1 of 1 request before\n")


@pytest.mark.usefixtures("warm")
def test_another_output_is_a_note_unless_it_is_asked_for(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER + "print('more')")
    assert invoke(folder).exit_code == 0
    result = invoke(folder, "--output")
    assert result.exit_code == 1
    assert "+more" in result.output


@pytest.mark.usefixtures("warm")
def test_another_ending_exits_1(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER + "raise ValueError('x')")
    result = invoke(folder)
    assert result.exit_code == 1
    assert "  after:  ValueError: x" in result.output


def test_no_requests_are_no_proof_and_are_said(folder: Path) -> None:
    for name in ("before.py", "after.py"):
        (folder / name).write_text("")
    result = invoke(folder)
    assert result.exit_code == 0
    assert "note: no requests were sent: nothing was compared" in result.output


def test_what_cannot_run_exits_2_in_one_line(folder: Path) -> None:
    (folder / "after.py").write_text("import no_such_module")
    result = invoke(folder)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: ")
    assert invoke(folder, "--python", "no-such-python").exit_code == 2
