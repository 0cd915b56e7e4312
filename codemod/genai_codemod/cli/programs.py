"""The options that say how a program is run offline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from genai_codemod import ProofError, ProofOptions
from genai_codemod.cli.commands import UsageError
from genai_codemod.report.secrets import masked
from genai_codemod.tools import ALIASES, ALL_ANSWERS, ANSWERS, DEFAULT_MAIN, record_program

_OPTIONS = ("answers", "call", "main", "stdin", "env", "python", "timeout", "form")


@dataclass(frozen=True, slots=True)
class Running:
    """How programs are run and which canned answers they get, and how all that is reported."""

    form: str
    options: ProofOptions

    def with_arguments(self, arguments: Sequence[str]) -> ProofOptions:
        """The options of programs that are given these arguments."""
        return replace(self.options, arguments=tuple(arguments))


def running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with the ``running`` they ask for."""

    @click.option(
        "--answer",
        "answers",
        type=click.Choice((*ANSWERS, *ALIASES, ALL_ANSWERS)),
        multiple=True,
        metavar="NAME",
        help="What the model answers, such as blocked-prompt, 429 or timeout; repeatable.  A wrong "
        f"name lists them; {ALL_ANSWERS} stands for all.",
    )
    @click.option(
        "--call",
        "--func",
        "call",
        metavar="NAME",
        help="Import the program and call this.",
    )
    @click.option(
        "--main",
        default=DEFAULT_MAIN,
        metavar="NAME",
        show_default=True,
        help="What runs in a folder.",
    )
    @click.option(
        "--stdin",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="The standard input of the program.",
    )
    @click.option(
        "--env",
        multiple=True,
        metavar="NAME=VALUE",
        help="A variable for the program; repeatable.",
    )
    @click.option(
        "--python",
        metavar="PATH",
        help="The interpreter to run programs with.",
    )
    @click.option(
        "--timeout",
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="For each program.",
    )
    @click.option(
        "--format",
        "form",
        type=click.Choice(("text", "json")),
        default="text",
        metavar="FORM",
        help="text or json.",
    )
    @wraps(command)
    def with_running(
        *arguments: Any,
        answers: tuple[str, ...],
        call: str | None,
        main: str,
        stdin: Path | None,
        env: tuple[str, ...],
        python: str | None,
        timeout: float,
        form: str,
        **others: Any,
    ) -> Any:
        options = ProofOptions(
            answers=answers,
            call=call,
            main=main,
            stdin=stdin,
            environment=_variables(env),
            python=python,
            timeout=timeout,
        )
        running = Running(form, options)
        return command(*arguments, running=running, **others)

    return with_running


def refuse_running_options(ctx: click.Context) -> None:
    """Say so when a program's options are given to a command that runs none.

    Raises:
        UsageError: one of them is given.
    """
    for option in _OPTIONS:
        source = ctx.get_parameter_source(option)
        if source is not None and source.name == "COMMANDLINE":
            name = "format" if option == "form" else option.removesuffix("s")
            raise UsageError(f"--{name} needs --run")


def run_and_show(path: Path, arguments: Sequence[str], running: Running) -> int:
    """Run a program with each answer, and print what it sent; the exit code of the command.

    Raises:
        UsageError: there is no such program.
    """
    from genai_codemod.report.proof import recordings_as_json, recordings_as_text, run_on

    try:
        found = record_program(path, running.with_arguments(arguments))
    except ProofError as error:
        click.echo(masked(f"Error: {error}"), err=True)
        return 2
    if running.form == "json":
        click.echo(masked(recordings_as_json(found.program, found.recordings), found.keys))
    else:
        click.echo(masked(recordings_as_text(found.recordings), found.keys), nl=False)
        click.echo(run_on(sdk for _, each in found.recordings for sdk in each.sdks), err=True)
    return 1 if any(recording.ending for _, recording in found.recordings) else 0


def _variables(given: Sequence[str]) -> dict[str, str]:
    """The variables by their names."""
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise UsageError(f"--env needs NAME=VALUE, and not {each!r}")
        found[name] = value
    return found
