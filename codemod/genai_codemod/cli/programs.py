"""The options that say how a program is run offline, and which one is meant by a path."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_codemod.cli.scope import UsageError
from genai_codemod.report.secrets import masked
from genai_codemod.shim.server import ALIASES, ANSWERS, answer_named

if TYPE_CHECKING:
    from genai_codemod.shim.proof import Program
    from genai_codemod.shim.recording import Options, Recording

DEFAULT_MAIN = "main.py"
_ALL = "all"
_OPTIONS = ("answers", "call", "main", "stdin", "env", "python", "timeout", "form")


@dataclass(frozen=True, slots=True)
class Running:
    """How programs are run, which canned answers they get, and how all that is reported."""

    answers: tuple[str, ...]
    form: str
    main: str
    options: Options


def running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with the ``running`` they ask for."""

    @click.option(
        "--answer",
        "answers",
        type=click.Choice((*ANSWERS, *ALIASES, _ALL)),
        multiple=True,
        metavar="NAME",
        help="What the model answers; can be given several times.  One of: "
        f"{', '.join((*ANSWERS, *ALIASES))}; or all of them: {_ALL}.",
    )
    @click.option(
        "--call",
        "--func",
        "call",
        metavar="NAME",
        help="Import the program and call this function, or Class.method of a test case.",
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
        help="A variable of the program's environment; can be given several times.",
    )
    @click.option(
        "--python",
        metavar="PATH",
        help="The interpreter to run programs with.  [default: the one that runs this]",
    )
    @click.option("--timeout", default=60.0, show_default=True, help="Seconds for each program.")
    @click.option(
        "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
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
        options: Options = {
            "call": call,
            "stdin": stdin,
            "env": _variables(env),
            "python": python or sys.executable,
            "timeout": timeout,
        }
        running = Running(_answers(answers), form, main, options)
        return command(*arguments, running=running, **others)

    return with_running


def program_at(path: Path, main: str) -> Program:
    """The program that a path means: the file itself, or what runs in a folder.

    Raises:
        UsageError: there is none.
    """
    from genai_codemod.shim.proof import Program

    if not path.is_dir():
        if not path.exists():
            raise UsageError(f"no such file or folder: {path}")
        return Program(path, str(path))
    program = path / main
    if not program.is_file():
        raise UsageError(f"{path} has no {main}: name another with --main")
    return Program(program, str(program), tree=path, start=path)


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
    from genai_codemod.shim.proof import run
    from genai_codemod.shim.recording import ProofError

    program = program_at(path, running.main)
    found = []
    try:
        with warm_recorder() as record:
            for answer in running.answers:
                options: Options = {**running.options, "answer": answer, "argv": arguments}
                found.append((answer, run(program, record, **options)))
    except ProofError as error:
        click.echo(masked(f"Error: {error}"), err=True)
        return 2
    if running.form == "json":
        click.echo(recordings_as_json(program.shown, found))
    else:
        click.echo(recordings_as_text(found), nl=False)
        click.echo(run_on(sdk for _, recording in found for sdk in recording.sdks), err=True)
    return 1 if any(recording.ending for _, recording in found) else 0


@contextmanager
def warm_recorder() -> Iterator[Callable[..., Recording]]:
    """What records programs, and keeps the SDKs ready from one to the next."""
    from genai_codemod.shim.warm_recorder import WarmRecorder

    with WarmRecorder() as recorder:
        yield recorder.record


def _answers(names: Sequence[str]) -> tuple[str, ...]:
    if _ALL in names:
        return ANSWERS
    return tuple(dict.fromkeys(map(answer_named, names))) or ("default",)


def _variables(given: Sequence[str]) -> dict[str, str]:
    """The variables by their names."""
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise UsageError(f"--env needs NAME=VALUE, and not {each!r}")
        found[name] = value
    return found
