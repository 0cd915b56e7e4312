"""Help that fits on a screen: options under headings, and examples to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from genai_codemod.cli.commands import Command

_WIDEST = 60
_COLUMN = 25
_OTHERS = "Other options"


class HelpfulCommand(Command):
    """A command with examples, whose options stand under headings.

    ``examples`` are command lines, each with what it does; ``sections`` maps headings to the names
    of parameters, and those that are in none come last.
    """

    def __init__(
        self,
        *arguments: Any,
        examples: Sequence[tuple[str, str]] = (),
        sections: Mapping[str, Sequence[str]] | None = None,
        **others: Any,
    ) -> None:
        super().__init__(*arguments, **others)
        self.examples = examples
        self.sections = sections or {}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, and the options in sections."""
        write_examples(self.examples, formatter)
        rows = {
            parameter.name or "": row
            for parameter in self.get_params(ctx)
            if not isinstance(parameter, click.Argument)
            and (row := parameter.get_help_record(ctx)) is not None
        }
        for title, names in self.sections.items():
            _write(title, [rows.pop(name) for name in names if name in rows], formatter)
        _write(_OTHERS if self.sections else "Options", list(rows.values()), formatter)


def write_examples(examples: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Write command lines, each with what it does."""
    if not examples:
        return
    with formatter.section("Examples"):
        formatter.write_dl(examples, col_max=_WIDEST)


def _write(title: str, rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    if rows:
        with formatter.section(title):
            formatter.write_dl([(_short(name), text) for name, text in rows], col_max=_COLUMN)


def _short(name: str) -> str:
    """``--[no-]flag`` for an option with a negation, which takes half the room."""
    first, _, second = name.partition(" / ")
    return f"--[no-]{first[2:]}" if second == f"--no-{first[2:]}" else name
