"""``genai-codemod explain``: one rule, with an example that is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from genai_codemod.cli.rule_options import rules_option, sources_here

if TYPE_CHECKING:
    from genai_codemod.engine.catalogue import Entry


@click.command()
@click.argument("rule")
@rules_option
def explain(rule: str, rules: tuple[str, ...]) -> None:
    """Say what becomes of a legacy call or name, what differs, and show an example.

    RULE is the id of a rule, as it stands at the end of a marker.  Exit code 2: there is no such
    rule.
    """
    from genai_codemod.cli.scope import loaded
    from genai_codemod.engine.several import migrate_source_with
    from genai_codemod.report.all_rules import all_rules
    from genai_codemod.report.diff import changed_lines, print_diff, wants_colour
    from genai_codemod.report.rules import WIDTH, explanation

    packs = loaded(sources_here(rules))
    entry = _find(rule.strip("[]"), all_rules(*packs))
    colour = wants_colour(sys.stdout, os.environ)
    width = get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    click.echo(explanation(entry, colour=colour, width=width), nl=False, color=colour)
    if entry.program is not None:
        migration = migrate_source_with(entry.program.encode(), packs)
        click.echo()
        print_diff(changed_lines(migration.before, migration.after), sys.stdout, colour=colour)


def _find(rule: str, entries: Mapping[str, Entry]) -> Entry:
    from difflib import get_close_matches

    if rule in entries:
        return entries[rule]
    near = get_close_matches(rule, entries, 3)
    near += [name for name in entries if get_close_matches(rule, name.split("."), 1)]
    near += [name for name, entry in entries.items() if entry.mentions(rule)]
    meant = ", ".join(list(dict.fromkeys(near))[:3])
    hint = f" (did you mean {meant}?)" if meant else ": genai-codemod rules lists all"
    raise click.BadParameter(f"there is no rule {rule!r}{hint}", param_hint="RULE")
