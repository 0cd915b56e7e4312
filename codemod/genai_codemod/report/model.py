"""What a run found, in the form that every format is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from genai_codemod.report.key_findings import keys_in
from genai_codemod.report.secrets import masked
from genai_codemod.sources.python import count_markers

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.engine.rule_packs.catalogue import Entry
    from genai_codemod.project.outcome import FileError, FileOutcome, Reason
    from genai_codemod.report.summary import Summary

Said = TypeVar("Said", "FileError | None", "Reason | None")
State = Literal["changed", "unchanged", "held", "failed"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file that there is something to say about, with all keys masked.

    ``path`` is relative to the folder that the run was started in, where it lies in that, and has
    slashes.  ``before`` and ``after`` are its text; they are the same unless it is ``changed``.
    ``markers`` counts those in ``after``.
    """

    path: str
    state: State
    findings: tuple[Finding, ...]
    before: str
    after: str
    markers: int = 0
    has_keys: bool = False
    error: FileError | None = None
    held: Reason | None = None

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Those that need a person."""
        return tuple(each for each in self.findings if each.status in ("review", "manual"))

    @property
    def left(self) -> int:
        """How many places are left for a person."""
        return len(self.open_findings) if self.held else self.markers


@dataclass(frozen=True, slots=True)
class Report:
    """A run: its files, its counts, and the rules that have findings, by their ids.

    ``written`` says whether the files hold the results already; ``version`` is the codemod's.
    """

    version: str
    written: bool
    summary: Summary
    files: tuple[FileReport, ...]
    rules: Mapping[str, Entry]

    @property
    def changed(self) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.state == "changed")


def make_report(
    outcomes: Iterable[FileOutcome],
    summary: Summary,
    rules: Mapping[str, Entry],
    *,
    written: bool,
    version: str,
) -> Report:
    """The report of a run; ``rules`` are all there are."""
    files = tuple(file for outcome in outcomes if (file := _file(outcome)) is not None)
    named = {finding.rule for file in files for finding in file.findings}
    used = {rule: entry for rule, entry in rules.items() if rule in named}
    return Report(version, written, summary, files, used)


def shown_path(path: Path) -> str:
    """A path as reports name it: relative to the current folder, with slashes."""
    here = Path.cwd()
    absolute = path.absolute()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else path).as_posix()


def _file(outcome: FileOutcome) -> FileReport | None:
    migration = outcome.migration
    findings: Sequence[Finding] = migration.findings if migration else ()
    changed = migration is not None and migration.changed
    if not (findings or changed or outcome.error or outcome.held):
        return None
    state: State = "unchanged"
    if outcome.error:
        state = "failed"
    elif outcome.held:
        state = "held"
    elif changed:
        state = "changed"
    before, after = (_text(migration.before), _text(migration.after)) if migration else ("", "")
    keys = keys_in(outcome)
    return FileReport(
        shown_path(outcome.path),
        state,
        tuple(replace(finding, message=masked(finding.message, keys)) for finding in findings),
        masked(before),
        masked(after, keys),
        markers=count_markers(migration.after) if migration else 0,
        has_keys=any(masked(text) != text for text in (before, after)),
        error=_masked(outcome.error, keys),
        held=_masked(outcome.held, keys),
    )


def _masked(said: Said, keys: Collection[str]) -> Said:
    return said and replace(said, message=masked(said.message, keys))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
