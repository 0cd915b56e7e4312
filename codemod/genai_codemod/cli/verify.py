"""``genai-codemod verify``: check code that uses google.genai against the installed SDK."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from genai_codemod import CheckedFile, Problem, verify_paths
from genai_codemod.cli.commands import Command
from genai_codemod.cli.programs import (
    Running,
    refuse_running_options,
    run_and_show,
    running_options,
)
from genai_codemod.report.secrets import masked
from genai_codemod.report.text import count, error_line, place
from genai_codemod.tools import sdk_version


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only.")
@click.option(
    "--run",
    "program",
    type=click.Path(path_type=Path),
    metavar="SCRIPT",
    help="Run a program offline instead, and print its requests; the PATHS are its arguments.",
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
    followed to the SDK, which is asked whether it has them, takes these arguments, and accepts
    these values.

    With --run SCRIPT, the program is run without network and without a key: the SDK is the real
    one, a canned server answers, and its requests are printed.  The options below from --answer
    on are about that.  Exit code 1 is then a program that ends with an error.

    Exit code 0: nothing was found.  1: something was found.  2: wrong usage, or a file could not
    be checked.
    """
    if program is not None:
        ctx.exit(run_and_show(program, tuple(map(str, paths)), running))
    refuse_running_options(ctx)
    checked = []
    for each in verify_paths(paths or (Path(),)):
        checked.append(each)
        for problem in each.problems:
            click.echo(masked(problem_line(each.path, problem)))
    for each in checked:
        if each.error:
            click.echo(masked(error_line(each.path, each.error)), err=True)
    if not quiet:
        click.echo(_summary(checked, sdk_version()), err=True)
    ctx.exit(_exit_code(checked))


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
