"""Unified diffs that are faithful to the byte, and coloured for people."""

from __future__ import annotations

import difflib
import io
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from genai_codemod.diffs import unified_diff as unified_diff
from genai_codemod.diffs import with_end_marks

_STYLES = {
    b"--- ": "bold",
    b"+++ ": "bold",
    b"@@": "cyan",
    b"+": "green",
    b"-": "red",
    b"\\": "dim",
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


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour: NO_COLOR, then FORCE_COLOR, then whether a terminal reads it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def print_diff(diff: bytes, stream: TextIO, *, colour: bool) -> None:
    """Print a diff; without colour the very bytes, so that it can be piped into a tool."""
    if colour:
        _print_coloured(diff, stream)
        return
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(diff.decode(errors="backslashreplace"))
        return
    stream.flush()
    binary.write(diff)
    binary.flush()


def _print_coloured(diff: bytes, stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=stream, force_terminal=True, color_system="standard", soft_wrap=True, no_color=False
    )
    for line in diff.split(b"\n")[:-1]:
        # A source may hold escape sequences; a terminal must not obey them.
        text = line.decode(errors="backslashreplace").replace("\x1b", "\N{SYMBOL FOR ESCAPE}")
        console.print(Text(text, style=_style(line)))


def _style(line: bytes) -> str:
    return next((style for start, style in _STYLES.items() if line.startswith(start)), "")
