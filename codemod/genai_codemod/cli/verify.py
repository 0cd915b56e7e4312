"""``genai-codemod verify``: check code that uses google.genai against the installed SDK."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from genai_codemod import CheckedFile, Problem, verify_paths
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.programs import (
    Running,
    refuse_running_options,
    run_and_show,
    running_options,
)
from genai_codemod.report.highlight import language_of
from genai_codemod.report.secrets import masked
from genai_codemod.report.terminal import stdout_look, visible
from genai_codemod.report.text import count, error_line, place
from genai_codemod.tools import sdk_version

_OPTIONS_OF_RUNS = (
    "program", "answers", "call", "main", "stdin", "env", "python", "timeout", "form",
)  # fmt: skip


@click.command(
    cls=HelpfulCommand,
    examples=[
        ("genai-codemod verify src", "check the code"),
        ("genai-codemod verify --run app.py", "what a program sends"),
        ("genai-codemod verify --run app.py --answer 429-once", "and after an error"),
    ],
    sections={"Options": ("quiet", "help")} | {"Options for --run": _OPTIONS_OF_RUNS},
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only.")
@click.option(
    "--run",
    "program",
    type=click.Path(path_type=Path),
    metavar="SCRIPT",
    help="Run a program offline; PATHS are its arguments.",
)
@running_options
@click.pass_context
def verify(
    ctx: click.Context,
    paths: tuple[Path, ...],
    quiet: bool,
    program: Path | None,
    running: Running,
) -> None:
    """Check code that uses google.genai against the SDK that is installed.

    PATHS are files and folders; without any, the current folder.  Nothing is run: names are
    followed to the SDK, which is asked whether it takes them, their arguments and their values.

    With --run, a program is run without network and without a key: a canned server answers the
    real SDK, and its requests are printed.

    Exit code 0: nothing was found.  1: something was found, or the program ended with an error.
    2: wrong usage, or a file could not be checked.
    """
    if program is not None:
        ctx.exit(run_and_show(program, tuple(map(str, paths)), running))
    refuse_running_options(ctx)
    checked = []
    for each in verify_paths(paths or (Path(),)):
        checked.append(each)
        for problem in each.problems:
            click.echo(visible(masked(problem_line(each.path, problem))))
            if sys.stdout.isatty():
                _show_code(each.path, problem)
    for each in checked:
        if each.error:
            click.echo(masked(error_line(each.path, each.error)), err=True)
    if not quiet:
        click.echo(_summary(checked, sdk_version()), err=True)
    ctx.exit(_exit_code(checked))


def _show_code(path: Path, problem: Problem) -> None:
    """Print the line of a problem, for people; a program gets one line for each."""
    from genai_codemod.report.frames import code_frame

    if problem.cell is not None:
        return
    look = stdout_look()
    lines = path.read_bytes().decode(errors="backslashreplace").splitlines()
    language = language_of(path.name)
    for line in code_frame(lines, problem.line - 1, problem.line, look, "  ", language):
        click.echo(line, color=look.colour)


def problem_line(path: Path, problem: Problem) -> str:
    """One line for a problem, with what to write instead."""
    suggestion = f"; {problem.suggestion}" if problem.suggestion else ""
    return f"{place(path, problem)}: {problem.check}: {problem.message}{suggestion}"


def _summary(checked: Sequence[CheckedFile], version: str) -> str:
    found = sum(len(each.problems) for each in checked)
    problems = count(found, "problem") if found else "no problem"
    files = count(len(checked), "file")
    errors = sum(each.error is not None for each in checked)
    failed = f"; {count(errors, 'file')} could not be checked" if errors else ""
    return f"Checked {files} against google-genai {version}: {problems}{failed}."


def _exit_code(checked: Sequence[CheckedFile]) -> int:
    if any(each.error for each in checked):
        return 2
    return 1 if any(each.problems for each in checked) else 0
