"""The process that imports an SDK once, and forks for each program; runs on Linux alone.

A forked program must find all as in a process of its own: what `run_program.main` prepares
before the program is prepared here before the SDK is imported, and what it does after the
program began happens after the fork. What the SDK looked at while it was imported is reported,
so that a program for which it would look different is not run here.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import random
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

from .run_program import Task, begin


@dataclass(frozen=True)
class Imported:
    """What an import could have found otherwise."""

    variables: tuple[str, ...]
    """The variables of the environment that were looked up, whether they were there or not."""
    modules: tuple[str, ...]
    """The first words of the names of all modules that were looked for, found or not."""


def main() -> None:
    """Import the SDK that is named first; then fork for each order from the numbered socket."""
    sdk, control = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    del sys.argv[1:]
    session = begin()
    imported = _import(sdk)
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        return  # A fork copies only one thread of several.
    # Most of a short program's time goes into the end of its process, to visit all of the SDK's
    # objects again and again for cycles. They are left out of that; they still go with their
    # modules.
    gc.collect()
    gc.freeze()
    control.send(json.dumps(asdict(imported)).encode())
    task = _next_task(control)
    if task is not None:
        session.perform(task)


class _ModuleWatch(importlib.abc.MetaPathFinder):
    """Finds nothing, and remembers what was looked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        self.names.add(fullname.partition(".")[0])
        return None


class _VariableWatch(os._Environ[str]):
    """An environment that remembers what was looked up in it."""

    def __getitem__(self, name: str) -> str:
        _looked_up.add(name)
        return super().__getitem__(name)


_looked_up: set[str] = set()


def _import(sdk: str) -> Imported:
    watch = _ModuleWatch()
    plain = os.environ.__class__
    sys.meta_path.insert(0, watch)
    # The object itself stays, because modules keep it under names of their own.
    os.environ.__class__ = _VariableWatch
    try:
        importlib.import_module(sdk)
    finally:
        os.environ.__class__ = plain
        sys.meta_path.remove(watch)
    loaded = {name.partition(".")[0] for name in sys.modules}
    return Imported(tuple(sorted(_looked_up)), tuple(sorted(watch.names | loaded)))


def _next_task(control: socket.socket) -> Task | None:
    """Fork for each order; returns in the fork, and with nothing when there are no more orders.

    An order is the path of a file with the task, together with the fork's two outputs. The
    answers to it are the fork's number, and an empty object when it has ended.
    """
    started_with = dict(os.environ)
    while True:
        order, outputs, _, _ = socket.recv_fds(control, 4096, 2)
        if not order:
            return None
        chance = random.getstate()
        process = os.fork()
        if process == 0:
            control.close()
            random.setstate(chance)  # A fork is seeded anew.
            return _become(json.loads(Path(order.decode()).read_bytes()), outputs, started_with)
        for each in outputs:
            os.close(each)
        control.send(str(process).encode())
        os.waitpid(process, 0)
        control.send(b"{}")


def _become(
    order: dict[str, dict[str, str]], outputs: Sequence[int], started_with: dict[str, str]
) -> Task:
    """Give this process the outputs, the environment and the folder of one that runs the task."""
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
        os.close(output)
    # What Python itself added when it started is added in any process.
    added = {name: value for name, value in started_with.items() if name not in order["started"]}
    os.environ.clear()
    os.environ.update({**order["environment"], **added})
    task = Task(**order["task"])  # type: ignore[arg-type]
    os.chdir(Path(task.program).parent)
    return task
