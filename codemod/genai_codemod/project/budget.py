"""A limit to the time that one program may take, so that the others get their turn."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from genai_codemod.project.programs import Program

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError

# About 20 kB of legacy code are migrated in a second, and few programs have a megabyte.
DEFAULT_SECONDS = 60.0
# What needs more than the whole time is not begun: the engine is slower than this, and its native
# parser, at 6 s for a megabyte, cannot be interrupted.
_BYTES_PER_SECOND = 50_000
# An alarm can be lost in code that swallows every exception, as finalizers do.
_AGAIN = 1.0


class OutOfTimeError(BaseException):
    """Not an ``Exception``, so that no handler on the way takes it for a mistake of its own."""


@dataclass(frozen=True)
class Budgeted:
    """Migrates a program within a time; where that is over, each of its files gets that error.

    The time is that of the processor, so that what else runs, and in how many processes this does,
    makes no difference to the result.

    It can be pickled if ``migrate`` can, and works in the main thread of any process of a system
    with ``SIGPROF``; elsewhere only what is far too large is refused.  0 seconds are no limit.
    """

    migrate: Callable[[Program], Mapping[Path, Migration | SourceError]]
    seconds: float = DEFAULT_SECONDS

    def __call__(self, program: Program) -> Mapping[Path, Migration | SourceError]:
        size = program.size
        if self.seconds and size > self.seconds * _BYTES_PER_SECOND:
            return self._left(program, f"is too large ({size / 1e6:.1f} MB) to be migrated in")
        try:
            with _alarm(self.seconds):
                return self.migrate(program)
        except OutOfTimeError:
            _disarm()
        return self._left(program, "was not migrated in")

    def _left(self, program: Program, reason: str) -> dict[Path, SourceError]:
        from genai_codemod.engine.result import SourceError

        others = len(program.files) - 1
        together = f" with the {others} it belongs together with" if others else ""
        message = f"{reason} {self.seconds:g} s{together}; see --timeout"
        return {path: SourceError(message) for path in program.files}


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    in_main = threading.current_thread() is threading.main_thread()
    if not (seconds and in_main and hasattr(signal, "setitimer")):
        yield
        return
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        _disarm()
        signal.signal(signal.SIGPROF, before)


def _disarm() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)


def _ring(_number: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTimeError
