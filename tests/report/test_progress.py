import io

import pytest

from genai_codemod import Progress
from genai_codemod.report.progress import bar, wants_bar

LONG = Progress(0, 3, 200_000)
SHORT = Progress(0, 1, 20)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_a_bar_is_for_long_runs_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wants_bar(LONG, Terminal())
    assert not wants_bar(LONG, io.StringIO())
    assert not wants_bar(SHORT, Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_bar(LONG, Terminal())


def test_a_bar_counts_files() -> None:
    terminal = Terminal()
    with bar(terminal) as tell:
        tell(LONG)
        assert "0/3" in terminal.getvalue()
        tell(Progress(2, 3, LONG.size))
        assert "2/3" in terminal.getvalue()


def test_a_short_run_shows_nothing() -> None:
    terminal = Terminal()
    with bar(terminal) as tell:
        tell(SHORT)
        tell(Progress(1, 1, SHORT.size))
    assert terminal.getvalue() == ""
