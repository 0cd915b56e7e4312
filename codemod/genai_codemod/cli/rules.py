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
    help="text is a short paragraph for each rule on a terminal, and a line elsewhere.",
)
@click.pass_context
def rules(ctx: click.Context, text: str | None, form: str) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.  Exit code 1: no rule does.
    """
    from genai_codemod.engine import load_pack
    from genai_codemod.report.all_rules import all_rules
    from genai_codemod.report.rules import as_json, as_lines, as_paragraphs
    from genai_codemod.report.terminal import stdout_look

    entries = [each for each in all_rules(load_pack()).values() if each.mentions(text or "")]
    if form == "json":
        click.echo(as_json(entries))
    else:
        lines = as_lines(entries)
        if sys.stdout.isatty():
            look = stdout_look()
            lines = as_paragraphs(entries, colour=look.colour, width=look.columns)
        for line in lines:
            click.echo(line, color=True)
    if not entries:
        click.echo(f"no rule mentions {text!r}", err=True)
        ctx.exit(1)
