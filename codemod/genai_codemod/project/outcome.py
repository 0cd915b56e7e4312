"""What became of one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Migration


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file could not be processed.

    ``line`` (from 1) and ``column`` (from 0) are known for errors in the source, in a notebook
    with the ``cell`` (from 1) that they count from; ``details`` holds the traceback of an internal
    error.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import migrate_paths
        >>> _ = Path("broken.py").write_text("import google.generativeai\\nmodel = (\\n")
        >>> (outcome,) = migrate_paths("broken.py")
        >>> outcome.error.line, outcome.error.message[:12]
        (2, 'parser error')
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

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import Options, migrate_paths
        >>> _ = Path("old.py").write_text("import google.generativeai as genai\\nprint(genai)\\n")
        >>> (outcome,) = migrate_paths("old.py", Options(only_complete=True))
        >>> outcome.held.place, outcome.held.message[:14], outcome.changed
        ('old.py:2', 'needs a person', False)
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

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import migrate_paths
        >>> _ = Path("app.py").write_text(
        ...     "import google.generativeai as genai\\ngenai.delete_file('files/f')\\n"
        ... )
        >>> (outcome,) = migrate_paths("app.py")
        >>> outcome.changed, outcome.findings[0].rule
        (True, 'files.delete')
        >>> print(outcome.diff.splitlines()[-1])
        +client.files.delete(name='files/f')
    """

    path: Path
    migration: Migration | None = None
    error: FileError | None = None
    held: Reason | None = None
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether the file changes, or has changed."""
        return self.migration is not None and self.migration.changed

    @property
    def findings(self) -> Sequence[Finding]:
        """What was found in the file."""
        return self.migration.findings if self.migration else ()

    @property
    def diff(self) -> str:
        """What changes in the file, as ``Migration.diff`` says it."""
        return self.migration.diff(self.path) if self.migration else ""
