"""The option that names rules besides the default ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from genai_codemod.engine.rule_sources import RuleSource

rules_option = click.option(
    "--rules",
    multiple=True,
    metavar="RULES",
    help="Further rules: an installed pack, FILE.yaml or FILE.py:NAME; can be given several times.",
)


def sources_here(names: Sequence[str]) -> tuple[RuleSource, ...]:
    """The sources of the default rules, those of the settings in force here, and named ones.

    Raises:
        click.ClickException: there are no such rules, or the settings have a mistake.
    """
    from genai_codemod.cli.scope import Options, Scoping

    return Scoping(Options(rules=tuple(names))).rules_of(Path())
