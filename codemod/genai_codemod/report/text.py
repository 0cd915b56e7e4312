"""Lines in the form that editors and compilers share: ``path:line:column: ...``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.project.outcome import Reason


def error_line(path: Path, message: str, line: int | None = None, column: int | None = None) -> str:
    """One line for an error; ``line`` counts from 1, ``column`` from 0 and is shown from 1."""
    return f"{_place(path, line, column)}: error: {message}"


def finding_line(path: Path, finding: Finding) -> str:
    """One line for a finding."""
    message = f": {finding.message}" if finding.message else ""
    return (
        f"{_place(path, finding.line, finding.column)}: {finding.status}: {finding.rule}{message}"
    )


def held_line(path: Path, reason: Reason) -> str:
    """One line for a file that was left as it was, with what it waits for."""
    place = str(reason.path) if reason.line is None else f"{reason.path}:{reason.line}"
    return f"left {path}: {place} {reason.message}"


def skipped_line(path: Path, reason: str) -> str:
    """One line for what was not looked at."""
    return f"skipped {path}: {reason}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _place(path: Path, line: int | None, column: int | None) -> str:
    place = str(path)
    if line is not None:
        place += f":{line}:{(column or 0) + 1}"
    return place
