"""All or nothing: which files stay as they are because others do that belong to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.project.outcome import FileError, FileOutcome, Reason
from genai_codemod.project.writing import WriteError, write_file

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration


def hold_incomplete(
    outcomes: Sequence[FileOutcome], wants: Callable[[Path], bool] = lambda _: True
) -> list[FileOutcome]:
    """Leave each file as it was that belongs together with one which would need a person.

    ``wants`` says for a file whether that is asked for, there and in all that belongs to it.  Such
    an outcome keeps the findings for a person and says in ``held`` what it waits for.
    """
    by_name = {str(outcome.path): outcome for outcome in outcomes}
    return [
        _held(outcome, by_name) if _wanted(outcome, by_name, wants) else outcome
        for outcome in outcomes
    ]


def hold_apart(outcomes: Sequence[FileOutcome], chosen: Collection[Path]) -> list[FileOutcome]:
    """The outcomes of the chosen files, which alone are to be written.

    A file stays as it was that belongs together with one which would change and was not chosen.
    """
    changing = {
        str(outcome.path)
        for outcome in outcomes
        if outcome.path not in chosen and outcome.migration and outcome.migration.changed
    }
    return [_without(outcome, changing) for outcome in outcomes if outcome.path in chosen]


def take_back_incomplete(
    outcomes: Sequence[FileOutcome], wants: Callable[[Path], bool] = lambda _: True
) -> list[FileOutcome]:
    """Give each written file its old content back that belongs with one that was not written."""
    by_name = {str(outcome.path): outcome for outcome in outcomes}
    return [
        _taken_back(outcome, by_name) if _wanted(outcome, by_name, wants) else outcome
        for outcome in outcomes
    ]


def _wanted(
    outcome: FileOutcome, by_name: Mapping[str, FileOutcome], wants: Callable[[Path], bool]
) -> bool:
    together = (by_name[name].path for name in _together(outcome, by_name))
    return wants(outcome.path) or any(map(wants, together))


def _held(outcome: FileOutcome, by_name: Mapping[str, FileOutcome]) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not (migration.changed or migration.markers):
        return outcome
    reason = _first_reason(outcome, [by_name[name] for name in _together(outcome, by_name)])
    return outcome if reason is None else _held_for(outcome, migration, reason)


def _without(outcome: FileOutcome, changing: Collection[str]) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not migration.changed:
        return outcome
    others = sorted(migration.together.intersection(changing))
    if not others:
        return outcome
    message = "would have to change too, and is not among the files that may"
    return _held_for(outcome, migration, Reason(Path(others[0]), None, message))


def _held_for(outcome: FileOutcome, migration: Migration, reason: Reason) -> FileOutcome:
    findings = tuple(each for each in migration.findings if each.status != "rewritten")
    unchanged = replace(migration, after=migration.before, findings=findings, edits=0)
    return replace(outcome, migration=unchanged, held=reason)


def _together(outcome: FileOutcome, by_name: Mapping[str, FileOutcome]) -> list[str]:
    names = outcome.migration.together if outcome.migration else frozenset()
    return sorted(name for name in names if name in by_name)


def _first_reason(outcome: FileOutcome, others: Sequence[FileOutcome]) -> Reason | None:
    """Why files cannot be migrated completely: what is left of all, before what follows from it."""
    files = [outcome, *others]
    for each in files:
        if each.error:
            return Reason(
                each.path, each.error.line or 1, _for_a_person(each.error.message), each.error.cell
            )
    for status in ("manual", "review"):
        for each in files:
            for finding in each.migration.findings if each.migration else ():
                if finding.status == status:
                    return Reason(
                        each.path, finding.line, _for_a_person(finding.message), finding.cell
                    )
    return None


def _for_a_person(message: str) -> str:
    return f"needs a person: {message}"


def _taken_back(outcome: FileOutcome, by_name: Mapping[str, FileOutcome]) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not migration.changed:
        return outcome
    failed = [by_name[name] for name in _together(outcome, by_name) if by_name[name].error]
    if not failed:
        return outcome
    try:
        write_file(outcome.path, migration.after, migration.before)
    except WriteError as error:
        return replace(outcome, error=FileError(f"migrated without {failed[0].path}: {error}"))
    return _held(outcome, by_name)
