import io
from pathlib import Path

import pytest

from genai_codemod.project.programs import Program
from genai_codemod.report.progress import bar, wants_bar

LONG = Program({Path("a.py"): b"x\n" * 100_000, Path("b.py"): b"x\n"})
SHORT = Program({Path("c.py"): b"x\n"})


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_for_long_runs_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert wants_bar([LONG], Terminal())
    assert not wants_bar([LONG], io.StringIO())
    assert not wants_bar([SHORT], Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_bar([LONG], Terminal())


def test_a_bar_counts_files() -> None:
    terminal = Terminal()
    with bar([LONG, SHORT], terminal) as advance:
        assert "0/3" in terminal.getvalue()
        advance(LONG)
        assert "2/3" in terminal.getvalue()
