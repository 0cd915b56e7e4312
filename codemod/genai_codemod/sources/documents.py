"""Files that hold Python code among other things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Migration

_KINDS = {
    ".ipynb": "notebook",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".rst": "rst",
}


# What was released and written is not changed later.
_CHRONICLE = re.compile(
    r"(?:change[-_ ]?log|changes|history|news|releases?|release[-_ ]?notes)", re.IGNORECASE
)
_IGNORED = re.compile(
    rb'(?:^|"|\\n)[ \t]*(?:#|<!--|\.\.)[ \t]*genai-codemod:[ \t]*ignore-file\b', re.MULTILINE
)
_SKIPPED = "a comment in it says genai-codemod: ignore-file"


class DocumentError(ValueError):
    """A file that is not what its name says; ``line`` from 1 and ``column`` from 0, if known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Document(Protocol):
    """A file, the Python modules in it, and the way back from their migrations."""

    @property
    def modules(self) -> tuple[bytes, ...]:
        """The code; what one module defines is not known in another."""
        ...

    def place(self, module: int, line: int) -> tuple[int | None, int]:
        """The cell, if there are cells, and the line that a line of a module is in the file."""
        ...

    def restored(self, migrations: Sequence[Migration | None]) -> Migration:
        """The migration of the file, from those of its modules, in their order.

        None stands for a module in which nothing is of interest.

        Raises:
            ValueError: what the modules became cannot be put back into the file.
        """
        ...


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document in which nothing is changed, with what is to be said about that."""

    migration: Migration

    @property
    def modules(self) -> tuple[bytes, ...]:
        return ()

    def place(self, module: int, line: int) -> tuple[None, int]:
        return None, line

    def restored(self, migrations: Sequence[Migration | None]) -> Migration:
        return self.migration


def left_with_note(data: bytes, rule: str, message: str) -> Unchanged:
    """A document in which nothing is changed, with a note."""
    from genai_codemod.engine.result import Finding, Migration

    return Unchanged(Migration(data, data, (Finding(1, 0, rule, "note", message),)))


def is_document(path: PurePath) -> bool:
    """Whether a file holds Python code among other things, by its name."""
    return path.suffix in _KINDS


def open_document(path: PurePath, data: bytes) -> Document:
    """The code in a file.

    Raises:
        DocumentError: it cannot be read as what its name says.
    """
    if _CHRONICLE.fullmatch(path.stem):
        return left_with_note(data, "text.chronicle", "what was said of earlier versions stays")
    from genai_codemod.engine.result import Migration
    from genai_codemod.sources.markup import open_markdown, open_rst
    from genai_codemod.sources.notebook import open_notebook

    if _IGNORED.search(data):
        return Unchanged(Migration(data, data, skipped=_SKIPPED))
    match _KINDS[path.suffix]:
        case "notebook":
            return open_notebook(data)
        case "markdown":
            return open_markdown(data)
        case _:
            return open_rst(data)


def code_after(document: Document, migrations: Sequence[Migration | None]) -> list[bytes]:
    """What the modules of a document become."""
    return [
        migration.after if migration else module
        for migration, module in zip(migrations, document.modules, strict=True)
    ]


def combined(
    document: Document,
    before: bytes,
    after: bytes,
    migrations: Sequence[Migration | None],
    left: Iterable[Finding] = (),
) -> Migration:
    """The migration of a file to ``after``, with all that those of its modules say.

    What changes beside them is one edit more; ``left`` is what is to be said about that.  Where
    the user wants the code to stay as it is, and it does, so does the rest.
    """
    from genai_codemod.engine.result import Migration

    if _stays(migrations):
        after, left = before, ()
    findings = [*left]
    for number, migration in enumerate(migrations):
        for finding in migration.findings if migration else ():
            cell, line = document.place(number, finding.line)
            findings.append(replace(finding, cell=cell, line=line))
    migrated = [migration for migration in migrations if migration]
    edits = sum(migration.edits for migration in migrated)
    return Migration(
        before,
        after,
        sorted(findings, key=lambda finding: (finding.cell or 0, finding.line, finding.column)),
        edits=edits or int(before != after),
        together=frozenset().union(*(migration.together for migration in migrated)),
    )


def _stays(migrations: Sequence[Migration | None]) -> bool:
    """Whether the code of a document stays as it is because it is ignored."""
    migrated = [migration for migration in migrations if migration]
    findings = [finding for migration in migrated for finding in migration.findings]
    ignored = any(finding.status == "ignored" for finding in findings)
    return ignored and not any(migration.changed for migration in migrated)
