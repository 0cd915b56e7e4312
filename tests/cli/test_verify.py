import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group, run
from genai_codemod.library import verifying

WRONG = "from google import genai\n\ngenai.configure(api_key='x')\n"
RIGHT = "from google import genai\n\nclient = genai.Client(api_key='x')\n"


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(group, ["verify", *map(str, arguments)])


def test_a_finding_is_one_line_with_its_place(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(WRONG)
    result = verify(program)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{program}:3:7: attribute: google.genai has no configure; "
        "make a client: client = genai.Client(api_key=...)\n"
    )


def test_the_summary_names_the_version(tmp_path: Path) -> None:
    from google import genai

    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "other.py").write_text("print('nothing of this')\n")
    result = verify(tmp_path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == (
        f"Checked 2 files against google-genai {genai.__version__}: no problem.\n"
    )


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("from google import genai\nx = (\n")
    (tmp_path / "wrong.py").write_text(WRONG)
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert "wrong.py:3:7: attribute:" in result.stdout
    assert f"{tmp_path / 'broken.py'}:2:5: error: '(' was never closed" in result.stderr
    assert "1 problem; 1 file could not be checked." in result.stderr


def test_a_path_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    result = verify(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "no such file or folder" in result.stderr


def test_a_broken_sdk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ModuleNotFoundError("No module named 'httpx'")

    monkeypatch.setattr("genai_codemod.shim.surface.version", fail)
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert result.stderr == "Error: google-genai cannot be imported: No module named 'httpx'\n"


def test_a_mistake_of_the_check_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(verifying, "check_source", fail)
    program = tmp_path / "program.py"
    program.write_text(RIGHT)
    result = verify("-q", program)
    assert result.exit_code == 2
    assert result.stderr == f"{program}: error: internal error: KeyError: 'lost'; please report\n"


def test_notebooks_and_texts_are_checked(tmp_path: Path) -> None:
    notebook = tmp_path / "talk.ipynb"
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in (["from google import genai\n", "!ls"], ["\n", "genai.configure()"])
    ]
    notebook.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    text = tmp_path / "talk.md"
    text.write_text(f"# Talk\n\n```python\n{WRONG}```\n")
    result = verify(tmp_path)
    assert result.exit_code == 1
    assert [line.partition(": attribute")[0] for line in result.stdout.splitlines()] == [
        f"{notebook}:cell 2:2:7",
        f"{text}:6:7",
    ]


def test_a_cell_that_cannot_be_read_has_its_place(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": [source]}
        for source in ("from google import genai\n", "x = 1\ny = '\\x1'\n")
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert "a.ipynb:cell 2:2:" in result.output
    assert "(in Python 3." in result.output


def test_a_notebook_that_is_none_is_an_error(tmp_path: Path) -> None:
    notebook = tmp_path / "talk.ipynb"
    notebook.write_text('{"cells": genai}')
    result = verify(notebook)
    assert result.exit_code == 2
    assert f"{notebook}:1:11: error: " in result.stderr


def test_keys_are_masked(tmp_path: Path) -> None:
    key = "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"
    program = tmp_path / "a.py"
    call = f"types.GenerateContentConfig(temperature='{key}')"
    program.write_text(f"from google.genai import types\n{call}\n", encoding="utf-8")
    result = verify(program)
    assert "temperature='***'" in result.output
    assert key not in result.output


def test_starting_costs_less_than_a_second(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from google import genai\ngenai.Client().models.list()\n")
    command = [sys.executable, "-m", "genai_codemod", "verify", "a.py"]

    def seconds() -> float:
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        return usage.ru_utime + usage.ru_stime

    # Times of the processor: what else runs on the machine says nothing about this program.
    assert any(seconds() < 1 for _ in range(3))


def test_a_terminal_shows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.echo", lambda text="", **_: shown.append(str(text)))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text("from google.genai import types\n\ntypes.Part(txt='x')\n")
    assert run(["verify", "-q", "a.py"]) == 1
    assert shown[1:] == ["    2 |", "  > 3 | types.Part(txt='x')"]
