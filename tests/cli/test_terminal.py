"""What is shown where: in old consoles, without colours, in pipes, to those who listen."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import _let_consoles_colour, group
from genai_codemod.report.diff import print_diff, unified_diff

# Letters that no old console has, in code that is shown.
LETTERS = "\u65e5\u672c \u2192 \u00e9 \U0001f600"
TEXT = f"""\
import google.generativeai as genai
genai.configure(api_key="K")
print(genai.list_models(), "{LETTERS}")
print(genai.generate_text(prompt="{LETTERS}"))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "a.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


def migrate(*options: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(group, ["migrate", *options])


def test_an_old_console_shows_what_it_can(project: Path) -> None:
    encoding = "cp437"
    command = [sys.executable, "-m", "genai_codemod", "migrate", "--interactive", "-v"]
    environment = {
        **os.environ,
        "PYTHONIOENCODING": encoding,
        "PYTHONUTF8": "0",
        "FORCE_COLOR": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XDG_CACHE_HOME": str(project / "cache"),
    }
    done = subprocess.run(
        command, input=b"e\nv\ny\ny\n", capture_output=True, check=False, env=environment
    )
    assert done.returncode == 1
    shown = (done.stdout + done.stderr).decode(encoding)
    # What is missing is spelled out, and all that is not from the code is ASCII.
    assert "\\u65e5\\u672c \\u2192 \u00e9 \\U0001f600" in shown
    assert shown.replace("\u00e9", "").isascii()
    assert LETTERS in (project / "a.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("encoding", "shown"), [("cp437", b"\x82"), ("cp1252", b"\xe9")])
def test_a_terminal_without_colours_gets_text_in_its_encoding(encoding: str, shown: bytes) -> None:
    class Console(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    buffer = io.BytesIO()
    console = Console(buffer, encoding=encoding, errors="backslashreplace")
    print_diff(
        unified_diff(Path("a.py"), b"", "\u00e9\u65e5\x1b\n".encode()), console, colour=False
    )
    console.flush()
    assert buffer.getvalue().endswith(b"+" + shown + b"\\u65e5\\x1b\n")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("options", [("--diff",), ("--check",), ("--check", "-v")])
def test_colours_say_nothing_that_the_text_does_not(options: tuple[str, ...]) -> None:
    plain = migrate(*options)
    coloured = migrate(*options, FORCE_COLOR="1")
    assert "\x1b[" in coloured.output
    assert "\x1b" not in plain.output
    assert plain.output == _without_colours(coloured.output)
    assert migrate(*options, FORCE_COLOR="1", NO_COLOR="1").output == plain.output


def _without_colours(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_prose_and_code_fit_the_terminal(columns: int) -> None:
    result = migrate("--check", COLUMNS=str(columns))
    paragraphs = result.stderr.partition("Next:")[0].splitlines()
    # Words stay whole, as a name is to be copied.
    assert all(len(line) <= columns for line in paragraphs if len(line.split()) > 1)
    assert "by hand: palm.generate-text" in paragraphs


@pytest.mark.usefixtures("project")
def test_quiet_says_nothing_and_verbose_everything() -> None:
    assert migrate("--check", "-q").output == ""
    lines = migrate("--check", "-v").stderr.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("a.py:4:7: manual: palm."))
    assert lines[place + 1 : place + 3] == [
        f'    3 | print(genai.list_models(), "{LETTERS}")',
        f'  > 4 | print(genai.generate_text(prompt="{LETTERS}"))',
    ]
    assert any(line.startswith("a.py:3:7: rewritten: models.list") for line in lines)


def test_a_name_that_steers_the_terminal_is_spelled_out(project: Path) -> None:
    name = "a\x1b[31m.py"
    try:
        (project / "a.py").rename(project / name)
    except OSError:  # Windows has no such names
        return
    assert "\x1b" not in migrate("--check").output
    assert "would migrate a\\x1b[31m.py" in migrate("--check").stdout


def test_a_console_of_windows_is_told_to_show_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[bool] = []
    colorama = SimpleNamespace(just_fix_windows_console=lambda: called.append(True))
    monkeypatch.setitem(sys.modules, "colorama", colorama)
    _let_consoles_colour("linux")
    assert called == []
    _let_consoles_colour("win32")
    assert called == [True]
