"""Where programs are migrated: in this process, or in several.  A cluster has its own module."""

from __future__ import annotations

import gc
import os
import textwrap
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.engine.rule_packs.rule_sources import RulesError
from genai_codemod.errors import CodemodError
from genai_codemod.project.interrupts import (
    end_on_interrupts,
    end_with_parent,
    interrupts_blocked,
)
from genai_codemod.project.meanwhile import begun
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.programs import Program

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from genai_codemod.engine.result import Migration, SourceError

Migrate = Callable[[Program], "Mapping[Path, Migration | SourceError]"]
Choose = Callable[[Sequence[Program]], "Executor"]
Prepare = Callable[[], object]
Group = Callable[[], list[Program]]
Find = Callable[[Group, int], list[Program]]

# A worker needs half a second to import LibCST and load the rules; 50 kB take a second.
_BYTES_WORTH_A_POOL = 50_000
_MOST_WORKERS = 61  # Windows cannot wait for more.


class Lost(Enum):
    """There is no result because the process died, perhaps of a program that ran beside."""

    LOST = "lost"


Attempt = Mapping[Path, FileOutcome] | FileError | Lost


class ExecutorError(CodemodError):
    """There is nowhere to migrate; its text is one line for the user.

    Examples:
        >>> from genai_codemod import ExecutorError, Options, migrate_paths
        >>> try:
        ...     run = migrate_paths(".", Options(executor="dask://localhost:1"))
        ... except ExecutorError as error:  # where there is something to migrate
        ...     print(error)
    """


class Executor(ABC):
    """Migrates programs, each independently of all others."""

    @abstractmethod
    def run(
        self, programs: Sequence[Program], migrate: Migrate
    ) -> Iterator[tuple[Program, Attempt]]:
        """What comes of each program, in any order.

        Raises:
            ExecutorError: no program at all can be migrated here.
        """

    def close(self) -> None:
        """Give up what is held for further runs, and what is still to be done."""
        return


class InThisProcess(Executor):
    """One program after the other, without any further process."""

    def run(
        self, programs: Sequence[Program], migrate: Migrate
    ) -> Iterator[tuple[Program, Attempt]]:
        for program in programs:
            yield program, attempt(program, migrate)


def load_nothing() -> None:
    """Nothing is loaded before it is needed."""


class InProcesses(Executor):
    """Several worker processes; a program that kills one is lost with those in the others."""

    def __init__(self, workers: int, prepare: Prepare = load_nothing) -> None:
        """``prepare`` loads what each worker needs; where they begin as copies, that is shared."""
        self._workers = workers
        if _workers_are_copies():
            prepare()
        self._pool = self._new_pool()

    def run(
        self, programs: Sequence[Program], migrate: Migrate
    ) -> Iterator[tuple[Program, Attempt]]:
        from concurrent.futures import as_completed
        from concurrent.futures.process import BrokenProcessPool

        lost: list[Program] = []
        futures: dict[Future[Attempt], Program] = {}
        # The longest first: no worker is left alone with it at the end.
        with interrupts_blocked():
            for program in sorted(programs, key=lambda program: -program.size):
                try:
                    futures[self._pool.submit(_attempt_in_worker, program, migrate)] = program
                except BrokenProcessPool:
                    lost.append(program)
        for future in as_completed(list(futures)):
            program = futures.pop(future)
            try:
                yield program, future.result()
            except BrokenProcessPool:
                lost.append(program)
            except Exception as error:  # a result that cannot be sent, for instance
                yield program, failure(error)
        if lost:
            self._pool.shutdown()
            self._pool = self._new_pool()
        for program in lost:
            yield program, Lost.LOST

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Imported late: most runs find no work for several processes.
        from concurrent.futures import ProcessPoolExecutor

        return ProcessPoolExecutor(self._workers, initializer=_begin)


def _workers_are_copies() -> bool:
    """Whether a worker process begins with all that this one has loaded."""
    from multiprocessing import get_start_method

    return get_start_method() == "fork"


def local(jobs: int | None = None, prepare: Prepare = load_nothing) -> Choose:
    """The choice of as many processes as there is work for, ``jobs`` at most.

    Without a number all cores are used, but for one under pre-commit, which runs hooks beside
    each other.  ``prepare`` loads what migrating needs, which several processes can share.
    """

    def choose(programs: Sequence[Program]) -> Executor:
        most = _workers_for(jobs, sum(program.size for program in programs))
        if most < 2:
            return InThisProcess()
        return InProcesses(min(most, len(programs)), prepare)

    return choose


def find_now(group: Group, _size: int) -> list[Program]:
    """The programs of a run, while nothing else is done."""
    return group()


def find_meanwhile(jobs: int | None, prepare: Prepare) -> Find:
    """What finds the programs of a run while ``prepare`` loads what several workers will need.

    It is told how many bytes they have at least, and prepares nothing where that is too little for
    several workers.
    """

    def find(group: Group, size: int) -> list[Program]:
        if _workers_for(jobs, size) < 2 or not _workers_are_copies():
            return group()
        found = begun(group)
        prepare()
        return found()

    return find


def _workers_for(jobs: int | None, size: int) -> int:
    """How many processes there are at most for programs of so many bytes."""
    return min(jobs or _default_jobs(), _MOST_WORKERS) if size >= _BYTES_WORTH_A_POOL else 1


def attempt(program: Program, migrate: Migrate) -> Attempt:
    """Migrate a program in this process; a function that worker processes can find."""
    from genai_codemod.engine.result import SourceError

    try:
        results = migrate(program)
    except Exception as error:  # the engine's own mistakes must not cost the other files
        return failure(error)
    return {
        path: FileOutcome(path, error=FileError(result.message, result.line, result.column))
        if isinstance(result, SourceError)
        else FileOutcome(path, migration=result)
        for path, result in results.items()
    }


def _attempt_in_worker(program: Program, migrate: Migrate) -> Attempt:
    """Migrate a program in a process that does nothing else, and clear up after it.

    A program is a web of nodes and values that point at each other, so its memory comes back only
    when it is looked for.  What is left then, rules and libraries, is not looked through again.
    """
    try:
        return attempt(program, migrate)
    finally:
        gc.collect()
        gc.freeze()


def failure(error: Exception) -> FileError:
    """What is said of a program in which the engine raised an error."""
    if isinstance(error, RulesError):
        return FileError(str(error))
    if isinstance(error, RecursionError):
        return FileError("the code is nested too deeply to be migrated")
    # An error can quote a whole syntax tree, which is for the details.
    text = textwrap.shorten(f"{type(error).__name__}: {error}", 200, placeholder="...")
    return internal_error(text, "".join(traceback.format_exception(error)))


def internal_error(text: str, details: str = "") -> FileError:
    """A mistake of this program, not of the user's."""
    return FileError(f"internal error: {text}; please report", details=details)


def _default_jobs() -> int:
    if os.environ.get("PRE_COMMIT") == "1":
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _begin() -> None:
    """Let a worker end on Ctrl-C, which reaches every process of the terminal; the parent says so.

    What it begins with stays, so it is never looked through for garbage.
    """
    gc.freeze()
    end_on_interrupts()
    end_with_parent()
