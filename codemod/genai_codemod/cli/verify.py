"""``genai-codemod verify``: check code that uses google.genai against the installed SDK."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.programs import (
    Running,
    refuse_running_options,
    run_and_show,
    running_options,
)
from genai_codemod.cli.scope import Options, Scoping
from genai_codemod.engine.result import SourceError
from genai_codemod.project.outcome import FileError
from genai_codemod.report.highlight import language_of
from genai_codemod.report.secrets import masked
from genai_codemod.report.terminal import stdout_look, visible
from genai_codemod.report.text import count, error_line, place
from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.check import check_source, mentions_sdk
from genai_codemod.shim.static_checks.findings import Finding
from genai_codemod.sources.documents import DocumentError, is_document, open_document

_OPTIONS_OF_RUNS = (
    "program", "answers", "call", "main", "stdin", "env", "python", "timeout", "form",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: what was found in it, or why it could not be checked."""

    path: Path
    findings: tuple[Finding, ...] = ()
    error: FileError | None = None


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
    discovery = Scoping(Options()).of(paths or (Path(),)).discovery
    try:
        version = surface.version()
    except ImportError as error:
        click.echo(f"Error: google-genai cannot be imported: {error}", err=True)
        ctx.exit(2)
    checked = [Checked(outcome.path, error=outcome.error) for outcome in discovery.errors]
    for path in discovery.files:
        each = check_file(path)
        checked.append(each)
        for finding in each.findings:
            click.echo(visible(masked(finding_line(path, finding))))
            if sys.stdout.isatty():
                _show_code(path, finding)
    for each in checked:
        if each.error:
            click.echo(masked(error_line(each.path, each.error)), err=True)
    if not quiet:
        click.echo(_summary(checked, version), err=True)
    ctx.exit(_exit_code(checked))


def _show_code(path: Path, finding: Finding) -> None:
    """Print the line of a finding, for people; a program gets one line for each."""
    from genai_codemod.report.frames import code_frame

    if finding.cell is not None:
        return
    look = stdout_look()
    lines = path.read_bytes().decode(errors="backslashreplace").splitlines()
    language = language_of(path.name)
    for line in code_frame(lines, finding.line - 1, finding.line, look, "  ", language):
        click.echo(line, color=look.colour)


def check_file(path: Path) -> Checked:
    """Read and check one file."""
    try:
        return Checked(path, _findings(path, path.read_bytes()))
    except OSError as error:
        return Checked(path, error=FileError(f"cannot read: {error.strerror or error}"))
    except (SourceError, DocumentError) as error:
        return Checked(path, error=FileError(str(error), error.line, error.column))
    except Exception as error:  # a mistake of the check must not cost the other files
        message = f"internal error: {type(error).__name__}: {error}; please report"
        return Checked(path, error=FileError(message))


def _findings(path: Path, data: bytes) -> tuple[Finding, ...]:
    if not is_document(path):
        return check_source(data, path)
    if not mentions_sdk(data):
        return ()
    document = open_document(path, data)
    found: list[Finding] = []
    for number, module in enumerate(document.modules):
        for finding in check_source(module, path):
            cell, line = document.place(number, finding.line)
            found.append(replace(finding, cell=cell, line=line))
    return tuple(found)


def finding_line(path: Path, finding: Finding) -> str:
    """One line for a finding, with what to write instead."""
    suggestion = f"; {finding.suggestion}" if finding.suggestion else ""
    return f"{place(path, finding)}: {finding.check}: {finding.message}{suggestion}"


def _summary(checked: Sequence[Checked], version: str) -> str:
    found = sum(len(each.findings) for each in checked)
    problems = count(found, "problem") if found else "no problem"
    files = count(len(checked), "file")
    errors = sum(each.error is not None for each in checked)
    failed = f"; {count(errors, 'file')} could not be checked" if errors else ""
    return f"Checked {files} against google-genai {version}: {problems}{failed}."


def _exit_code(checked: Sequence[Checked]) -> int:
    if any(each.error for each in checked):
        return 2
    return 1 if any(each.findings for each in checked) else 0
