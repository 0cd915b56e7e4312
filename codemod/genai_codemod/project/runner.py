"""Migrate many files; whatever happens to one of them, the others are migrated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from genai_codemod.groups import Groups
from genai_codemod.project.executors import (
    Choose,
    Executor,
    Find,
    InThisProcess,
    Lost,
    Migrate,
    find_now,
    internal_error,
    local,
)
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.programs import Program, group_files
from genai_codemod.project.reading import Inputs

Advance = Callable[[Program], None]
Progress = Callable[[Sequence[Program]], AbstractContextManager[Advance]]


def unseen(_programs: Sequence[Program]) -> AbstractContextManager[Advance]:
    """No progress is shown."""
    return nullcontext(_say_nothing)


def _say_nothing(_program: Program) -> None:
    return


def migrate_files(
    paths: Sequence[Path],
    migrate: Migrate,
    *,
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool] = lambda _: False,
    may_read: Callable[[bytes], bool] = lambda _: False,
    reads_answers: Callable[[bytes], bool] = lambda _: False,
    may_call: Callable[[bytes], bool] = lambda _: True,
    may_get: Callable[[bytes], bool] = lambda _: False,
    is_own: Callable[[bytes], bool] = lambda _: False,
    roots: Sequence[Path] = (),
    named: Collection[Path] = (),
    silent: Collection[Path] = (),
    find: Find = find_now,
    choose: Choose | None = None,
    progress: Progress = unseen,
) -> list[FileOutcome]:
    """Read and migrate files; one outcome for each path, in the order of the paths.

    ``migrate`` gets files that belong together and gives a migration or a ``SourceError`` for
    each; it may run in other processes, so it must be a function that can be pickled.  Only files
    that are relevant are migrated, and those that ``group_files`` finds to belong to them.
    ``roots`` are the folders whose files are all among the paths, ``named`` the files that are
    migrated although a program has written them, and ``silent`` modules that are known not to be
    relevant.  ``find`` may do something else while files are put together, and ``choose`` says
    where the programs are migrated, which makes no difference to the outcomes; ``progress`` shows
    the user how far that is.

    Raises:
        ExecutorError: there is nowhere to migrate.
    """
    inputs = Inputs(is_relevant, may_use, named, silent)
    for path in paths:
        inputs.read(path)
    outcomes = inputs.outcomes
    if inputs.contents:
        others = inputs.others
        group = partial(
            group_files,
            inputs.contents,
            others,
            may_use=may_use,
            may_read=may_read,
            reads_answers=reads_answers,
            may_call=may_call,
            may_get=may_get,
            is_own=is_own,
            roots=[root for root in roots if not _any_below(root, inputs.passed_over)],
        )
        programs = find(group, sum(map(len, inputs.contents.values())))
        with closing((choose or local())(programs)) as executor, progress(programs) as advance:
            migrated = _migrate_all(programs, migrate, executor, advance)
        if any(program.around for program in programs):
            migrated = _connected(migrated)
        for path, outcome in migrated.items():
            found = outcome.migration is not None and outcome.migration.findings
            if path in inputs.contents or found or (outcome.error and may_use(others[path])):
                outcomes[path] = outcome
    outcomes = inputs.documents.put_together(outcomes)
    return [outcomes[path] for path in paths]


def _any_below(root: Path, paths: Collection[Path]) -> bool:
    return any(path.is_relative_to(root) for path in paths)


def migrate_alone(
    path: Path, data: bytes, migrate: Migrate, *, is_relevant: Callable[[bytes], bool]
) -> FileOutcome:
    """The outcome of a file of which only what it holds is given, without any other file."""
    inputs = Inputs(is_relevant, is_relevant, named=[path])
    inputs.add(path, data)
    programs = [Program({module: code}) for module, code in inputs.contents.items()]
    outcomes = inputs.outcomes | _migrate_all(programs, migrate, InThisProcess())
    return inputs.documents.put_together(outcomes)[path]


def _migrate_all(
    programs: Sequence[Program],
    migrate: Migrate,
    executor: Executor,
    advance: Advance = _say_nothing,
) -> dict[Path, FileOutcome]:
    """Migrate programs, and what can be of those that fail; what kills its process is found."""
    outcomes: dict[Path, FileOutcome] = {}
    failed: list[tuple[Program, FileError]] = []
    lost: list[Program] = []
    for program, result in executor.run(programs, migrate):
        if isinstance(result, Lost):
            lost.append(program)
        elif isinstance(result, FileError):
            failed.append((program, result))
        else:
            outcomes |= result
        advance(program)
    if lost and len(programs) == 1:
        failed.append((lost.pop(), internal_error("the process died")))
    # Any of them may have killed the others' processes.
    middle = (len(lost) + 1) // 2
    for half in filter(None, (lost[:middle], lost[middle:])):
        outcomes |= _migrate_all(half, migrate, executor)
    for program, error in failed:
        outcomes |= _recovered(program, error, migrate, executor)
    return outcomes


def _connected(outcomes: Mapping[Path, FileOutcome]) -> dict[Path, FileOutcome]:
    """The outcomes of parts of programs, each with all that belongs together with it."""
    groups: Groups[str] = Groups()
    for path, outcome in outcomes.items():
        for name in outcome.migration.together if outcome.migration else ():
            groups.join(str(path), name)
    together = {name: frozenset(names) for names in groups.by_leader().values() for name in names}
    return {
        path: outcome
        if outcome.migration is None or str(path) not in together
        else replace(outcome, migration=replace(outcome.migration, together=together[str(path)]))
        for path, outcome in outcomes.items()
    }


def _recovered(
    program: Program, failure: FileError, migrate: Migrate, executor: Executor
) -> dict[Path, FileOutcome]:
    """Migrate what is left of a program that failed, once the files that fail alone are out.

    Where none does, all of them fail: one that is migrated without those that use what it makes
    would break them.
    """
    if program.around:
        return _migrate_all([replace(program, around={})], migrate, executor)
    failed = {path: FileOutcome(path, error=failure) for path in program.files}
    if len(failed) == 1:
        return failed
    alone = _migrate_all(program.apart(), migrate, executor)
    guilty = {path: outcome for path, outcome in alone.items() if outcome.error}
    if not guilty or len(guilty) == len(failed):
        return failed | guilty
    others = _migrate_all([program.without(guilty.keys())], migrate, executor)
    return {path: _with_failed(other, guilty) for path, other in others.items()} | guilty


def _with_failed(outcome: FileOutcome, failed: Collection[Path]) -> FileOutcome:
    """The outcome of a file that may belong together with some that failed."""
    if outcome.migration is None:
        return outcome
    together = outcome.migration.together | {str(path) for path in failed}
    return replace(outcome, migration=replace(outcome.migration, together=together))
