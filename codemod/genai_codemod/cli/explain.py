"""``genai-codemod explain``: one rule, with an example that is run."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size

import click

from genai_codemod.cli.commands import Command
from genai_codemod.cli.rule_options import rules_option


@click.command(cls=Command)
@click.argument("rule")
@rules_option
def explain(rule: str, rules: tuple[str, ...]) -> None:
    """Say what becomes of a legacy call or name, what differs, and show an example.

    RULE is the id of a rule, as it stands at the end of a marker.  Exit code 2: there is no such
    rule.
    """
    from genai_codemod import UnknownRuleError, explain_rule
    from genai_codemod.report.diff import changed_lines, print_diff, wants_colour
    from genai_codemod.report.rules import WIDTH, explanation
    from genai_codemod.tools import migrate_example

    try:
        entry = explain_rule(rule, rules, folder=".")
    except UnknownRuleError as error:
        raise click.BadParameter(str(error), param_hint="RULE") from error
    colour = wants_colour(sys.stdout, os.environ)
    width = get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    click.echo(explanation(entry, colour=colour, width=width), nl=False, color=colour)
    if entry.program is not None:
        migration = migrate_example(entry, rules, folder=".")
        click.echo()
        print_diff(changed_lines(migration.before, migration.after), sys.stdout, colour=colour)
