"""``genai-codemod verify``: check code that uses google.genai against the installed SDK."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from genai_codemod.cli.programs import (
    Running,
    refuse_running_options,
    run_and_show,
    running_options,
)
from genai_codemod.cli.scope import Options, Scoping
from genai_codemod.engine.result import SourceError
from genai_codemod.project.outcome import FileError
from genai_codemod.report.secrets import masked
from genai_codemod.report.text import count, error_line, place
from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.check import check_source, mentions_sdk
from genai_codemod.shim.static_checks.findings import Finding
from genai_codemod.sources.documents import DocumentError, is_document, open_document


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: what was found in it, or why it could not be checked."""

    path: Path
    findings: tuple[Finding, ...] = ()
    error: FileError | None = None


@click.command()
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
            click.echo(masked(finding_line(path, finding)))
    for each in checked:
        if each.error:
            click.echo(masked(error_line(each.path, each.error)), err=True)
    if not quiet:
        click.echo(_summary(checked, version), err=True)
    ctx.exit(_exit_code(checked))


def check_file(path: Path) -> Checked:
    """Read and check one file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Checked(path, error=FileError(f"cannot read: {error.strerror or error}"))
    try:
        return _checked_document(path, data) if is_document(path) else _checked(path, data)
    except (SourceError, DocumentError) as error:
        return Checked(path, error=FileError(str(error), error.line, error.column))
    except Exception as error:  # a mistake of the check must not cost the other files
        message = f"internal error: {type(error).__name__}: {error}; please report"
        return Checked(path, error=FileError(message))


def _checked(path: Path, data: bytes) -> Checked:
    return Checked(path, check_source(data, path))


def _checked_document(path: Path, data: bytes) -> Checked:
    """Check the code of a notebook or a text; places are those in the file."""
    if not mentions_sdk(data):
        return Checked(path)
    document = open_document(path, data)
    found: list[Finding] = []
    failed: FileError | None = None
    for number, module in enumerate(document.modules):
        try:
            findings = check_source(module, path)
        except SourceError as error:
            cell, line = document.place(number, error.line)
            failed = failed or FileError(str(error), line, error.column, cell=cell)
            continue
        for finding in findings:
            cell, line = document.place(number, finding.line)
            found.append(replace(finding, cell=cell, line=line))
    return Checked(path, tuple(found), failed)


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
