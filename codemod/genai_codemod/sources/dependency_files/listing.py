"""What the formats have in common: a requirement that is listed, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# What is installed together: the place of a list, or the path of a table.
Group = int | tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text in place of what stands at ``start`` to ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A requirement of a legacy package, or of the successor, in a list of requirements.

    ``start`` is its place in the text and ``name`` its normalised name; ``group`` is the same for
    all that are installed together.  ``replaced``, ``removed`` and ``beside`` are the edits that
    name the successor instead, nothing at all, and the successor as well.  ``fixed`` says why none
    of them can be made.
    """

    start: int
    name: str
    specifier: str
    group: Group
    replaced: tuple[Edit, ...] = ()
    removed: tuple[Edit, ...] = ()
    beside: tuple[Edit, ...] = ()
    marker: str = ""
    fixed: str = ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made; of those that overlap, the later ones only take text away."""
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        assert edit.start >= done or not edit.text, "edits overlap"
        parts += text[done : max(edit.start, done)], edit.text
        done = max(edit.end, done)
    return "".join([*parts, text[done:]])


def newline_at(text: str, position: int) -> str:
    """How lines end around a position of a text."""
    end = text.find("\n", position)
    end = text.find("\n") if end < 0 else end
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
