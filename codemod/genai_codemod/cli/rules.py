"""``genai-codemod rules``: what the codemod knows."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("text", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="text is a table on a terminal, and one line for each rule elsewhere.",
)
@click.pass_context
def rules(ctx: click.Context, text: str | None, form: str) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.  Exit code 1: no rule does.
    """
    from genai_codemod.engine import load_pack
    from genai_codemod.engine.catalogue import catalogue
    from genai_codemod.report.rules import as_json, as_lines, print_table

    entries = [each for each in catalogue(load_pack()).values() if each.mentions(text or "")]
    if form == "json":
        click.echo(as_json(entries))
    elif sys.stdout.isatty():
        print_table(entries)
    else:
        for line in as_lines(entries):
            click.echo(line)
    if not entries:
        click.echo(f"no rule mentions {text!r}", err=True)
        ctx.exit(1)
