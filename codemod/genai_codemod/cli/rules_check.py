"""``genai-codemod rules check``: whether rules of one's own do what they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from genai_codemod.cli.commands import Command

if TYPE_CHECKING:
    from genai_codemod import RuleExample


@click.command(cls=Command)
@click.argument("file")
@click.pass_context
def check(ctx: click.Context, file: str) -> None:
    """Check rules of your own, and show the example of each before and after.

    FILE is a file in YAML, or one in Python (FILE.py, FILE.py:NAME); MODULE:NAME and the name of a
    pack that you installed will do, too.  Exit code 1: an example does not give what its rule says.
    2: the file cannot be loaded; the message says where it is wrong.
    """
    from genai_codemod import check_rules
    from genai_codemod.report.terminal import wants_colour

    examples = check_rules(file)
    colour = wants_colour(sys.stdout, os.environ)
    for example in examples:
        _show(example, colour=colour)
    click.echo(_summary(file, examples))
    ctx.exit(1 if any(example.problems for example in examples) else 0)


def _show(example: RuleExample, *, colour: bool) -> None:
    from genai_codemod.report.diff import changed_lines, print_diff

    state = "wrong" if example.problems else "ok" if example.before is not None else "no example"
    click.echo(f"{example.rule}: {state}")
    for problem in example.problems:
        click.echo(f"  {problem}")
    if example.before is not None and example.given is not None:
        diff = changed_lines(example.before.encode(), example.given.encode())
        print_diff(diff or example.before.encode(), sys.stdout, colour=colour)
    if example.expected is not None and example.given is not None:
        click.echo("  'after' (-) and what the example gives (+):")
        expected, given = (f"{text.strip()}\n" for text in (example.expected, example.given))
        print_diff(changed_lines(expected.encode(), given.encode()), sys.stdout, colour=colour)
    click.echo()


def _summary(file: str, examples: Sequence[RuleExample]) -> str:
    from genai_codemod.report.text import count

    wrong = sum(bool(example.problems) for example in examples)
    without = sum(example.before is None for example in examples)
    parts = [
        f"{number} {what}"
        for number, what in ((wrong, "wrong"), (without, "without an example"))
        if number
    ]
    return f"{file}: {count(len(examples), 'rule')}: {', '.join(parts) or 'all as they say'}."
