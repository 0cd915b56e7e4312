"""Gives back what a syntax tree does not hold: the few bytes that LibCST loses.

LibCST drops a form feed before a statement, a carriage return at the very end, blank lines that
hold only spaces at the end of a file, and lines of nothing but a backslash.  Such a file is
migrated without them; then only the lines that changed are put into the original.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from codecs import BOM_UTF8
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import libcst as cst

from genai_codemod.engine.result import SourceError

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NEWLINE = re.compile(r"\r\n?|\n")
_INDENT = b" \t\f"
_END = b"\r\n"


@dataclass(frozen=True)
class Original:
    """The bytes of a module, and those that its syntax tree gives back."""

    data: bytes
    held: bytes

    def line(self, line: int) -> int:
        """Where a line of the tree (from 1) is in the original."""
        if self.held == self.data or not 0 < line <= len(self._places):
            return line
        return self._places[line - 1] + 1

    @cached_property
    def tree_lines(self) -> Mapping[int, int]:
        """The line of the tree for each line of the original that it holds, where those differ."""
        if self.held == self.data:
            return {}
        return {place + 1: line for line, place in enumerate(self._places, 1)}

    def edited(self, new: bytes) -> bytes:
        """The original with the changes that make ``new`` out of what the tree gives back.

        Raises:
            SourceError: the changes touch what the tree lost.
        """
        if self.held == self.data:
            return new
        mark = BOM_UTF8 if self.data.startswith(BOM_UTF8) else b""
        result = mark + b"".join(self._spliced(_lines(new)))
        if not same_program(result, new):
            raise SourceError("cannot be written back byte for byte")
        return result

    @cached_property
    def _places(self) -> list[int]:
        return _places(self.data, self.held) or []

    def _spliced(self, new: Sequence[bytes]) -> list[bytes]:
        lines, held, places = _lines(self.data), _lines(self.held), self._places
        matcher = SequenceMatcher(None, held, new, autojunk=False)
        result: list[bytes] = []
        done = 0
        for tag, first, last, start, end in matcher.get_opcodes():
            if tag == "equal":
                continue
            begin = places[first] if first < len(held) else places[-1] + 1 if held else 0
            stop = places[last - 1] + 1 if last > first else begin
            result += lines[done:begin]
            kept = {places[each] - begin: held[each] for each in range(first, last)}
            result += _hunk(lines[begin:stop], kept, new[start:end])
            done = stop
        return result + lines[done:]


def moved(lines: Collection[int], before: str, after: str) -> frozenset[int]:
    """Where lines (from 1) that stay as they are stand in a later form of a module."""
    old, new = (_NEWLINE.split(text) for text in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return frozenset(
        line - block.a + block.b
        for block in matcher.get_matching_blocks()
        for line in lines
        if block.a < line <= block.a + block.size
    )


def original_of(data: bytes, held: bytes) -> Original:
    """What makes a module out of its tree again.

    Raises:
        SourceError: the tree holds too little of it.
    """
    if held != data and (_places(data, held) is None or not same_program(data, held)):
        raise SourceError("cannot be written back byte for byte")
    return Original(data, held)


def encoded(module: cst.Module) -> bytes:
    """The bytes of a module; a character that its encoding lacks is escaped in a string.

    Raises:
        SourceError: such a character is elsewhere.
    """
    try:
        return module.bytes
    except UnicodeError:
        pass
    try:
        escaped = module.code.encode(module.encoding, "backslashreplace")
    except UnicodeError:
        escaped = b""
    if not same_program(module.code, escaped):
        raise SourceError(f"its encoding {module.encoding} lacks a character of the new code")
    return escaped


def check_still_python(before: bytes, after: bytes) -> None:
    """The last guard: nobody is given code that Python cannot read any more.

    Raises:
        SourceError: the module could be read before, and cannot be now.
    """
    # Hardly ever is the first so, and reading the second takes as long.
    if not _is_program(after) and _is_program(before):
        raise SourceError("cannot be migrated: the result would not be valid Python")


def same_program(first: bytes | str, second: bytes | str) -> bool:
    """Whether two modules are the same but for layout and comments; false where nobody knows."""
    trees = _read(first), _read(second)
    try:
        return None not in trees and len({ast.dump(tree) for tree in trees if tree}) == 1
    except RecursionError:
        return False


def _read(source: bytes | str) -> ast.Module | None:
    """The program as Python reads it, if this Python can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_program(source: bytes) -> bool:
    """Whether this Python can read a program, and knows whose name each of its names is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(source, "<program>", "exec")  # type: ignore[arg-type]  # bytes too
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends, without a byte order mark."""
    return _LINE.findall(data.removeprefix(BOM_UTF8))


def _places(data: bytes, held: bytes) -> list[int] | None:
    """The place in the original of each line that is held, if all of them are there, in order."""
    lines = _lines(data)
    places: list[int] = []
    place = 0
    for line in _lines(held):
        while place < len(lines) and _bare(lines[place]) != _bare(line):
            place += 1
        if place == len(lines):
            return None
        places.append(place)
        place += 1
    return places


def _bare(line: bytes) -> bytes:
    return line.strip(_INDENT + _END)


def _hunk(lines: Sequence[bytes], held: dict[int, bytes], new: Sequence[bytes]) -> list[bytes]:
    """The new lines, behind what the tree lost of those that they replace."""
    feeds: dict[int, bytes] = {}
    for place, line in held.items():
        begun = (at for at, each in enumerate(new) if _begins(each) == _begins(line))
        at = next(begun, 0)
        feeds[at] = feeds.get(at, b"") + b"\f" * (_feeds(lines[place]) - _feeds(line))
    result = [line for place, line in enumerate(lines) if place not in held]
    result += [feeds.get(at, b"") + line for at, line in enumerate(new or [b""])]
    if new and lines and not new[-1].endswith((b"\n", b"\r")):
        result.append(lines[-1][len(lines[-1].rstrip(_END)) :])
    return result


def _begins(line: bytes) -> bytes:
    """The indentation and the first word of a line."""
    indent = line[: len(line) - len(line.lstrip(_INDENT))]
    return indent + re.split(rb"\W", _bare(line), maxsplit=1)[0]


def _feeds(line: bytes) -> int:
    return line[: len(line) - len(line.lstrip(_INDENT))].count(b"\f")
