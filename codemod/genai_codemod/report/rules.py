"""Rules as paragraphs, as lines, as JSON, and one of them in full."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.rule_packs.catalogue import Entry

WIDTH = 100
_LABELS = 10
_FEW = 4


def as_lines(entries: Sequence[Entry]) -> Iterator[str]:
    """One line for each rule, its parts separated by tabs."""
    for entry in entries:
        yield "\t".join((entry.rule, ", ".join(entry.legacy), _outcome(entry)))


def as_json(entries: Sequence[Entry]) -> str:
    """A list with an object for each rule; what is not known is null or empty."""
    return json.dumps([asdict(entry) for entry in entries], indent=2)


def as_paragraphs(entries: Sequence[Entry], *, colour: bool, width: int) -> Iterator[str]:
    """A few lines for each rule, as a terminal shows them; its id stands out."""
    for entry in entries:
        yield f"\x1b[1m{entry.rule}\x1b[0m" if colour else entry.rule
        yield from (f"  {name}" for name in _first(entry.legacy))
        manual = colour and entry.manual is not None
        for line in _wrapped(_outcome(entry), min(width, WIDTH), "  -> ", "     "):
            yield f"\x1b[33m{line}\x1b[0m" if manual else line


def explanation(entry: Entry, *, colour: bool, width: int = WIDTH) -> str:
    """What is to be said about a rule, without its example."""
    parts = [
        ("About", (entry.about,) if entry.about else ()),
        ("Legacy", _grouped(entry.legacy)),
        ("New", (entry.becomes,) if entry.becomes else ()),
        ("By hand", (entry.manual,) if entry.manual else ()),
        ("Differs", entry.differs),
        ("Guide", (entry.guide,) if entry.guide else ()),
    ]
    title = f"\x1b[1m{entry.rule}\x1b[0m" if colour else entry.rule
    lines = [title, ""]
    for label, texts in parts:
        for position, text in enumerate(texts):
            lines += _labelled(label if position == 0 else "", text, min(width, WIDTH))
    return "\n".join(lines) + "\n"


def _first(names: Sequence[str]) -> Iterator[str]:
    """The first names without their arguments, and how many there are besides."""
    shown = names if len(names) <= _FEW else names[: _FEW - 1]
    yield from (name.partition("(")[0] for name in shown)
    if len(shown) < len(names):
        yield f"and {len(names) - len(shown)} more"


def _outcome(entry: Entry) -> str:
    if entry.manual is not None:
        return f"by hand: {entry.manual}"
    return entry.becomes or entry.about or ""


def _grouped(names: Sequence[str]) -> Sequence[str]:
    """The names, or where they are many all in one text, after what they have in common."""
    if len(names) <= _FEW:
        return names
    paths = [name.partition("(")[0].split(".") for name in names]
    common = 0
    while len({path[common] for path in paths}) == 1:
        common += 1
    rest = ", ".join(".".join(path[common:]) for path in paths)
    return (f"{'.'.join(paths[0][:common])}: {rest}",)


def _labelled(label: str, text: str, width: int) -> list[str]:
    return _wrapped(text, width, f"{label:{_LABELS}}", " " * _LABELS)


def _wrapped(text: str, width: int, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
