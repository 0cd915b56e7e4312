"""``genai-codemod rules``: what the codemod knows."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size

import click

from genai_codemod.cli.commands import Command
from genai_codemod.cli.rule_options import rules_option
from genai_codemod.cli.rules_check import check


class ListingUnlessChecking(click.Group):
    """A group whose arguments are those of its listing, unless the first is a subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args[:1] == ["check"] else ["list", *args])

    def get_help(self, ctx: click.Context) -> str:
        return listing.get_help(click.Context(listing, ctx.parent, info_name=ctx.info_name))


@click.group(cls=ListingUnlessChecking)
def rules() -> None:
    """List the rules, or check some of your own."""


@rules.command("list", cls=Command)
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
def listing(ctx: click.Context, text: str | None, form: str, rules: tuple[str, ...]) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.  Exit code 1: no rule does.

    genai-codemod rules check FILE checks rules of your own; it has a --help, too.
    """
    from genai_codemod import list_rules
    from genai_codemod.report.diff import wants_colour
    from genai_codemod.report.rules import as_json, as_lines, as_paragraphs

    entries = [each for each in list_rules(rules, folder=".").values() if each.mentions(text or "")]
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


rules.add_command(check)
