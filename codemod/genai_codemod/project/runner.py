"""Migrate many files; whatever happens to one of them, the others are migrated."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.project.outcome import FileError, FileOutcome

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration

# A worker needs half a second to import LibCST and load the rules, a file about 0.06 s.
_FILES_WORTH_A_POOL = 24
_MOST_WORKERS = 16


def migrate_files(
    paths: Sequence[Path],
    migrate: Callable[[bytes], Migration],
    *,
    is_relevant: Callable[[bytes], bool],
    workers: int | None = None,
) -> list[FileOutcome]:
    """Read and migrate files; one outcome for each path, in the order of the paths.

    ``migrate`` may raise ``SourceError``; with many files it runs in other processes, so it must
    be a function that can be pickled.  It only sees files that are relevant.  ``workers`` fixes
    the number of processes, 1 meaning this one.
    """
    outcomes: dict[Path, FileOutcome] = {}
    contents: dict[Path, bytes] = {}
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"cannot read: {error.strerror or error}"
            outcomes[path] = FileOutcome(path, error=FileError(message))
        else:
            outcomes[path] = FileOutcome(path)
            if is_relevant(data):
                contents[path] = data
    workers = workers or _worth_workers(len(contents))
    if workers > 1 and contents:
        outcomes |= _migrate_in_pool(contents, migrate, workers)
    else:
        outcomes |= {path: migrate_file(path, data, migrate) for path, data in contents.items()}
    return [outcomes[path] for path in paths]


def migrate_file(path: Path, data: bytes, migrate: Callable[[bytes], Migration]) -> FileOutcome:
    """Migrate the content of one file; every exception becomes the outcome's error."""
    from genai_codemod.engine.result import SourceError

    try:
        return FileOutcome(path, migration=migrate(data))
    except SourceError as error:
        return FileOutcome(path, error=FileError(error.message, error.line, error.column))
    except RecursionError:
        return FileOutcome(path, error=FileError("the code is nested too deeply to be migrated"))
    except Exception as error:  # the engine's own mistakes must not cost the other files
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return FileOutcome(path, error=_internal_error(text, traceback.format_exc()))


def _internal_error(text: str, details: str = "") -> FileError:
    return FileError(f"internal error: {text}; please report", details=details)


def _worth_workers(files: int) -> int:
    if files < _FILES_WORTH_A_POOL:
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    cpus = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cpus, _MOST_WORKERS)


def _migrate_in_pool(
    contents: Mapping[Path, bytes], migrate: Callable[[bytes], Migration], workers: int
) -> dict[Path, FileOutcome]:
    """Migrate in worker processes; when one dies, find the file that kills it by halving."""
    pool = ProcessPoolExecutor(min(workers, len(contents)), initializer=_ignore_interrupts)
    outcomes: dict[Path, FileOutcome] = {}
    lost: list[Path] = []
    try:
        futures: dict[Path, Future[FileOutcome]] = {}
        for path, data in contents.items():
            try:
                futures[path] = pool.submit(migrate_file, path, data, migrate)
            except BrokenProcessPool:
                lost.append(path)
        for path, future in futures.items():
            try:
                outcomes[path] = future.result()
            except BrokenProcessPool:
                lost.append(path)
    finally:
        pool.shutdown(cancel_futures=True)
    if lost and len(contents) == 1:
        return {lost[0]: FileOutcome(lost[0], error=_internal_error("the process died"))}
    middle = (len(lost) + 1) // 2
    for half in filter(None, (lost[:middle], lost[middle:])):
        outcomes |= _migrate_in_pool({path: contents[path] for path in half}, migrate, workers)
    return outcomes


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
