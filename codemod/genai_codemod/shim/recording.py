"""Records what a program would send, by running it offline in a process of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .journal import MOST_REQUESTS
from .server import ANSWERS
from .wire import Request
from .workplace import Workplace, prepare

_SDKS = {
    "google.generativeai": "google-generativeai",
    "google.ai": "google-generativeai",
    "google.genai": "google-genai",
}
# Loads this folder alone, under a name that no program uses.
_START = (
    "import sys, types, importlib; "
    "package = types.ModuleType('_offline_recorder'); "
    "package.__path__ = [sys.argv.pop(1)]; "
    "sys.modules['_offline_recorder'] = package; "
    "importlib.import_module('_offline_recorder.run_program').main()"
)


class ProofError(Exception):
    """A program could not be run, and so nothing can be said about it."""


@dataclass(frozen=True)
class Ending:
    """The exception that ended a program."""

    type: str
    message: str


@dataclass(frozen=True)
class Recording:
    """What one run of a program sent, printed and ended with."""

    program: str
    requests: tuple[Request, ...]
    stdout: str = ""
    ending: Ending | None = None
    refused: tuple[str, ...] = ()
    """Connections and processes that the program tried to open, and was not allowed to."""


def record(
    program: Path,
    *,
    call: str | None = None,
    answer: str = "default",
    python: str = sys.executable,
    timeout: float = 60,
    argv: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    root: Path | None = None,
) -> Recording:
    """Run a program offline and return what it would have sent.

    `call` names a function, or a `Class.method` of a test case, to call after the import; `root`
    is the folder that the program's imports start from, when it is not the program's own.
    """
    if answer not in ANSWERS:
        raise ProofError(f"no canned answer is called {answer!r}: choose from {', '.join(ANSWERS)}")
    _check_readable(program)
    with tempfile.TemporaryDirectory(prefix="genai-codemod-") as folder:
        try:
            place = prepare(program, root, Path(folder), env or {})
        except OSError as error:
            raise ProofError(f"{program}: {error}") from error
        task = {
            "program": str(place.program),
            "root": str(place.root),
            "report": str(place.report),
            "answer": answer,
            "call": call,
            "argv": list(argv),
        }
        finished = _run(python, task, place, timeout, program)
        if not place.report.exists():
            last = (finished.stderr.strip().splitlines() or ["no message"])[-1]
            raise ProofError(f"{program} ended without a recording: {last}")
        report = json.loads(place.report.read_text(encoding="utf-8"))
        return _recording(program, report, finished.stdout.replace(folder, "<folder>"))


def _check_readable(program: Path) -> None:
    try:
        source = program.read_bytes()
    except OSError as error:
        raise ProofError(f"{program} cannot be read: {error.strerror}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ProofError(f"{program} is not valid Python: {error}") from error


def _run(
    python: str, task: Mapping[str, Any], place: Workplace, timeout: float, program: Path
) -> subprocess.CompletedProcess[str]:
    recorder = str(Path(__file__).parent)
    try:
        return subprocess.run(
            [python, "-c", _START, recorder, json.dumps(task)],
            cwd=place.program.parent,
            env=place.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProofError(f"{program} did not end within {timeout:g} seconds") from error
    except OSError as error:
        raise ProofError(f"{python} could not be started: {error.strerror}") from error


def _recording(program: Path, report: Mapping[str, Any], stdout: str) -> Recording:
    if report["unanswered"]:
        raise ProofError(
            f"{program} sent {report['unanswered'][0]}, which the canned server cannot answer"
        )
    if len(report["requests"]) > MOST_REQUESTS:
        raise ProofError(f"{program} sent more than {MOST_REQUESTS} requests")
    ending = report["ending"]
    if ending is not None and ending["missing"]:
        _check_missing_module(program, ending["missing"])
    return Recording(
        program=str(program),
        requests=tuple(Request(**request) for request in report["requests"]),
        stdout=stdout,
        ending=None if ending is None else Ending(ending["type"], ending["message"]),
        refused=tuple(report["refused"]),
    )


def _check_missing_module(program: Path, missing: str) -> None:
    """A module that is not installed says nothing about the program."""
    for module, distribution in _SDKS.items():
        if missing == module or module.startswith(missing + "."):
            raise ProofError(
                f"{program} needs {distribution}, which is not installed: "
                "pip install 'genai-codemod[prove]'"
            )
        if missing.startswith(module + "."):
            return
    raise ProofError(f"{program} needs the module {missing}, which is not installed")
