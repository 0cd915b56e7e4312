"""What the engine says about one module: the new text and the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["rewritten", "review", "manual", "note", "ignored"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One legacy use and what became of it, or a note about the code.

    ``line`` (from 1) and ``column`` (from 0) are those of the original text.  ``status`` is
    ``rewritten`` (same meaning), ``review`` (rewritten, a marker says what to look at),
    ``manual`` (left as it was, a marker says what to do), ``note`` (left as it was and not
    marked: it has nothing to do with the SDK that it is used with) or ``ignored`` (left as it was
    and not marked, as the user wants it).  ``cell`` (from 1) is set in notebooks, and ``line``
    counts from its beginning.  ``flow`` names what the finding is a part of: all with the same
    name, also in other modules of the program, are accepted or refused as one.
    """

    line: int
    column: int
    rule: str
    status: Status
    message: str = ""
    guide: str | None = None
    cell: int | None = None
    flow: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Migration:
    """The result of migrating one module: its new bytes, what was edited and what was found.

    ``edits`` counts the places the engine decided to change; it is 0 exactly when nothing
    was touched, and then ``after`` is the very ``before``.  ``together`` names the modules of the
    program that only make sense if all of them are migrated; alone, it names none.  ``skipped``
    says why nothing was looked for.
    """

    before: bytes
    after: bytes
    findings: Sequence[Finding] = ()
    edits: int = 0
    together: frozenset[str] = frozenset()
    skipped: str | None = None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def markers(self) -> int:
        """How many findings a person must look at."""
        return sum(finding.status in ("review", "manual") for finding in self.findings)


class SourceError(Exception):
    """A module the engine cannot process; carries the place (line from 1, column from 0)."""

    def __init__(self, message: str, line: int = 1, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
