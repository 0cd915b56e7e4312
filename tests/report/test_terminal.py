import io

import pytest

from genai_codemod.report.terminal import (
    Look,
    cells,
    cut,
    look_of,
    visible,
    wants_colour,
    wants_movement,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_when_to_colour(environment: dict[str, str], on_terminal: bool, expected: bool) -> None:
    stream = Terminal() if on_terminal else io.StringIO()
    assert wants_colour(stream, environment) is expected
    assert look_of(stream, environment).colour is expected


def test_nothing_moves_where_it_is_read_out_or_kept() -> None:
    assert wants_movement(Terminal(), {"TERM": "xterm"})
    assert not wants_movement(Terminal(), {"TERM": "dumb"})
    assert not wants_movement(io.StringIO(), {"TERM": "xterm", "FORCE_COLOR": "1"})


@pytest.mark.parametrize(("columns", "width"), [(20, 40), (40, 40), (97, 97), (500, 200)])
def test_the_width_is_that_of_the_terminal_within_reason(
    columns: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert look_of(Terminal(), {}).width == width
    assert look_of(io.StringIO(), {"COLUMNS": str(columns)}).width == width


def test_a_pipe_has_no_width() -> None:
    look = look_of(io.StringIO(), {})
    assert look.width is None
    assert look.wrapped("word " * 100, "  ") == ["  " + "word " * 100]


def test_paragraphs_are_wrapped_between_words() -> None:
    lines = Look(width=40).wrapped("a-very-long-name " * 3 + "x" * 60, "also ")
    assert lines[:2] == ["also a-very-long-name a-very-long-name", "     a-very-long-name"]
    assert lines[2] == "     " + "x" * 60


def test_control_characters_are_spelled_out() -> None:
    assert visible("a\tb\x1b[31m\x07\x9b\u202e\nc") == "a\tb\\x1b[31m\\x07\\x9b\\u202e\nc"


def test_wide_letters_take_two_columns() -> None:
    assert cells("a\u4e2d\u0301") == 3
    assert cut("\u4e2d" * 10, 20) == "\u4e2d" * 10
    assert cut("\u4e2d" * 10, 19) == "\u4e2d" * 8 + "..."
    assert cut("abcdef", 5) == "ab..."
