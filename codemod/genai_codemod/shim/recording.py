"""Records what a program would send, by running it offline in a process of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from genai_codemod.errors import CodemodError

from .fresh_process import run_fresh
from .journal import MOST_REQUESTS
from .programs import ProgramError, code_of
from .server import answer_named
from .wire import Request
from .workplace import Order, Workplace, prepare

_SDKS = {
    "google.generativeai": "google-generativeai",
    "google.ai": "google-generativeai",
    "google.genai": "google-genai",
    "openai": "openai",
    "vertexai": "google-cloud-aiplatform",
}


# Which extra of this package installs an SDK, when it is not the one for proofs.
_EXTRAS = {"vertexai": "vertexai"}


class ProofError(CodemodError):
    """A program could not be run, and so nothing can be said about it.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import ProofError
        >>> from genai_codemod.tools import record_program
        >>> _ = Path("broken.py").write_text("x = (\\n")
        >>> try:
        ...     record_program("broken.py")
        ... except ProofError as error:
        ...     print(str(error)[:32])
        broken.py is not valid Python: '
    """


@dataclass(frozen=True)
class Ending:
    """The exception that ended a program."""

    type: str
    message: str
    line: int | None = None
    """The last line of the program itself that was reached, when there is one."""


@dataclass(frozen=True)
class Recording:
    """What one run of a program sent, printed and ended with.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import record_program
        >>> _ = Path("program.py").write_text("raise KeyError('lost')\\n")
        >>> [(_, recording)] = record_program("program.py").recordings
        >>> recording.ending.type, recording.ending.line
        ('KeyError', 1)
    """

    program: str
    requests: tuple[Request, ...]
    stdout: str = ""
    ending: Ending | None = None
    refused: tuple[str, ...] = ()
    """Connections and processes that the program tried to open, and was not allowed to."""
    sdks: tuple[str, ...] = ()
    """The SDKs that it was run on, with their versions."""


class Options(TypedDict, total=False):
    """How to run a program, by keywords: see `Order`."""

    call: str | None
    answer: str
    python: str
    timeout: float
    argv: Sequence[str]
    env: Mapping[str, str]
    stdin: Path | None
    tree: Path | None
    start: Path | None


Run = Callable[[str, Mapping[str, Any], Workplace, float], "subprocess.CompletedProcess[str]"]
"""Runs a task in a workplace by a Python; raises OSError, and TimeoutExpired after the seconds."""


def record(program: Path, **options: Unpack[Options]) -> Recording:
    """Run a program offline in a fresh process, and return what it would have sent."""
    with tempfile.TemporaryDirectory(prefix="genai-codemod-") as folder:
        return record_in(Path(folder), Order(program, **options), run_fresh)


def record_in(folder: Path, order: Order, run: Run) -> Recording:
    """Run a program in an empty folder, by the given kind of process."""
    program = order.program
    try:
        answer_named(order.answer)
    except ValueError as error:
        raise ProofError(str(error)) from error
    code = _readable_code(program)
    try:
        place = prepare(order, code, folder)
    except OSError as error:
        raise ProofError(f"{program}: {error}") from error
    finished = _finished(order, place, run)
    if not place.report.exists():
        last = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise ProofError(f"{program} ended without a recording: {last}")
    report = json.loads(place.report.read_text(encoding="utf-8"))
    return _recording(program, report, finished.stdout, folder)


def _readable_code(program: Path) -> bytes:
    try:
        source = code_of(program)
    except OSError as error:
        raise ProofError(f"{program} cannot be read: {error.strerror}") from error
    except ProgramError as error:
        raise ProofError(str(error)) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ProofError(f"{program} is not valid Python: {error}") from error
    return source


def _finished(order: Order, place: Workplace, run: Run) -> subprocess.CompletedProcess[str]:
    task = {
        "program": str(place.program),
        "root": str(place.root),
        "tree": str(place.tree),
        "cells": place.program.name != order.program.name,
        "report": str(place.report),
        "answer": answer_named(order.answer),
        "call": order.call,
        "argv": list(order.argv),
    }
    try:
        return run(order.python, task, place, order.timeout)
    except subprocess.TimeoutExpired as error:
        raise ProofError(f"{order.program} did not end within {order.timeout:g} seconds") from error
    except OSError as error:
        raise ProofError(f"{order.python} could not be started: {error.strerror}") from error


def _recording(program: Path, report: Mapping[str, Any], stdout: str, folder: Path) -> Recording:
    """The recording of a run in a temporary folder, of which the name means nothing."""
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
        stdout=stdout.replace(str(folder), "<folder>"),
        ending=None if ending is None else _ending(ending, folder),
        refused=tuple(report["refused"]),
        sdks=tuple(report["sdks"]),
    )


def _ending(ending: Mapping[str, Any], folder: Path) -> Ending:
    message = ending["message"].replace(str(folder), "<folder>")
    return Ending(ending["type"], message, ending["line"])


def _check_missing_module(program: Path, missing: str) -> None:
    """A module that is not installed says nothing about the program."""
    for module, distribution in _SDKS.items():
        if missing == module or module.startswith(missing + "."):
            extra = _EXTRAS.get(module, "prove")
            raise ProofError(
                f"{program} needs {distribution}, which is not installed: "
                f"pip install 'genai-codemod[{extra}]'"
            )
        if missing.startswith(module + "."):
            return
    raise ProofError(f"{program} needs the module {missing}, which is not installed")
