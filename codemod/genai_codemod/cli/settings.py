"""``genai-codemod settings``: what is in force, and where that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from genai_codemod import Options
from genai_codemod.cli.execution import execution_options
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.reporting import STREAM, Wanted, report_options
from genai_codemod.cli.scope_options import scope_options
from genai_codemod.report.secrets import masked
from genai_codemod.tools import KEYS, Settings, settings_of, shown

_DEFAULT = "default"
_OPTION = "command line"


class Line(NamedTuple):
    """A setting in the form of TOML, or a comment where that has none, and where it is said."""

    text: str
    origin: str


@click.command(
    cls=HelpfulCommand,
    examples=[
        ("genai-codemod settings", "what is in force here"),
        ("genai-codemod settings src/app.py", "and in a file"),
    ],
)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@scope_options
@execution_options
@report_options
def settings(path: Path, options: Options, wanted: Wanted) -> None:
    """Print the settings that are in force for a file or folder, and where each comes from.

    They are those of the nearest pyproject.toml, in the folder of PATH or around it, that has a
    table tool.genai-codemod, under the options, which are those of migrate.  For a file the rules
    are printed, too, that are ignored in it alone.

    Exit code 2: there is no such path, or a setting or option is wrong.
    """
    found, never = settings_of(path, options)
    lines = list(_lines(found, _given(found, options, wanted)))
    width = max(len(line.text) for line in lines)
    for line in lines:
        click.echo(masked(f"{line.text:{width}}  # {line.origin}"))
    if never:
        click.echo(f"# ignored in {shown(path)}: {', '.join(never)}")


def _given(found: Settings, options: Options, wanted: Wanted) -> dict[str, Any]:
    """The settings that options set, in the place of what is found in a file."""
    reporting = wanted.within(found, diff=False)
    given = {
        "rules": (*found.rules, *options.rules) if options.rules else None,
        "exclude": (*found.exclude, *options.exclude) if options.exclude else None,
        "select": options.select or None,
        "ignore": options.ignore or None,
        "upgrade-models": options.upgrade_models,
        "only-complete": options.only_complete,
        "client-name": options.client_name,
        "format": wanted.form,
        "output": None if reporting.output == found.output else reporting.output or STREAM,
        "jobs": options.jobs,
        "timeout": options.timeout,
    }
    return {key: value for key, value in given.items() if value is not None}


def _lines(found: Settings, given: dict[str, Any]) -> Iterator[Line]:
    """A line for each setting; options win, but for the patterns that they add."""
    in_force = replace(found, **{key.replace("-", "_"): value for key, value in given.items()})
    for key in KEYS:
        origins = [_file_origin(found, key)] if key in found.lines else []
        if key in given:
            origins = [*(origins if key in ("exclude", "rules") else []), _OPTION]
        yield Line(_said(key, in_force.value(key)), ", ".join(origins) or _DEFAULT)


def _file_origin(found: Settings, key: str) -> str:
    assert found.file is not None
    return f"{shown(found.file)}:{found.lines[key]}"


def _said(key: str, value: object) -> str:
    if value is None:
        return f"# {key}: {_UNSET[key]}"
    return f"{key} = {_as_toml(value)}"


# What it means that a setting is not set.
_UNSET = {
    "output": "standard output",
    "jobs": "one for each core",
    "timeout": "60 seconds",
}


def _as_toml(value: object) -> str:
    """A value as it is written in ``pyproject.toml``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Path):
        return _as_toml(str(shown(value)))
    return json.dumps(value, ensure_ascii=False)
