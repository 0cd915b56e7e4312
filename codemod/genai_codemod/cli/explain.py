"""``genai-codemod explain``: one rule, with an example that is run."""

from __future__ import annotations

import sys

import click

from genai_codemod.cli.completion import complete_rules
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.rule_options import rules_option


@click.command(
    cls=HelpfulCommand,
    examples=[
        ("genai-codemod explain files.upload", "a call that is rewritten"),
        ("genai-codemod explain palm.chat", "one that has no counterpart"),
    ],
)
@click.argument("rule", shell_complete=complete_rules)
@rules_option
def explain(rule: str, rules: tuple[str, ...]) -> None:
    """Say what becomes of a legacy call or name, what differs, and show an example.

    RULE is the id of a rule, as it stands at the end of a marker.

    Exit code 2: there is no such rule.
    """
    from genai_codemod import UnknownRuleError, explain_rule
    from genai_codemod.report.diff import changed_lines, print_diff
    from genai_codemod.report.rules import explanation
    from genai_codemod.report.terminal import stdout_look
    from genai_codemod.tools import migrate_example

    try:
        entry = explain_rule(rule, rules, folder=".")
    except UnknownRuleError as error:
        raise click.BadParameter(str(error), param_hint="RULE") from error
    look = stdout_look()
    text = explanation(entry, colour=look.colour, width=look.columns)
    click.echo(text, nl=False, color=look.colour)
    if entry.program is not None:
        migration = migrate_example(entry, rules, folder=".")
        click.echo()
        lines = changed_lines(migration.before, migration.after)
        print_diff(lines, sys.stdout, colour=look.colour, language="python")
