"""``genai-codemod migrate``: rewrite files in place, or show what would change."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genai_codemod.cli.execution import Execution, execution_options
from genai_codemod.project.budget import Budgeted
from genai_codemod.project.completeness import hold_incomplete, take_back_incomplete
from genai_codemod.project.discovery import Discovery, discover
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files
from genai_codemod.project.writing import write_changed
from genai_codemod.report.diff import print_diff, unified_diff, wants_colour
from genai_codemod.report.summary import Summary, render, summarise
from genai_codemod.report.text import count, error_line, finding_line, held_line
from genai_codemod.sources.python import (
    count_markers,
    is_relevant,
    may_call_legacy,
    may_read_answers,
    may_use_objects,
    migrate_python,
)

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError
    from genai_codemod.engine.rules import RulePack


class PathError(click.ClickException):
    """A path that does not exist: a usage error that needs no usage text."""

    exit_code = 2


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print a unified diff and write nothing.")
@click.option("--check", is_flag=True, help="Print which files would change and write nothing.")
@click.option(
    "--upgrade-models", is_flag=True, help="Replace retired models by their successors, too."
)
@click.option(
    "--only-complete",
    is_flag=True,
    help="Leave files as they are that belong together with one that would need a person.",
)
@execution_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only (and the diff).")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, and all of an error.")
@click.pass_context
def migrate(
    ctx: click.Context,
    paths: tuple[Path, ...],
    diff: bool,
    check: bool,
    upgrade_models: bool,
    only_complete: bool,
    quiet: bool,
    verbose: bool,
    execution: Execution,
) -> None:
    """Rewrite files from google.generativeai to google.genai.

    PATHS are files and folders; without any, the current folder.  What needs a person is marked
    in the code with TODO(genai-codemod); with --only-complete it is reported instead, and nothing
    is migrated that works together with it.

    Exit code 0: nothing is left to do.  1: something would change (with --diff or --check), or
    a marker or a file is left for a person.  2: wrong usage, or a file could not be processed.
    """
    paths = paths or (Path(),)
    write = not (diff or check)
    outcomes = _migrate(paths, execution, upgrade_models=upgrade_models)
    if only_complete:
        outcomes = hold_incomplete(outcomes)
    # Everything is decided before the first file is written: an interrupted run writes nothing.
    if write:
        outcomes = write_changed(outcomes)
    if write and only_complete:
        outcomes = take_back_incomplete(outcomes)
    if diff:
        _show_diff(outcomes)
    elif not quiet:
        _show_files(outcomes, written=write)
    if not quiet:
        _show_held(outcomes)
    _show_details(outcomes, verbose=verbose)
    summary = _summarise(outcomes)
    if not quiet:
        text = render(summary, paths, written=write, upgrade_models=upgrade_models)
        click.echo(text, nl=False, err=True)
    ctx.exit(_exit_code(summary, written=write))


@cache
def _rules() -> RulePack:
    from genai_codemod.engine import load_pack

    return load_pack()


def migrate_program(
    program: Program, *, upgrade_models: bool
) -> dict[Path, Migration | SourceError]:
    """Migrate files with the rules of this run; a function that worker processes can find."""
    files = {str(path): data for path, data in program.files.items()}
    imports = {
        str(path): {dotted: str(target) for dotted, target in targets.items()}
        for path, targets in program.imports.items()
    }
    results = migrate_python(
        files,
        imports,
        _rules(),
        absolute={str(path): name for path, name in program.absolute.items()},
        configures=program.configures,
        relies=program.relies,
        unseen=program.unseen,
        upgrade_models=upgrade_models,
    )
    return {Path(name): result for name, result in results.items()}


def _migrate(
    paths: Sequence[Path], execution: Execution, *, upgrade_models: bool
) -> list[FileOutcome]:
    discovery = _discover(paths)
    roots = [path for path in paths if path.is_dir()]
    outcomes = migrate_files(
        discovery.files,
        Budgeted(partial(migrate_program, upgrade_models=upgrade_models), execution.seconds),
        is_relevant=partial(is_relevant, upgrade_models=upgrade_models),
        may_use=may_use_objects,
        may_read=may_read_answers,
        may_call=may_call_legacy,
        roots=roots,
        choose=execution.choose,
        progress=execution.progress,
    )
    return [*discovery.errors, *outcomes]


def _discover(paths: Sequence[Path]) -> Discovery:
    try:
        return discover(paths)
    except FileNotFoundError as error:
        raise PathError(f"no such file or folder: {error}") from error


def _show_diff(outcomes: Sequence[FileOutcome]) -> None:
    colour = wants_colour(sys.stdout, os.environ)
    for path, migration in _changes(outcomes):
        diff = unified_diff(path, migration.before, migration.after)
        print_diff(diff, sys.stdout, colour=colour)


def _show_files(outcomes: Sequence[FileOutcome], *, written: bool) -> None:
    verb = "migrated" if written else "would migrate"
    for path, migration in _changes(outcomes):
        markers = count_markers(migration.after)
        marked = f" ({count(markers, 'marker')} left)" if markers else ""
        click.echo(f"{verb} {path}{marked}")


def _show_held(outcomes: Sequence[FileOutcome]) -> None:
    for outcome in outcomes:
        if outcome.held:
            click.echo(held_line(outcome.path, outcome.held), err=True)


def _show_details(outcomes: Sequence[FileOutcome], *, verbose: bool) -> None:
    for outcome in outcomes:
        error = outcome.error
        if error:
            click.echo(error_line(outcome.path, error), err=True)
            if verbose and error.details:
                click.echo(error.details, nl=False, err=True)
        if outcome.note:
            click.echo(f"{outcome.path}: {outcome.note}", err=True)
        if verbose and outcome.migration:
            for finding in outcome.migration.findings:
                click.echo(finding_line(outcome.path, finding), err=True)


def _changes(outcomes: Sequence[FileOutcome]) -> list[tuple[Path, Migration]]:
    return [
        (outcome.path, outcome.migration)
        for outcome in outcomes
        if outcome.migration and outcome.migration.changed
    ]


def _summarise(outcomes: Sequence[FileOutcome]) -> Summary:
    migrations = [o.migration for o in outcomes if o.migration and not o.held]
    return summarise(
        migrations,
        files=len(outcomes),
        errors=sum(outcome.error is not None for outcome in outcomes),
        markers=sum(count_markers(o.migration.after) for o in outcomes if o.migration),
        held=sum(outcome.held is not None for outcome in outcomes),
    )


def _exit_code(summary: Summary, *, written: bool) -> int:
    if summary.errors:
        return 2
    if summary.markers or summary.held or (summary.changed and not written):
        return 1
    return 0
