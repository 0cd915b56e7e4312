"""How far a run is, for callers that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from genai_codemod.project import runner
from genai_codemod.project.programs import Program


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the files that have legacy code in them, or belong to such, are done.

    ``size`` is how many bytes the ``total`` files have; a second is enough for about 50 kB.

    Examples:
        >>> from genai_codemod import Progress
        >>> progress = Progress(done=3, total=12, size=40_000)
        >>> f"{progress.done} of {progress.total} files"
        '3 of 12 files'
    """

    done: int
    total: int
    size: int


def told(callback: Callable[[Progress], None] | None) -> runner.Progress:
    """What tells a callback how far a run is."""
    if callback is None:
        return runner.unseen

    @contextmanager
    def telling(programs: Sequence[Program]) -> Iterator[runner.Advance]:
        done = 0
        total = sum(len(program.files) for program in programs)
        size = sum(program.size for program in programs)

        def advance(program: Program) -> None:
            nonlocal done
            done += len(program.files)
            callback(Progress(done, total, size))

        callback(Progress(0, total, size))
        yield advance

    return telling
