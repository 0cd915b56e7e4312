"""What became of one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file could not be processed.

    ``line`` (from 1) and ``column`` (from 0) are known for errors in the source, in a notebook
    with the ``cell`` (from 1) that they count from; ``details`` holds the traceback of an internal
    error.
    """

    message: str
    line: int | None = None
    column: int | None = None
    details: str = ""
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps files from being migrated: a file or a line of it, and what is the matter there.

    The message goes on from the name of the place.
    """

    path: Path
    line: int | None
    message: str
    cell: int | None = None

    @property
    def place(self) -> str:
        """The file, the cell if it is a notebook, and the line."""
        parts = (f"cell {self.cell}" if self.cell else "", str(self.line or ""))
        return ":".join((self.path.as_posix(), *filter(None, parts)))


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file: its migration, or its error, or neither when nothing in it was of interest.

    ``held`` says why a file stays as it was that would have been changed; ``note`` is what the
    user must know about a file that was written.
    """

    path: Path
    migration: Migration | None = None
    error: FileError | None = None
    held: Reason | None = None
    note: str = ""
