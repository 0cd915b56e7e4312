"""What the engine says about one module: the new text and the findings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from genai_codemod.errors import CodemodError

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

    Examples:
        >>> from genai_codemod import migrate_source
        >>> source = "import google.generativeai as genai\\ngenai.configure(api_key=KEY)\\n"
        >>> finding = migrate_source(source).findings[0]
        >>> finding.line, finding.column, finding.rule, finding.status
        (2, 0, 'client.configure', 'rewritten')
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

    Examples:
        >>> from genai_codemod import migrate_source
        >>> migration = migrate_source("import google.generativeai as genai\\n")
        >>> migration.changed, migration.markers, migration.text
        (True, 0, '')
        >>> print(migration.diff("app.py"), end="")
        --- a/app.py
        +++ b/app.py
        @@ -1 +0,0 @@
        -import google.generativeai as genai
    """

    before: bytes
    after: bytes
    findings: Sequence[Finding] = ()
    edits: int = 0
    together: frozenset[str] = frozenset()
    skipped: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the result is not what there was."""
        return self.before != self.after

    @property
    def text(self) -> str:
        """The result as text, in the encoding that its coding comment says, or UTF-8.

        Raises:
            UnicodeDecodeError: it was never text in that encoding, and so it is unchanged.
            SyntaxError: there is no such encoding, and so it is unchanged.
        """
        from genai_codemod.engine.syntax.encodings import decoded

        return decoded(self.after)

    @property
    def markers(self) -> int:
        """How many findings a person must look at."""
        return sum(finding.status in ("review", "manual") for finding in self.findings)

    def diff(self, path: str | os.PathLike[str] = "module.py") -> str:
        """A unified diff of a file that ``git apply`` takes; empty when nothing changes.

        Encoded with ``surrogateescape`` it has the very bytes, whatever encoding they are in.
        """
        from genai_codemod.diffs import unified_diff

        found = unified_diff(Path(path), self.before, self.after)
        return found.decode("utf-8", "surrogateescape")


class SourceError(CodemodError):
    """A module that cannot be processed, and where: ``message``, ``line``, ``column``, ``cell``.

    The line counts from 1 and the column from 0; in notebooks they are those in a cell (from 1).

    Examples:
        >>> from genai_codemod import SourceError, migrate_source
        >>> try:
        ...     migrate_source("import google.generativeai\\nmodel = (\\n")
        ... except SourceError as error:
        ...     print(error.line, error.message[:12])
        2 parser error
    """

    def __init__(
        self, message: str, line: int = 1, column: int = 0, cell: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.cell = cell
