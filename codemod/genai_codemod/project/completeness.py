"""All or nothing: files that belong together are migrated if none of them needs a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from genai_codemod.project.outcome import FileError, FileOutcome, Reason
from genai_codemod.project.writing import WriteError, write_file


def hold_incomplete(outcomes: Sequence[FileOutcome]) -> list[FileOutcome]:
    """Leave each file as it was that belongs together with one which would need a person.

    Such an outcome keeps the findings for a person and says in ``held`` what it waits for.
    """
    by_name = {str(outcome.path): outcome for outcome in outcomes}
    return [_held(outcome, by_name) for outcome in outcomes]


def take_back_incomplete(outcomes: Sequence[FileOutcome]) -> list[FileOutcome]:
    """Give each written file its old content back that belongs with one that was not written."""
    by_name = {str(outcome.path): outcome for outcome in outcomes}
    return [_taken_back(outcome, by_name) for outcome in outcomes]


def _held(outcome: FileOutcome, by_name: Mapping[str, FileOutcome]) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not (migration.changed or migration.markers):
        return outcome
    reason = _first_reason(outcome, [by_name[name] for name in _together(outcome, by_name)])
    if reason is None:
        return outcome
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
            return Reason(each.path, each.error.line or 1, each.error.message)
    for status in ("manual", "review"):
        for each in files:
            for finding in each.migration.findings if each.migration else ():
                if finding.status == status:
                    return Reason(each.path, finding.line, finding.message)
    return None


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
