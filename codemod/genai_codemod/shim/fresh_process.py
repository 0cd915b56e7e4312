"""Runs a program in a Python that was started for it alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .workplace import Workplace

# Loads this folder alone, under a name that no program uses.
_START = (
    "import sys, types, importlib; "
    "package = types.ModuleType('_offline_recorder'); "
    "package.__path__ = [sys.argv.pop(1)]; "
    "sys.modules['_offline_recorder'] = package; "
    "importlib.import_module('_offline_recorder.{module}').main()"
)


def command(python: str, module: str, *arguments: str) -> list[str]:
    """The command that runs the `main` of a module of this folder."""
    return [python, "-c", _START.format(module=module), str(Path(__file__).parent), *arguments]


def run_fresh(
    python: str, task: Mapping[str, Any], place: Workplace, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Start a Python, and let it run the task."""
    with _opened(place.stdin) as stdin:
        return subprocess.run(
            command(python, "run_program", json.dumps(task)),
            cwd=place.start,
            env=place.environment,
            stdin=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )


@contextmanager
def _opened(stdin: Path | None) -> Iterator[int | IO[bytes]]:
    """What a process reads as its standard input."""
    if stdin is None:
        yield subprocess.DEVNULL
        return
    with stdin.open("rb") as stream:
        yield stream
