"""What a stream can show: colours, its width, and which characters must not reach it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

NARROWEST, WIDEST = 40, 200
# For what is laid out, and read by a program or kept in a file.
DEFAULT_WIDTH = 100
_LINES = 40
_CODES: Mapping[Style, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}
# Control characters steer a terminal, and others change the order in which a line is read.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How text is laid out for a stream.

    ``width`` is None where nobody looks: lines are then as long as they are.  ``lines`` are those
    of one screen.  No meaning is in colours alone, and what is drawn is ASCII: it can be read out
    and shown in any encoding.
    """

    colour: bool = False
    width: int | None = None
    lines: int = _LINES

    @property
    def columns(self) -> int:
        """The width, also where there is none."""
        return self.width or DEFAULT_WIDTH

    def painted(self, text: str, *styles: Style) -> str:
        """The text in some styles, where there are colours."""
        if not self.colour or not text or not styles:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    def wrapped(self, text: str, first: str, following: str | None = None) -> list[str]:
        """Lines of a paragraph, with what they begin with; words are never torn apart."""
        if self.width is None:
            return [first + text]
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=" " * len(first) if following is None else following,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]


PLAIN = Look()


def look_of(stream: TextIO, environment: Mapping[str, str]) -> Look:
    """How to lay out what is written to a stream; COLUMNS says how wide, also in a pipe."""
    size = shutil.get_terminal_size()
    known = stream.isatty() or environment.get("COLUMNS", "").isdecimal()
    width = min(max(size.columns, NARROWEST), WIDEST) if known else None
    return Look(wants_colour(stream, environment), width, size.lines if known else _LINES)


def stderr_look() -> Look:
    """The look of what goes to standard error."""
    return look_of(sys.stderr, os.environ)


def stdout_look() -> Look:
    """The look of what goes to standard output."""
    return look_of(sys.stdout, os.environ)


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour: NO_COLOR, then FORCE_COLOR, then whether a terminal reads it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def wants_movement(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a line may be drawn again and again; TERM=dumb is how screen readers refuse it."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def visible(text: str) -> str:
    """The text with its control characters spelled out; a tab and a line feed stay."""
    return _STEERING.sub(_spelled, text)


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def cut(text: str, width: int) -> str:
    """As much of a line as fits; what is left out is shown as three dots."""
    if cells(text) <= width:
        return text
    room = max(width - 3, 0)
    taken = 0
    for end, letter in enumerate(text):
        taken += _cells(letter)
        if taken > room:
            return text[:end] + "..."
    return text


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _spelled(match: re.Match[str]) -> str:
    return (
        match[0].encode("ascii", "backslashreplace").decode()
        if ord(match[0]) > 255
        else (f"\\x{ord(match[0]):02x}")
    )
