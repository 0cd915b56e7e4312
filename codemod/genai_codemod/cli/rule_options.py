"""The option that names rules besides the default ones."""

from __future__ import annotations

import click

rules_option = click.option(
    "--rules",
    multiple=True,
    metavar="RULES",
    help="Further rules: a pack, FILE.yaml or FILE.py:NAME; repeatable.",
)
