"""Where keys and values stand in a TOML text.

Editing a parsed document writes what it holds as a library sees fit; knowing the places lets
everything else stay as it is, to the byte.  ``tomllib`` has the last word on what is valid.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from genai_codemod.engine.result import SourceError

_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''(?:.*?)'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OTHER = re.compile(r"[^,\]}#\r\n]+")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

Member = TypeVar("Member")


@dataclass(frozen=True, slots=True)
class Key:
    """One part of a key, as it is written at ``start`` to ``end``."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value, with the items of an array, or the assignments of an inline table."""

    start: int
    end: int
    kind: Literal["string", "array", "table", "other"]
    quote: int = 0
    items: tuple[Value, ...] = ()
    members: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """``keys = value``, in the table that ``path`` leads to."""

    path: tuple[str, ...]
    keys: tuple[Key, ...]
    value: Value

    @property
    def whole(self) -> tuple[str, ...]:
        """The path of the value."""
        return (*self.path, *(key.name for key in self.keys))


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a table, with the assignments below it; ``end`` is where the next begins."""

    keys: tuple[Key, ...]
    start: int
    header_end: int
    end: int
    assignments: tuple[Assignment, ...]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys)


def places(text: str) -> list[Table]:
    """The tables of a document, the first of which has no header.

    Raises:
        SourceError: the text is not TOML.
    """
    text = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _source_error(text, error) from error
    return list(_Parser(text).tables())


def _source_error(text: str, error: tomllib.TOMLDecodeError) -> SourceError:
    found = _AT.search(str(error))
    message = f"not valid TOML: {_AT.sub('', str(error))}"
    if found is None or found[1] is None:
        return SourceError(message, text.count("\n") + 1)
    return SourceError(message, int(found[1]), int(found[2]) - 1)


class _Parser:
    """Reads a valid document from the front; ``at`` is the place reached."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def tables(self) -> Iterator[Table]:
        self._skip(_GAP)
        start, header_end, keys = 0, 0, tuple[Key, ...]()
        while True:
            path = tuple(key.name for key in keys)
            assignments = []
            while self.at < len(self.text) and self.text[self.at] != "[":
                assignments.append(self._assignment(path))
                self._skip(_GAP)
            yield Table(keys, start, header_end, self.at, tuple(assignments))
            if self.at >= len(self.text):
                return
            start, keys = self.at, self._header()
            header_end = self.at
            self._skip(_GAP)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self.at = self._match(pattern).end()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            line = self.text.count("\n", 0, self.at) + 1
            raise SourceError("not TOML as it is known here", line)
        return found

    def _header(self) -> tuple[Key, ...]:
        while self.text[self.at] == "[":
            self.at += 1
        keys = self._keys()
        while self.text.startswith("]", self.at):
            self.at += 1
        return keys

    def _keys(self) -> tuple[Key, ...]:
        keys: list[Key] = []
        while True:
            self._skip(_BLANK)
            start = self.at
            self._skip(_STRING if self.text[self.at] in "\"'" else _BARE)
            name = self.text[start : self.at]
            keys.append(Key(start, self.at, name.strip("\"'")))
            after = self._match(_BLANK).end()
            if not self.text.startswith(".", after):
                return tuple(keys)
            self.at = after + 1

    def _assignment(self, path: tuple[str, ...]) -> Assignment:
        keys = self._keys()
        self._skip(_BLANK)
        self.at += len("=")
        self._skip(_BLANK)
        return Assignment(path, keys, self._value((*path, *(key.name for key in keys))))

    def _value(self, path: tuple[str, ...]) -> Value:
        start = self.at
        first = self.text[start]
        if first in "\"'":
            self._skip(_STRING)
            quote = 3 if self.text.startswith(first * 3, start) and self.at - start >= 6 else 1
            return Value(start, self.at, "string", quote)
        if first == "[":
            items = tuple(self._members("]", lambda: self._value(path)))
            return Value(start, self.at, "array", items=items)
        if first == "{":
            members = tuple(self._members("}", lambda: self._assignment(path)))
            return Value(start, self.at, "table", members=members)
        other = self._match(_OTHER)
        self.at = start + len(other[0].rstrip())
        return Value(start, self.at, "other")

    def _members(self, closing: str, member: Callable[[], Member]) -> Iterator[Member]:
        self.at += 1
        self._skip(_GAP)
        while self.text[self.at] != closing:
            yield member()
            self._skip(_GAP)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_GAP)
        self.at += 1
