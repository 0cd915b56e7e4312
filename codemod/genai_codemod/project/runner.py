"""Migrate many files; whatever happens to one of them, the others are migrated."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.project.documents import OpenDocuments
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.programs import Program, group_files
from genai_codemod.sources.documents import DocumentError, is_document

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError

Migrate = Callable[[Program], "Mapping[Path, Migration | SourceError]"]

# A worker needs half a second to import LibCST and load the rules, a file about 0.06 s.
_FILES_WORTH_A_POOL = 24
_MOST_WORKERS = 16


def migrate_files(
    paths: Sequence[Path],
    migrate: Migrate,
    *,
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool] = lambda _: False,
    may_read: Callable[[bytes], bool] = lambda _: False,
    may_call: Callable[[bytes], bool] = lambda _: True,
    roots: Sequence[Path] = (),
    workers: int | None = None,
) -> list[FileOutcome]:
    """Read and migrate files; one outcome for each path, in the order of the paths.

    ``migrate`` gets files that belong together and gives a migration or a ``SourceError`` for
    each; with many files it runs in other processes, so it must be a function that can be pickled.
    Only files that are relevant are migrated, and those that ``group_files`` finds to belong to
    them.  ``roots`` are the folders whose files are all among the paths.  ``workers`` fixes the
    number of processes, 1 meaning this one.
    """
    outcomes: dict[Path, FileOutcome] = {}
    contents: dict[Path, bytes] = {}
    others: dict[Path, bytes] = {}
    documents = OpenDocuments()
    for path in paths:
        try:
            data = path.read_bytes()
            skipped = is_document(path) and not (is_relevant(data) or may_use(data))
            modules = {} if skipped else documents.modules(path, data)
        except OSError as error:
            message = f"cannot read: {error.strerror or error}"
            outcomes[path] = FileOutcome(path, error=FileError(message))
        except DocumentError as error:
            wrong = FileError(str(error), error.line, error.column)
            outcomes[path] = FileOutcome(path, error=wrong)
        else:
            outcomes[path] = FileOutcome(path)
            for module, code in modules.items():
                (contents if is_relevant(code) else others)[module] = code
    programs: list[Program] = []
    if contents:
        programs = group_files(
            contents, others, may_use=may_use, may_read=may_read, may_call=may_call, roots=roots
        )
    workers = workers or _worth_workers(sum(len(program.files) for program in programs))
    if workers > 1 and programs:
        migrated = _migrate_in_pool(programs, migrate, workers)
    else:
        migrated = _migrate_here(programs, migrate)
    for path, outcome in migrated.items():
        found = outcome.migration is not None and outcome.migration.findings
        if path in contents or found or (outcome.error and may_use(others[path])):
            outcomes[path] = outcome
    outcomes = documents.put_together(outcomes)
    return [outcomes[path] for path in paths]


def migrate_together(program: Program, migrate: Migrate) -> dict[Path, FileOutcome]:
    """Migrate the files of a program; where that fails, without the files that fail alone."""
    from genai_codemod.engine.result import SourceError

    try:
        results = migrate(program)
    except Exception as error:  # the engine's own mistakes must not cost the other files
        if isinstance(error, RecursionError):
            failure = FileError("the code is nested too deeply to be migrated")
        else:
            text = " ".join(f"{type(error).__name__}: {error}".split())
            failure = _internal_error(text, traceback.format_exc())
        return _recovered(program, failure, partial(_migrate_here, migrate=migrate))
    return {
        path: FileOutcome(path, error=FileError(result.message, result.line, result.column))
        if isinstance(result, SourceError)
        else FileOutcome(path, migration=result)
        for path, result in results.items()
    }


def _migrate_here(programs: Sequence[Program], migrate: Migrate) -> dict[Path, FileOutcome]:
    return {
        path: outcome
        for program in programs
        for path, outcome in migrate_together(program, migrate).items()
    }


def _recovered(
    program: Program,
    failure: FileError,
    again: Callable[[Sequence[Program]], dict[Path, FileOutcome]],
) -> dict[Path, FileOutcome]:
    """Migrate what is left of a program that failed, once the files that fail alone are out.

    Where none does, all of them fail: one that is migrated without those that use what it makes
    would break them.
    """
    failed = {path: FileOutcome(path, error=failure) for path in program.files}
    if len(failed) == 1:
        return failed
    alone = again(program.apart())
    guilty = {path: outcome for path, outcome in alone.items() if outcome.error}
    if not guilty or len(guilty) == len(failed):
        return failed | guilty
    others = again([program.without(guilty.keys())])
    return {path: _with_failed(other, guilty) for path, other in others.items()} | guilty


def _with_failed(outcome: FileOutcome, failed: Collection[Path]) -> FileOutcome:
    """The outcome of a file that may belong together with some that failed."""
    if outcome.migration is None:
        return outcome
    together = outcome.migration.together | {str(path) for path in failed}
    return replace(outcome, migration=replace(outcome.migration, together=together))


def _internal_error(text: str, details: str = "") -> FileError:
    return FileError(f"internal error: {text}; please report", details=details)


def _worth_workers(files: int) -> int:
    if files < _FILES_WORTH_A_POOL:
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    cpus = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cpus, _MOST_WORKERS)


def _migrate_in_pool(
    programs: Sequence[Program], migrate: Migrate, workers: int
) -> dict[Path, FileOutcome]:
    """Migrate in worker processes; when one dies, find the file that kills it by halving."""
    pool = ProcessPoolExecutor(min(workers, len(programs)), initializer=_ignore_interrupts)
    outcomes: dict[Path, FileOutcome] = {}
    lost: list[Program] = []
    futures: list[tuple[Program, Future[dict[Path, FileOutcome]]]] = []
    try:
        for program in sorted(programs, key=lambda program: -len(program.files)):
            try:
                futures.append((program, pool.submit(migrate_together, program, migrate)))
            except BrokenProcessPool:
                lost.append(program)
        for program, future in futures:
            try:
                outcomes |= future.result()
            except BrokenProcessPool:
                lost.append(program)
    finally:
        pool.shutdown(cancel_futures=True)
    if lost and len(programs) == 1:
        again = partial(_migrate_in_pool, migrate=migrate, workers=workers)
        return _recovered(lost[0], _internal_error("the process died"), again)
    middle = (len(lost) + 1) // 2
    for half in filter(None, (lost[:middle], lost[middle:])):
        outcomes |= _migrate_in_pool(half, migrate, workers)
    return outcomes


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
