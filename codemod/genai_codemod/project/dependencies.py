"""The dependency files of a run: they list what the code needs once it is migrated."""

from __future__ import annotations

import os
import traceback
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.writing import write_changed
from genai_codemod.sources.dependency_files.formats import (
    REQUIREMENTS,
    SCRIPT,
    Format,
    format_of,
    included_files,
    is_script,
)

if TYPE_CHECKING:
    from genai_codemod.project.legacy_use import Repository

# Hidden folders with dependency files, which a walk passes over where no git tracks them.
_HIDDEN = (".circleci", ".devcontainer", ".github", ".gitlab")


def is_dependency_file(path: PurePath) -> bool:
    """Whether a file is looked at here; some of them are Python modules, too."""
    return format_of(path) is not None


def is_code(path: PurePath) -> bool:
    """Whether a file of a run is code: one that is named may be a dependency file instead."""
    return path.suffix in (".py", ".pyi") or not is_dependency_file(path)


def hidden_folders(paths: Sequence[Path]) -> list[Path]:
    """The folders below those of a run that have dependency files and are passed over otherwise."""
    hidden = (path / name for path in paths if path.is_dir() for name in _HIDDEN)
    return [folder for folder in hidden if folder.is_dir()]


def with_dependencies(
    paths: Sequence[Path],
    listing: Sequence[Path],
    outcomes: Sequence[FileOutcome],
    *,
    write: bool,
) -> list[FileOutcome]:
    """The outcomes of a run with those of the dependency files that list the legacy SDK.

    ``paths`` are those of the run, and ``listing`` the dependency files that were found there.
    ``outcomes`` are those of the code, which has been written by then if ``write`` says so: what
    could not be written keeps the package that it needs.
    """
    if not listing and all(outcome.migration is None for outcome in outcomes):
        return list(outcomes)
    from genai_codemod.project.legacy_use import Repository, top_of

    here = Path.cwd()  # asked once: a run has thousands of files
    places = [here / outcome.path for outcome in outcomes]
    by_path = dict(zip(places, outcomes, strict=True))
    repositories: dict[Path, Repository] = {}
    roots = [path.absolute() for path in paths if path.is_dir()]
    changed: dict[Path, FileOutcome] = {}
    for contents in (*_contents(paths, listing, by_path, changed), *_scripts(outcomes)):
        top = top_of(contents.path.absolute(), roots)
        repository = repositories.setdefault(top, Repository(top, by_path))
        changed[contents.path] = _outcome(contents, repository)
    for path in _unconcerned_locks(changed):
        del changed[path]
    done = write_changed(changed.values()) if write else list(changed.values())
    news = {each.path.absolute(): each for each in done}
    merged = [
        _merged(each, news.pop(place, None)) for place, each in zip(places, outcomes, strict=True)
    ]
    return [*merged, *news.values()]


@dataclass(frozen=True, slots=True)
class _Contents:
    """A dependency file with what it holds, once the code in it is migrated."""

    path: Path
    file_format: Format
    data: bytes


def _contents(
    paths: Sequence[Path],
    listing: Sequence[Path],
    code: Mapping[Path, FileOutcome],
    others: dict[Path, FileOutcome],
) -> Iterator[_Contents]:
    """The dependency files that name a legacy package, and in ``others`` what became of others."""
    # Imported late: what reads versions takes longer to import than most runs need git for.
    from genai_codemod.sources.dependency_files.packages import names_legacy

    waiting = deque(listing)
    seen = set(waiting)
    while waiting:
        path = waiting.popleft()
        outcome = code.get(path.absolute())
        if outcome is not None and (outcome.error or outcome.held):
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"cannot read: {error.strerror or error}"
            others[path] = FileOutcome(path, error=FileError(message))
            continue
        if outcome is not None and outcome.migration is not None:
            data = outcome.migration.after
        # What has another name is one for a file that takes it in.
        file_format = format_of(path) or REQUIREMENTS
        if file_format is REQUIREMENTS:
            included = _included(path, data, paths)
            waiting += included - seen
            seen |= included
        if names_legacy(data):
            yield _Contents(path, file_format, data)
        elif outcome is None and path in paths:
            others[path] = FileOutcome(path)


def _scripts(outcomes: Sequence[FileOutcome]) -> Iterator[_Contents]:
    """The modules of the run that say themselves that they need a legacy package."""
    from genai_codemod.sources.dependency_files.packages import names_legacy

    for outcome in outcomes:
        if outcome.migration is not None and not outcome.held and outcome.path.suffix == ".py":
            data = outcome.migration.after
            if is_script(data) and names_legacy(data):
                yield _Contents(outcome.path, SCRIPT, data)


def _included(path: Path, data: bytes, paths: Sequence[Path]) -> set[Path]:
    """The files below the paths of the run that a requirements file takes in."""
    named = {Path(os.path.normpath(path.parent / name)) for name in included_files(data)}
    roots = [root.resolve() for root in paths]
    return {
        each
        for each in named
        # Any error means that there is no such file.
        if os.path.isfile(each)  # noqa: PTH113
        and any(each.resolve().is_relative_to(root) for root in roots)
    }


def _outcome(contents: _Contents, repository: Repository) -> FileOutcome:
    from genai_codemod.engine.result import SourceError
    from genai_codemod.sources.dependency_files.rewriting import migrate_dependency_file

    path = contents.path
    try:
        alone = contents.file_format is SCRIPT
        look = repository.needs_of_script if alone else repository.needs
        needs = look(path.absolute())
        migration = migrate_dependency_file(contents.data, contents.file_format, needs)
    except SourceError as error:
        return FileOutcome(path, error=FileError(error.message, error.line, error.column))
    except Exception as error:  # a mistake here must not cost the other files
        text = " ".join(f"{type(error).__name__}: {error}".split())
        message = f"internal error: {text}; please report"
        return FileOutcome(path, error=FileError(message, details=traceback.format_exc()))
    return FileOutcome(path, migration)


def _unconcerned_locks(outcomes: Mapping[Path, FileOutcome]) -> list[Path]:
    """The lock files that hold the package for others: no file that they lock lists it."""
    listing = {
        path.parent for path, each in outcomes.items() if not _is_lock(path) and _has_findings(each)
    }
    return [
        path
        for path, each in outcomes.items()
        if _is_lock(path)
        and each.error is None
        and not any(folder.is_relative_to(path.parent) for folder in listing)
    ]


def _is_lock(path: Path) -> bool:
    file_format = format_of(path)
    return file_format is not None and file_format.kind == "lock"


def _has_findings(outcome: FileOutcome) -> bool:
    return outcome.migration is not None and bool(outcome.migration.findings)


def _merged(code: FileOutcome, listed: FileOutcome | None) -> FileOutcome:
    """One outcome for a file that is code and lists packages, such as ``setup.py``."""
    if listed is None:
        return code
    first, second = code.migration, listed.migration
    if first is None or second is None:
        return listed
    both = replace(
        second,
        before=first.before,
        findings=tuple(sorted([*first.findings, *second.findings])),
        edits=first.edits + second.edits,
        together=first.together,
    )
    return replace(listed, migration=both)
