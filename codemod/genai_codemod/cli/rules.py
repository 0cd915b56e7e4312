"""``genai-codemod rules``: what the codemod knows."""

from __future__ import annotations

import sys

import click

from genai_codemod.cli.help import HelpfulCommand


@click.command(
    cls=HelpfulCommand,
    examples=[
        ("genai-codemod rules", "all of them"),
        ("genai-codemod rules upload_file", "those that are about a name"),
        ("genai-codemod rules --format json", "for programs"),
    ],
)
@click.argument("text", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    metavar="FORM",
    help="text (in a pipe a line for each rule) or json.",
)
@click.pass_context
def rules(ctx: click.Context, text: str | None, form: str) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.

    Exit code 1: no rule does.
    """
    from genai_codemod.engine import load_pack
    from genai_codemod.report.all_rules import all_rules
    from genai_codemod.report.rules import as_json, as_lines, as_paragraphs
    from genai_codemod.report.terminal import stdout_look

    known = all_rules(load_pack())
    entries = [each for each in known.values() if each.mentions(text or "")]
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
        from genai_codemod.cli.suggestions import nearest_rules

        meant = ", ".join(nearest_rules(text or "", known, lambda _: False))
        hint = f" (did you mean {meant}?)" if meant else ""
        click.echo(f"no rule mentions {text!r}{hint}", err=True)
        ctx.exit(1)
