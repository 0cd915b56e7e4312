"""Lines in the form that editors and compilers share: ``path:line:column: ...``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.project.outcome import FileError, Reason


class Placed(Protocol):
    """What has a place in a file: a line from 1, a column from 0, and in notebooks a cell."""

    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def cell(self) -> int | None: ...


def error_line(path: Path, error: FileError) -> str:
    """One line for an error."""
    return f"{place(path, error)}: error: {error.message}"


def finding_line(path: Path, finding: Finding) -> str:
    """One line for a finding."""
    message = f": {finding.message}" if finding.message else ""
    return f"{place(path, finding)}: {finding.status}: {finding.rule}{message}"


def held_line(path: Path, reason: Reason) -> str:
    """One line for a file that was left as it was, with what it waits for."""
    return f"left {path}: {reason.place} {reason.message}"


def skipped_line(path: Path, reason: str) -> str:
    """One line for what was not looked at."""
    return f"skipped {path}: {reason}"


def line_in(place: Placed) -> str:
    """The line of a place, in a notebook after its cell: ``7``, ``cell 2:7``."""
    return f"cell {place.cell}:{place.line}" if place.cell else str(place.line)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def place(path: Path, placed: Placed) -> str:
    """A path with the cell, line and column; columns are shown from 1."""
    if placed.line is None:
        return str(path)
    return f"{path}:{line_in(placed)}:{(placed.column or 0) + 1}"
