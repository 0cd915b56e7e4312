"""``genai-codemod migrate``: rewrite files in place, or show what would change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from genai_codemod import FileOutcome, OptionError, Options, Run, migrate_paths
from genai_codemod.cli.commands import Command, UsageError
from genai_codemod.cli.execution import execution_options
from genai_codemod.cli.output import (
    exit_code,
    show_details,
    show_diff,
    show_files,
    show_held,
    show_skipped,
    summary_of,
)
from genai_codemod.cli.reporting import Wanted, report_options
from genai_codemod.cli.scope_options import scope_options
from genai_codemod.cli.standard_input import NAME, migrate_standard_input
from genai_codemod.report.progress import bar
from genai_codemod.report.secrets import masked
from genai_codemod.report.summary import render
from genai_codemod.tools import settings_of_run

Show = Callable[[Sequence[FileOutcome]], None]


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print a unified diff and write nothing.")
@click.option("--check", is_flag=True, help="Print which files would change and write nothing.")
@click.option(
    "--changed",
    metavar="[=COMMIT]",
    is_flag=False,
    flag_value="HEAD",
    help="Write only files that differ from a commit (HEAD, or where a branch left COMMIT).",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Pass over excluded and generated files even if they are named.",
)
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    help="Read a file of this name from standard input, and print what becomes of it.",
)
@scope_options
@execution_options
@report_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only (and the diff).")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, and all of an error.")
@click.pass_context
def migrate(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    diff: bool,
    check: bool,
    stdin_filename: Path | None,
    quiet: bool,
    verbose: bool,
    wanted: Wanted,
    options: Options,
    changed: str | None,
    force_exclude: bool,
) -> None:
    """Rewrite files from google.generativeai to google.genai.

    PATHS are files and folders, or - for standard input; without any, the current folder.  What
    is said in the table tool.genai-codemod of pyproject.toml is in force, too.  What needs a person
    is marked in the code with TODO(genai-codemod); with --only-complete it is reported instead, and
    nothing is migrated that works together with it.

    Exit code 0: nothing is left to do.  1: something would change (with --diff or --check), or
    a marker or a file is left for a person.  2: wrong usage, or a file could not be processed.
    """
    options = replace(options, changed=changed, force_exclude=force_exclude)
    show: Show = show_diff if diff else partial(show_files, written=not check)
    if stdin_filename is not None or NAME in paths:
        if wanted.asked_for:
            raise UsageError("with standard input there is no report")
        name = _name_of_input(paths, stdin_filename, options)
        shown = show if diff or check else None
        ctx.exit(migrate_standard_input(name, options, show=shown, verbose=verbose))
    paths = paths or (Path(),)
    reporting = wanted.within(settings_of_run(paths), diff=diff)
    reporting.check()
    run = _run(paths, options, write=not (diff or check), quiet=quiet)
    if reporting.on_terminal and (diff or not quiet):
        show(run.outcomes)
    if not quiet:
        show_held(run.outcomes)
    if verbose:
        show_skipped(run.skipped)
    show_details(run.outcomes, verbose=verbose)
    summary = summary_of(run.outcomes, silent=run.silent)
    if not quiet:
        text = render(summary, paths, written=run.written, upgrade_models=run.upgrade_models)
        click.echo(masked(text), nl=False, err=True)
    reporting.write(run, summary)
    ctx.exit(exit_code(summary, written=run.written))


def _name_of_input(paths: Sequence[Path], given: Path | None, options: Options) -> Path:
    """The name of the file that standard input holds."""
    if set(paths) - {NAME}:
        raise UsageError("with standard input no other file can be migrated")
    if options.changed is not None:
        raise UsageError("--changed means files, and not standard input")
    return given or NAME


def _run(paths: Sequence[Path], options: Options, *, write: bool, quiet: bool) -> Run:
    """Migrate, and show meanwhile how far that is."""
    try:
        with nullcontext() if quiet else bar(sys.stderr) as progress:
            return migrate_paths(paths, options, write=write, progress=progress)
    except OptionError as error:
        if error.option == "changed" and Path(str(options.changed)).exists():
            hint = " (write --changed=HEAD before a path)"
            raise UsageError(f"{error.message}{hint}") from error
        raise
