"""Wall time and memory of commands, which are run a few times and taken at their best."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_NO_BYTE_CODE = "PYTHONDONTWRITEBYTECODE"
_BETWEEN_SAMPLES = 0.02
_MOST_RUNS = 3
# As for anything that was installed, byte code is not made anew by each run.
_ENVIRONMENT = {name: text for name, text in os.environ.items() if name != _NO_BYTE_CODE}
_SECONDS_FOR_ALL_RUNS = 20.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The shortest time of some runs, and the most memory that one of them had at a time.

    ``work`` is the time of all processors together, which other programs hardly disturb; Windows
    does not tell it.  Memory is that of all its processes together, what they share counted once on
    Linux and for each elsewhere.  ``stopped`` says that the run was ended because it took too long.
    """

    seconds: float
    work: float = 0.0
    peak: int = 0
    stopped: bool = False


def measure(command: Sequence[str], folder: Path, *, limit: float) -> Measured:
    """Run a command in a folder, several times if it is short, and for ``limit`` seconds at most.

    Its output is thrown away; whatever its exit code says, it was run.
    """
    return _best(lambda: _run(command, folder, limit))


def measure_call(call: Callable[[], object]) -> Measured:
    """The time of a call in this process."""

    def run() -> Measured:
        start, worked = time.perf_counter(), time.process_time()
        call()
        return Measured(time.perf_counter() - start, time.process_time() - worked)

    return _best(run)


def _best(run: Callable[[], Measured]) -> Measured:
    runs = [run()]
    while (
        len(runs) < _MOST_RUNS
        and not runs[-1].stopped
        and sum(each.seconds for each in runs) + runs[-1].seconds < _SECONDS_FOR_ALL_RUNS
    ):
        runs.append(run())
    return Measured(
        min(each.seconds for each in runs),
        min(each.work for each in runs),
        max(each.peak for each in runs),
        runs[-1].stopped,
    )


def _run(command: Sequence[str], folder: Path, limit: float) -> Measured:
    start, worked = time.perf_counter(), _work_of_children()
    nothing = subprocess.DEVNULL
    process = psutil.Popen(
        command, cwd=folder, env=_ENVIRONMENT, stdin=nothing, stdout=nothing, stderr=nothing
    )
    peak = 0
    while True:
        try:
            process.wait(_BETWEEN_SAMPLES)
        except psutil.TimeoutExpired:
            peak = max(peak, _memory(process))
            if time.perf_counter() - start > limit:
                _end(process)
                return Measured(limit, _work_of_children() - worked, peak, stopped=True)
        else:
            seconds = time.perf_counter() - start
            return Measured(seconds, _work_of_children() - worked, peak)


def _work_of_children() -> float:
    """The processor time of the processes that have ended by now."""
    times = os.times()
    return times.children_user + times.children_system


def _memory(process: psutil.Popen) -> int:
    total = 0
    for each in _with_children(process):
        try:
            held = each.memory_full_info()
            total += getattr(held, "pss", held.rss)
        except psutil.Error:  # it ended just now
            continue
    return total


def _end(process: psutil.Popen) -> None:
    for each in reversed(_with_children(process)):
        try:
            each.kill()
        except psutil.Error:
            continue
    process.wait()


def _with_children(process: psutil.Popen) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
