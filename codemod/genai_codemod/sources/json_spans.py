"""Where the values of a JSON text stand in it, so that some can be replaced and the rest kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)


class JsonError(ValueError):
    """A text that is not JSON; ``line`` counts from 1, ``column`` from 0."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__("is not valid JSON")
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1)


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A value and its place: ``text[start:end]``.

    ``value`` is set for strings and scalars, ``items`` for arrays and ``members`` for objects.
    """

    start: int
    end: int
    value: str | float | bool | None = None
    items: tuple[JsonValue, ...] | None = None
    members: Mapping[str, JsonValue] = field(default_factory=dict)


def parse_json(text: str) -> JsonValue:
    """The places of all values of a JSON text.

    Raises:
        JsonError: it is not JSON, or is nested too deeply.
    """
    try:
        value = _value(text, _after_space(text, 0))
    except (IndexError, RecursionError):
        raise JsonError(text, len(text)) from None
    end = _after_space(text, value.end)
    if end != len(text):
        raise JsonError(text, end)
    return value


def _value(text: str, start: int) -> JsonValue:
    match text[start]:
        case "[":
            return _array(text, start)
        case "{":
            return _object(text, start)
    value, end = _scalar(text, start)
    return JsonValue(start, end, value)


def _scalar(text: str, start: int) -> tuple[str | float | bool | None, int]:
    """A string, number or constant, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise JsonError(text, error.pos) from None
    return value, end


def _array(text: str, start: int) -> JsonValue:
    items: list[JsonValue] = []
    position = _after_space(text, start + 1)
    while text[position] != "]":
        if items:
            position = _after(text, position, ",")
        items.append(_value(text, position))
        position = _after_space(text, items[-1].end)
    return JsonValue(start, position + 1, items=tuple(items))


def _object(text: str, start: int) -> JsonValue:
    members: dict[str, JsonValue] = {}
    position = _after_space(text, start + 1)
    while text[position] != "}":
        if members:
            position = _after(text, position, ",")
        if text[position] != '"':
            raise JsonError(text, position)
        name, end = _scalar(text, position)
        members[str(name)] = _value(text, _after(text, _after_space(text, end), ":"))
        position = _after_space(text, members[str(name)].end)
    return JsonValue(start, position + 1, members=members)


def _after(text: str, position: int, sign: str) -> int:
    if text[position] != sign:
        raise JsonError(text, position)
    return _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
