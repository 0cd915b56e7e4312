"""``genai-codemod settings``: what is in force, and where that is said."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
def settings(path: Path) -> None:
    """Print the settings that are in force for a file or folder, and where each comes from.

    They are those of the nearest pyproject.toml, in the folder of PATH or around it, that has a
    table tool.genai-codemod.  For a file the rules are printed, too, that are ignored in it alone.

    Exit code 2: there is no such path, or a setting is wrong.
    """
    from genai_codemod.cli.scope import UsageError, WrongSettingsError, rule_ids
    from genai_codemod.engine.rule_sources import with_default
    from genai_codemod.settings import KEYS, SettingsError, SettingsFiles, shown

    if not path.exists():
        raise UsageError(f"no such file or folder: {path}")
    files = SettingsFiles(lambda sources: rule_ids(with_default(sources)))
    try:
        found = files.of(path if path.is_dir() else path.parent)
        never = () if path.is_dir() else files.selection(path).never
    except SettingsError as error:
        raise WrongSettingsError(str(error)) from error
    lines = [
        (f"{key} = {_as_toml(found.value(key))}", _origin(found.file, found.lines.get(key)))
        for key in KEYS
    ]
    width = max(len(value) for value, _ in lines)
    for value, origin in lines:
        click.echo(f"{value:{width}}  # {origin}")
    if never:
        click.echo(f"# ignored in {shown(path)}: {', '.join(never)}")


def _origin(file: Path | None, line: int | None) -> str:
    from genai_codemod.settings import shown

    return "default" if file is None or line is None else f"{shown(file)}:{line}"


def _as_toml(value: object) -> str:
    """A value as it is written in ``pyproject.toml``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_as_toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
