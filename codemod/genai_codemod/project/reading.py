"""The files of a run: read once, and those that are of no interest forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from genai_codemod.project.documents import OpenDocuments
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.sources.documents import DocumentError, is_document


class Unread(Mapping[Path, bytes]):
    """The contents of files, read when they are asked for: all together may need much memory."""

    def __init__(self) -> None:
        self._files: dict[Path, bytes | None] = {}

    def add(self, path: Path, data: bytes | None) -> None:
        """A file; what is not to be read from the disk is given."""
        self._files[path] = data

    def __getitem__(self, path: Path) -> bytes:
        known = self._files[path]
        if known is not None:
            return known
        try:
            return _read(path)
        except OSError:  # it is gone since the list was made
            return b""

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[Path]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read.

    ``outcomes`` are those of all files, as if none were of interest; ``contents`` are the modules
    that are relevant, and ``others`` the rest of them.
    """

    outcomes: dict[Path, FileOutcome] = field(default_factory=dict)
    contents: dict[Path, bytes] = field(default_factory=dict)
    others: Unread = field(default_factory=Unread)
    documents: OpenDocuments = field(default_factory=OpenDocuments)


def read_files(
    paths: Iterable[Path],
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool],
) -> Inputs:
    """Read files; a document is opened if it is relevant or may use what modules make."""
    inputs = Inputs()
    for path in paths:
        error = None
        try:
            _read_into(inputs, path, is_relevant, may_use)
        except OSError as found:
            error = FileError(f"cannot read: {found.strerror or found}")
        except DocumentError as found:
            error = FileError(str(found), found.line, found.column)
        inputs.outcomes[path] = FileOutcome(path, error=error)
    return inputs


def _read_into(
    inputs: Inputs,
    path: Path,
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool],
) -> None:
    data = _read(path)
    relevant = is_relevant(data)
    if not is_document(path):
        if relevant:
            inputs.contents[path] = data
        else:
            inputs.others.add(path, None)
    elif relevant or may_use(data):
        for module, code in inputs.documents.modules(path, data).items():
            if is_relevant(code):
                inputs.contents[module] = code
            else:
                inputs.others.add(module, code)


def _read(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return file.readall()
