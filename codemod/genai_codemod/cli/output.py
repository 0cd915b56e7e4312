"""Prints what became of files: results on standard output, all else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import click

from genai_codemod import FileOutcome, Migration, Skipped
from genai_codemod.report.diff import print_diff, unified_diff
from genai_codemod.report.key_findings import keys_in
from genai_codemod.report.model import shown_path
from genai_codemod.report.secrets import masked, masked_bytes
from genai_codemod.report.summary import Summary, render, summarise
from genai_codemod.report.terminal import stderr_look, visible, wants_colour
from genai_codemod.report.text import count, error_line, finding_line, held_line, skipped_line
from genai_codemod.tools import GENERATED, count_markers


def show_diff(outcomes: Sequence[FileOutcome]) -> None:
    """Print a diff of each changed file."""
    colour = wants_colour(sys.stdout, os.environ)
    for path, migration in _changes(outcomes):
        before, after = masked_bytes(migration.before), masked_bytes(migration.after)
        shown = unified_diff(path, before, after)
        if before != migration.before and shown != _whole_diff(path, migration):
            click.echo(f"{path}: keys in this diff are masked, so it cannot be applied", err=True)
        print_diff(shown, sys.stdout, colour=colour)


def _whole_diff(path: Path, migration: Migration) -> bytes:
    return unified_diff(path, migration.before, migration.after)


def show_files(outcomes: Sequence[FileOutcome], *, written: bool) -> None:
    """Print the name of each changed file."""
    verb = "migrated" if written else "would migrate"
    for path, migration in _changes(outcomes):
        markers = count_markers(migration.after)
        marked = f" ({count(markers, 'marker')} left)" if markers else ""
        click.echo(f"{verb} {visible(str(path))}{marked}")


def show_held(outcomes: Sequence[FileOutcome]) -> None:
    """Print why files stay as they were."""
    for outcome in outcomes:
        if outcome.held:
            click.echo(masked(held_line(outcome.path, outcome.held)), err=True)


def show_skipped(skipped: Sequence[Skipped]) -> None:
    """Print what was not looked at, and why."""
    for each in skipped:
        click.echo(skipped_line(each.path, each.reason), err=True)


def show_details(outcomes: Sequence[FileOutcome], *, verbose: bool) -> None:
    """Print errors; if ``verbose`` all about them, and findings."""
    for outcome in outcomes:
        lines = list(_details(outcome, verbose=verbose))
        keys = keys_in(outcome) if lines or verbose else frozenset()
        for line in lines:
            click.echo(masked(line, keys), err=True)
        if verbose and outcome.migration:
            _show_findings(outcome.path, outcome.migration, keys)


def _details(outcome: FileOutcome, *, verbose: bool) -> Iterator[str]:
    error, migration = outcome.error, outcome.migration
    if error:
        yield error_line(outcome.path, error)
        if verbose and error.details:
            yield error.details.rstrip("\n")
    if outcome.note:
        yield f"{outcome.path}: {outcome.note}"
    if verbose and migration:
        if migration.skipped:
            yield skipped_line(outcome.path, migration.skipped)


def _show_findings(path: Path, migration: Migration, keys: Collection[str]) -> None:
    """Print all findings of a file, and the code of those that need a person."""
    from genai_codemod.report.frames import frame
    from genai_codemod.report.places import found_places

    look = stderr_look()
    for finding, place in found_places(path, migration):
        click.echo(visible(masked(finding_line(path, finding), keys)), err=True)
        if place is not None and finding.status in ("review", "manual"):
            for line in frame(place, look, "  "):
                click.echo(line, err=True, color=look.colour)


def show_left(outcomes: Sequence[FileOutcome], *, written: bool) -> None:
    """Print what is left for a person: each reason once, with the code of a place."""
    from genai_codemod.report.frames import as_groups
    from genai_codemod.report.places import left_places

    look = stderr_look()
    places = left_places(outcomes, written=written)
    if places:
        click.echo(err=True)
    for line in as_groups(places, look, shown_path):
        click.echo(line, err=True, color=look.colour)
    if places:
        click.echo(err=True)


def show_summary(
    summary: Summary,
    paths: Sequence[Path],
    *,
    rules: Sequence[str],
    written: bool,
    upgrade_models: bool,
) -> None:
    """Print what happened, what is left, and what to do next."""
    look = stderr_look()
    text = render(
        summary,
        paths,
        rules=rules,
        written=written,
        upgrade_models=upgrade_models,
        in_git=any(_is_in_git(path) for path in paths),
        look=look,
    )
    click.echo(masked(text), nl=False, err=True, color=look.colour)


def _is_in_git(path: Path) -> bool:
    path = path.absolute()
    return any((folder / ".git").exists() for folder in (path, *path.parents))


def summary_of(outcomes: Sequence[FileOutcome], *, silent: int = 0) -> Summary:
    """Count what became of the files; ``silent`` ones name the legacy SDK and were passed over."""
    return summarise(
        [o.migration for o in outcomes if o.migration and not o.held],
        files=len(outcomes),
        errors=sum(outcome.error is not None for outcome in outcomes),
        markers=sum(
            count_markers(o.migration.after)
            for o in outcomes
            if o.migration and not o.migration.skipped
        ),
        held=sum(outcome.held is not None for outcome in outcomes),
        silent=silent
        + sum(o.migration is not None and o.migration.skipped == GENERATED for o in outcomes),
    )


def exit_code(summary: Summary, *, written: bool) -> int:
    """What the command answers to its caller."""
    if summary.errors:
        return 2
    if summary.markers or summary.held or (summary.changed and not written):
        return 1
    return 0


def _changes(outcomes: Sequence[FileOutcome]) -> list[tuple[Path, Migration]]:
    return [
        (outcome.path, outcome.migration)
        for outcome in outcomes
        if outcome.migration and outcome.migration.changed
    ]
