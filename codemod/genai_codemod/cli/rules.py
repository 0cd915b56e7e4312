"""``genai-codemod rules``: what the codemod knows."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size

import click

from genai_codemod.cli.rule_options import rules_option, sources_here


@click.command()
@click.argument("text", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="text is a short paragraph for each rule on a terminal, and a line elsewhere.",
)
@rules_option
@click.pass_context
def rules(ctx: click.Context, text: str | None, form: str, rules: tuple[str, ...]) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.  Exit code 1: no rule does.
    """
    from genai_codemod.cli.scope import loaded
    from genai_codemod.report.all_rules import all_rules
    from genai_codemod.report.diff import wants_colour
    from genai_codemod.report.rules import as_json, as_lines, as_paragraphs

    known = all_rules(*loaded(sources_here(rules)))
    entries = [each for each in known.values() if each.mentions(text or "")]
    if form == "json":
        click.echo(as_json(entries))
    else:
        lines = as_lines(entries)
        if sys.stdout.isatty():
            colour = wants_colour(sys.stdout, os.environ)
            lines = as_paragraphs(entries, colour=colour, width=get_terminal_size().columns)
        for line in lines:
            click.echo(line, color=True)
    if not entries:
        click.echo(f"no rule mentions {text!r}", err=True)
        ctx.exit(1)
