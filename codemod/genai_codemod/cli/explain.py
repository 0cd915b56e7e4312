"""``genai-codemod explain``: one rule, with an example that is run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from genai_codemod.cli.completion import complete_rules
from genai_codemod.cli.help import HelpfulCommand

if TYPE_CHECKING:
    from genai_codemod.engine.catalogue import Entry


@click.command(
    cls=HelpfulCommand,
    examples=[
        ("genai-codemod explain files.upload", "a call that is rewritten"),
        ("genai-codemod explain palm.chat", "one that has no counterpart"),
    ],
)
@click.argument("rule", shell_complete=complete_rules)
def explain(rule: str) -> None:
    """Say what becomes of a legacy call or name, what differs, and show an example.

    RULE is the id of a rule, as it stands at the end of a marker.

    Exit code 2: there is no such rule.
    """
    from genai_codemod.engine import load_pack, migrate_source
    from genai_codemod.report.all_rules import all_rules
    from genai_codemod.report.diff import changed_lines, print_diff
    from genai_codemod.report.rules import explanation
    from genai_codemod.report.terminal import stdout_look

    pack = load_pack()
    entry = _find(rule.strip("[]"), all_rules(pack))
    look = stdout_look()
    text = explanation(entry, colour=look.colour, width=look.columns)
    click.echo(text, nl=False, color=look.colour)
    if entry.program is not None:
        migration = migrate_source(entry.program.encode(), pack)
        click.echo()
        lines = changed_lines(migration.before, migration.after)
        print_diff(lines, sys.stdout, colour=look.colour, language="python")


def _find(rule: str, entries: Mapping[str, Entry]) -> Entry:
    if rule in entries:
        return entries[rule]
    from genai_codemod.cli.suggestions import nearest_rules

    meant = ", ".join(nearest_rules(rule, entries, lambda name: entries[name].mentions(rule)))
    hint = f" (did you mean {meant}?)" if meant else ": genai-codemod rules lists all"
    raise click.BadParameter(f"there is no rule {rule!r}{hint}", param_hint="RULE")
