"""Runs a program in a Python that was started for it alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    return subprocess.run(
        command(python, "run_program", json.dumps(task)),
        cwd=place.program.parent,
        env=place.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        check=False,
    )
