"""Files that hold Python code among other things, as modules of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.sources.documents import Document, is_document, open_document


class OpenDocuments:
    """The documents among the files of a run.

    Each module of a document goes by a path of its own, in the folder of the document, so that its
    imports are found; the first one by that of the document itself.
    """

    def __init__(self) -> None:
        self._documents: dict[Path, Document] = {}

    def modules(self, path: Path, data: bytes) -> dict[Path, bytes]:
        """The modules of a file, which for a file of Python is the file itself.

        Raises:
            DocumentError: the file cannot be read as what its name says.
        """
        if not is_document(path):
            return {path: data}
        self._documents[path] = open_document(path, data)
        modules = self._documents[path].modules
        return {piece(path, number): module for number, module in enumerate(modules)}

    def put_together(self, outcomes: Mapping[Path, FileOutcome]) -> dict[Path, FileOutcome]:
        """One outcome for each file, those of the modules of a document in one."""
        found = dict(outcomes)
        for path, document in self._documents.items():
            pieces = [piece(path, number) for number in range(len(document.modules))]
            parts = [found.pop(piece, FileOutcome(piece)) for piece in pieces]
            found[path] = _restored(path, document, parts)
        return found


def document_of(module: Path) -> Path:
    """The file that a module is in."""
    document = module.with_name(module.name.rpartition(":")[0] or module.name)
    return document if is_document(document) else module


def piece(path: Path, number: int) -> Path:
    """What a module of a document goes by."""
    return path.with_name(f"{path.name}:{number + 1}") if number else path


def _restored(path: Path, document: Document, parts: Sequence[FileOutcome]) -> FileOutcome:
    for number, part in enumerate(parts):
        if part.error:
            return FileOutcome(path, error=_placed(part.error, document, number))
    try:
        return FileOutcome(path, document.restored([part.migration for part in parts]))
    except ValueError as error:
        return FileOutcome(path, error=FileError(f"cannot be written back: {error}"))


def _placed(error: FileError, document: Document, number: int) -> FileError:
    if error.line is None:
        return error
    cell, line = document.place(number, error.line)
    return replace(error, cell=cell, line=line)
