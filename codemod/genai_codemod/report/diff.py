"""Unified diffs that are faithful to the byte, and coloured for people."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

from genai_codemod.diffs import unified_diff as unified_diff
from genai_codemod.diffs import with_end_marks
from genai_codemod.report.highlight import Pieces, joined, language_of, lines_in_colour
from genai_codemod.report.terminal import Look, Style, visible

_SIGNS: dict[str, tuple[Style, ...]] = {"+": ("green",), "-": ("red",), " ": ()}
_STYLES: dict[str, tuple[Style, ...]] = {
    "--- ": ("bold",),
    "+++ ": ("bold",),
    "@@": ("cyan",),
    "\\": ("dim",),
}


def unified_text(path: str, before: str, after: str) -> str:
    """The same for text that is shown, where bytes do not matter."""
    encoded = (text.encode("utf-8", "surrogatepass") for text in (before, after))
    return unified_diff(Path(path), *encoded).decode("utf-8", "replace")


def text_lines(text: str) -> list[str]:
    """The lines of a text with their ends, of which only the line feed is one."""
    return io.StringIO(text, newline="\n").readlines()


def changed_lines(before: bytes, after: bytes) -> bytes:
    """A diff that shows every line, and names no files."""
    old, new = io.BytesIO(before).readlines(), io.BytesIO(after).readlines()
    lines = difflib.diff_bytes(difflib.unified_diff, old, new, n=len(old) + len(new))
    return b"".join(with_end_marks(islice(lines, 3, None)))


def print_diff(diff: bytes, stream: TextIO, *, colour: bool, language: str | None = None) -> None:
    """Print a diff; into a pipe or file the very bytes, so that a tool can read it.

    What a line is coloured as follows from the name of its file; without one, from ``language``.
    """
    if colour or stream.isatty():
        look = Look(colour=colour)
        stream.writelines(f"{line}\n" for line in shown_lines(diff, language, look))
        stream.flush()
        return
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(diff.decode(errors="backslashreplace"))
        return
    stream.flush()
    binary.write(diff)
    binary.flush()


def shown_lines(diff: bytes, language: str | None, look: Look) -> Iterator[str]:
    """The lines of a diff for a terminal, which does not obey what is in them."""
    hunk: list[str] = []
    shown = diff.decode(errors="backslashreplace").split("\n")[:-1]
    for line, names in zip(shown, _name_files(shown), strict=True):
        text = visible(line.removesuffix("\r"))
        if text[:1] in _SIGNS and not names:
            hunk.append(text)
            continue
        yield from hunk_lines(hunk, language, look)
        hunk = []
        if text.startswith("+++ "):
            language = language_of(text.removeprefix("+++ ").partition("\t")[0])
        yield look.painted(text, *_style(text))
    yield from hunk_lines(hunk, language, look)


def _name_files(lines: Sequence[str]) -> Iterator[bool]:
    """Whether each line names a file, and is no code that looks like that."""
    for number, line in enumerate(lines):
        first = number if line.startswith("--- ") else number - 1
        starts = [each[:3] for each in lines[max(first, 0) : first + 3]]
        yield line.startswith(("--- ", "+++ ")) and starts == ["---", "+++", "@@ "]


def hunk_lines(hunk: Sequence[str], language: str | None, look: Look) -> Iterator[str]:
    """Lines of code behind their signs, in colours; each side is read as one text."""
    if not look.colour:
        yield from hunk
        return
    sides = {sign: _side(hunk, sign, language) for sign in "-+"}
    for line in hunk:
        sign = line[:1]
        pieces = next(sides["-" if sign == "-" else "+"])
        if sign == " ":
            next(sides["-"])
        base = _SIGNS[sign]
        yield "".join(
            look.painted(text, *base, *([style] if style and not (base and style == "dim") else []))
            for text, style in joined([(sign, None), *pieces])
        )


def _side(hunk: Sequence[str], sign: str, language: str | None) -> Iterator[Pieces]:
    lines = [line[1:] for line in hunk if line[:1] in (sign, " ")]
    return iter(lines_in_colour("\n".join(lines), language))


def _style(line: str) -> tuple[Style, ...]:
    return next((style for start, style in _STYLES.items() if line.startswith(start)), ())
