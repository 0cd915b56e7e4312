"""``genai-codemod rules``: what the codemod knows."""

from __future__ import annotations

import sys

import click

from genai_codemod.cli.help import HelpfulCommand
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


@rules.command(
    "list",
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
@rules_option
@click.pass_context
def listing(ctx: click.Context, text: str | None, form: str, rules: tuple[str, ...]) -> None:
    """List the rules: what was, and what it becomes or what to do instead.

    With TEXT, only those that mention it.

    genai-codemod rules check FILE checks rules of your own; it has a --help, too.

    Exit code 1: no rule does.
    """
    from genai_codemod import list_rules
    from genai_codemod.report.rules import as_json, as_lines, as_paragraphs
    from genai_codemod.report.terminal import stdout_look

    known = list_rules(rules, folder=".")
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
        from genai_codemod.tools import nearest_rules

        meant = ", ".join(nearest_rules(text or "", known))
        hint = f" (did you mean {meant}?)" if meant else ""
        click.echo(f"no rule mentions {text!r}{hint}", err=True)
        ctx.exit(1)


rules.add_command(check)
