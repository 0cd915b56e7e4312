"""What was probably meant by a command, an option or a value that there is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

# What other tools call it.
_COMMANDS = {
    "apply": "migrate",
    "check": "migrate --check",
    "compare": "prove",
    "completions": "completion",
    "config": "settings",
    "diff": "migrate --diff",
    "fix": "migrate",
    "help": "--help",
    "interactive": "migrate --interactive",
    "lint": "migrate --check",
    "list": "rules",
    "report": "migrate --format html",
    "rewrite": "migrate",
    "rule": "explain",
    "run": "verify --run",
    "show": "explain",
    "test": "prove",
    "upgrade": "migrate",
    "version": "--version",
}
_OPTIONS = {
    "--dry-run": ("--diff", "--check"),
    "--dryrun": ("--diff", "--check"),
    "--fix": (),
    "--glob": ("--exclude",),
    "--in-place": (),
    "--interactively": ("--interactive",),
    "--output-format": ("--format",),
    "--patch": ("--interactive",),
    "--rule": ("--select",),
    "--silent": ("--quiet",),
    "--skip": ("--ignore", "--exclude"),
    "--threads": ("--jobs",),
    "--workers": ("--jobs",),
    "--write": (),
}
_WRITES = "migrate writes unless --diff or --check is given"


def suggested(error: click.ClickException, commands: Iterable[str]) -> click.ClickException:
    """The error with what was probably meant, where something is near."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return error
    context = error.ctx
    if isinstance(error, click.NoSuchOption):
        return _error(f"No such option {error.option_name!r}", _option(error), context)
    if isinstance(error, click.BadParameter) and error.param is not None:
        kind = error.param.type
        if isinstance(kind, click.Choice):
            given = error.message.partition("'")[2].partition("'")[0]
            near = nearest(given, list(map(str, kind.choices)))
            if near:
                message = f"there is no {given!r} (did you mean {near[0]}?)"
                return click.BadParameter(message, context, error.param, error.param_hint)
        return error
    name = _unknown_command(error)
    if name is not None:
        return _error(f"No such command {name!r}", _command(name, commands), context)
    return error


def nearest(name: str, known: Collection[str], most: int = 3) -> list[str]:
    """The names that are near, the nearest first; one alone where it is as good as certain."""
    lowered = {each.casefold().replace("_", "-"): each for each in known}
    plain = name.casefold().replace("_", "-")
    if plain in lowered:
        return [lowered[plain]]
    near = [lowered[each] for each in get_close_matches(plain, lowered, most, 0.6)]
    sure = get_close_matches(plain, lowered, most, 0.85)
    starting = [lowered[each] for each in lowered if plain and each.startswith(plain)]
    if len(starting) == 1:
        return starting
    return near[:1] if len(sure) == 1 else near


def _unknown_command(error: click.UsageError) -> str | None:
    """The name that is no command, if that is the mistake."""
    start = "No such command "
    return (
        error.message.removeprefix(start).rstrip(".").strip("'\"")
        if (error.message.startswith(start))
        else None
    )


def _command(name: str, commands: Iterable[str]) -> Sequence[str]:
    if name in _COMMANDS:
        return [f"genai-codemod {_COMMANDS[name]}"]
    if Path(name).exists():
        return [f"genai-codemod migrate {name}"]
    return [f"genai-codemod {each}" for each in nearest(name, list(commands))]


def _option(error: click.NoSuchOption) -> Sequence[str]:
    assert error.ctx is not None
    known = {
        name
        for param in error.ctx.command.get_params(error.ctx)
        for name in (*param.opts, *param.secondary_opts)
        if name.startswith("--")
    }
    name = error.option_name
    if name in _OPTIONS:
        other = [each for each in _OPTIONS[name] if each in known]
        return other or ([_WRITES] if error.ctx.command.name == "migrate" else [])
    return nearest(name, sorted(known)) if name.startswith("--") else []


def _error(message: str, meant: Sequence[str], context: click.Context) -> click.UsageError:
    if list(meant) == [_WRITES]:
        return click.UsageError(f"{message}: {_WRITES}.", context)
    hint = f" (did you mean {' or '.join(meant)}?)" if meant else "."
    return click.UsageError(message + hint, context)
