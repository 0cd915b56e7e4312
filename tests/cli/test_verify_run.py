"""``verify --run``: a program that runs offline, and what it sent."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.recorder import RECORDER

from genai_codemod.cli import programs
from genai_codemod.cli.verify import verify
from genai_codemod.shim import surface

KEY = "AIza" + "b" * 35
PROGRAM = f"""
import sys
from google import genai
client = genai.Client(api_key="{KEY}")
def weather(city: str) -> str:
    "The weather."
    print("called for", city, "{KEY}")
    return "sunny"
config = {{"tools": [weather]}} if "tools" in sys.argv else None
print(client.models.generate_content(model="m", contents="Hi {KEY}", config=config).text)
"""


@pytest.fixture(autouse=True)
def _warm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "warm_recorder", lambda: nullcontext(RECORDER.record))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "main.py"
    path.write_text(PROGRAM)
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(verify, ["--run", *map(str, arguments)])


def test_requests_and_output_are_printed_without_keys(program: Path) -> None:
    result = run(program.parent)  # a folder means the main.py in it
    assert result.exit_code == 0
    assert KEY not in result.output
    assert result.output.startswith("request 1: POST models/m:generateContent\n{")
    assert '"text": "Hi ***"' in result.output
    assert "\nprinted: Hello from the fake model" in result.output
    assert result.stdout.endswith("\n1 request; ended normally\n")
    assert result.stderr == f"Run on google-genai {surface.version()}.\n"


def test_functions_are_called_and_arguments_are_passed(program: Path) -> None:
    result = run(program, "tools", "--answer", "function-call", "--format", "json")
    assert (result.exit_code, KEY in result.output) == (0, False)
    (found,) = json.loads(result.output)["runs"]
    assert found["output"].startswith("called for sample ***\n")
    assert [request["path"] for request in found["requests"]] == ["models/m:generateContent"] * 2
    assert found["ending"] is None


def test_an_error_of_the_sdk_ends_the_program(program: Path) -> None:
    result = run(program, "--answer", "429", "--answer", "404", "--format", "json")
    assert result.exit_code == 1
    runs = json.loads(result.output)["runs"]
    assert [found["answer"] for found in runs] == ["429", "404"]
    assert all(found["ending"]["type"] == "google.genai.errors.ClientError" for found in runs)
    assert {found["ending"]["line"] for found in runs} == {PROGRAM.count("\n")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def broken(:", "is not valid Python"),
        (
            "from google import genai\n"
            "client = genai.Client()\n"
            "client.models.update(model='m', config={'display_name': 'x'})",
            "main.py sent PATCH models/m, which the canned server cannot answer",
        ),
    ],
)
def test_what_cannot_run_is_one_line(program: Path, text: str, message: str) -> None:
    program.write_text(text)
    result = run(program)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_wrong_usage_is_one_line(program: Path) -> None:
    missing = run(program.parent / "missing.py")
    assert (missing.exit_code, missing.output.count("\n")) == (2, 1)
    result = CliRunner().invoke(verify, [str(program), "--answer", "429"])
    assert (result.exit_code, result.output) == (2, "Error: --answer needs --run\n")
