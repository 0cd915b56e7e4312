"""The options that say what is migrated and how, which settings can say as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from genai_codemod import Options
from genai_codemod.cli.completion import complete_selection
from genai_codemod.cli.rule_options import rules_option


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with the ``options`` they ask for."""

    @click.option(
        "--upgrade-models/--no-upgrade-models",
        default=None,
        help="Replace retired models, too.",
    )
    @click.option(
        "--only-complete/--no-only-complete",
        default=None,
        help="Leave files that belong with one for a person.",
    )
    @click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        help="Pass over what matches, as in .gitignore; repeatable.",
    )
    @click.option(
        "--select",
        multiple=True,
        metavar="RULES",
        callback=_names,
        shell_complete=complete_selection,
        help="Carry out only these rules, or areas like files.",
    )
    @click.option(
        "--ignore",
        multiple=True,
        metavar="RULES",
        callback=_names,
        shell_complete=complete_selection,
        help="Leave what these rules are about as it is.",
    )
    @click.option(
        "--client-name",
        metavar="NAME",
        help="Call the client that is written so, if that is free.",
    )
    @rules_option
    @wraps(command)
    def with_options(
        *args: Any,
        upgrade_models: bool | None,
        only_complete: bool | None,
        exclude: tuple[str, ...],
        select: tuple[str, ...],
        ignore: tuple[str, ...],
        client_name: str | None,
        rules: tuple[str, ...],
        **others: Any,
    ) -> Any:
        options = Options(
            rules=rules,
            exclude=exclude,
            select=select,
            ignore=ignore,
            upgrade_models=upgrade_models,
            only_complete=only_complete,
            client_name=client_name,
        )
        return command(*args, options=options, **others)

    return with_options


def _names(
    _context: click.Context, _option: click.Parameter, value: Sequence[str]
) -> Sequence[str]:
    """Names that an option was given, each time one or several with commas between them."""
    return tuple(name.strip() for each in value for name in each.split(",") if name.strip())
