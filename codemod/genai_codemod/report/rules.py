"""Rules as a table, as lines, as JSON, and one of them in full."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.catalogue import Entry

_WIDTH = 100
_LABELS = 10


def as_lines(entries: Sequence[Entry]) -> Iterator[str]:
    """One line for each rule, its parts separated by tabs."""
    for entry in entries:
        yield "\t".join((entry.rule, ", ".join(entry.legacy), _outcome(entry)))


def as_json(entries: Sequence[Entry]) -> str:
    """A list with an object for each rule; what is not known is null or empty."""
    return json.dumps([asdict(entry) for entry in entries], indent=2)


def print_table(entries: Sequence[Entry]) -> None:
    """A table for a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    table.add_column("Rule", no_wrap=True)
    table.add_column("Legacy", overflow="fold")
    table.add_column("Becomes", overflow="fold")
    for entry in entries:
        names = "\n".join(name.partition("(")[0] for name in entry.legacy)
        style = "yellow" if entry.manual is not None else ""
        table.add_row(entry.rule, Text(names), Text(_outcome(entry), style=style))
    if entries:
        Console().print(table)


def explanation(entry: Entry, *, colour: bool) -> str:
    """What is to be said about a rule, without its example."""
    parts = [
        ("About", (entry.about,) if entry.about else ()),
        ("Legacy", entry.legacy),
        ("New", (entry.becomes,) if entry.becomes else ()),
        ("By hand", (entry.manual,) if entry.manual else ()),
        ("Differs", entry.differs),
        ("Guide", (entry.guide,) if entry.guide else ()),
    ]
    title = f"\x1b[1m{entry.rule}\x1b[0m" if colour else entry.rule
    lines = [title, ""]
    for label, texts in parts:
        for position, text in enumerate(texts):
            lines += _labelled(label if position == 0 else "", text)
    return "\n".join(lines) + "\n"


def _outcome(entry: Entry) -> str:
    if entry.manual is not None:
        return f"by hand: {entry.manual}"
    return entry.becomes or entry.about or ""


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{label:{_LABELS}}",
        subsequent_indent=" " * _LABELS,
        break_long_words=False,
        break_on_hyphens=False,
    )
