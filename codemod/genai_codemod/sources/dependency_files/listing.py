"""What the formats have in common: a requirement that is listed, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
    group: int
    replaced: tuple[Edit, ...] = ()
    removed: tuple[Edit, ...] = ()
    beside: tuple[Edit, ...] = ()
    marker: str = ""
    fixed: str = ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, none of which overlap."""
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        assert edit.start >= done, "edits overlap"
        parts += text[done : edit.start], edit.text
        done = edit.end
    return "".join([*parts, text[done:]])
