"""Migrates hostile files in processes that may die of them, and says what became of each."""

from __future__ import annotations

import ast
import json
import select
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.hostile.inputs import hostile_input

from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.library.runs import migrate_program
from genai_codemod.project.budget import Budgeted
from genai_codemod.project.programs import Program

SECONDS = 8.0
LONGEST = 10.0
_PATIENCE = 60.0


def failures(numbers: range) -> list[str]:
    """A line for each file that ended the process, kept it busy too long or came out wrong."""
    found: list[str] = []
    while numbers:
        done = 0
        for line in _results(numbers):
            done += 1
            if line:
                found.append(line)
        if done < len(numbers):
            number = numbers[done]
            found.append(f"{number} {hostile_input(number).kind}: ended the process, or hangs")
        numbers = numbers[done + 1 :]
    return found


def _results(numbers: range) -> Iterator[str]:
    """What is wrong with the result of each number, for as long as the process lives."""
    command = [sys.executable, "-m", "tests.hostile.runs", str(numbers.start), str(numbers.stop)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout
        yield from map(json.loads, _lines(process.stdout))
        process.kill()


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream until it ends, or has none for a long time."""
    while select.select([stream], [], [], _PATIENCE)[0]:
        line = stream.readline()
        if not line:
            return
        yield line


def _wrong(number: int) -> str:
    kind, data = hostile_input(number)
    path = Path("hostile.py")
    began = time.process_time()
    try:
        (result,) = Budgeted(_migrate, SECONDS)(Program({path: data})).values()
    except Exception as error:
        return f"{number} {kind}: {type(error).__name__}: {str(error)[:200]}"
    took = time.process_time() - began
    if took > LONGEST:
        return f"{number} {kind}: took {took:.1f} s"
    if isinstance(result, Migration):
        if result.before != data:
            return f"{number} {kind}: is not what was given"
        if result.changed and _is_python(data) and not _is_python(result.after):
            return f"{number} {kind}: no Python any more"
    elif not result.message or "\n" in result.message or len(result.message) > 500:
        return f"{number} {kind}: a strange message: {result.message[:100]!r}"
    elif not 1 <= result.line <= data.count(b"\n") + data.count(b"\r") + 1:
        return f"{number} {kind}: no line {result.line}"
    return ""


def _migrate(program: Program) -> dict[Path, Migration | SourceError]:
    return migrate_program(program)


def _is_python(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


if __name__ == "__main__":
    for each in range(int(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.write(json.dumps(_wrong(each)) + "\n")
        sys.stdout.flush()
