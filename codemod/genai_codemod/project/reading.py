"""The files of a run: read once, and those that are of no interest forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from genai_codemod.project.documents import OpenDocuments
from genai_codemod.project.generated import is_generated
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.sources.documents import DocumentError, is_document

GENERATED = "generated file"


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
            data = _read(path)
        except OSError:  # it is gone since the list was made
            return b""
        # Whatever a program writes again is not changed, so what is in it does not matter.
        return b"" if is_generated(data) else data

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[Path]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read, by what makes a module ``relevant`` and whether it may ``use`` others.

    ``outcomes`` are those of all files, as if none were of interest; ``contents`` are the modules
    that are relevant, and ``others`` the rest of them.  Generated files are ``passed_over``, unless
    they were ``named``.  ``silent`` are modules that are known not to be relevant: they are not
    read before something is asked about them.
    """

    relevant: Callable[[bytes], bool]
    use: Callable[[bytes], bool]
    named: Collection[Path] = ()
    silent: Collection[Path] = ()
    passed_over: set[Path] = field(default_factory=set)
    outcomes: dict[Path, FileOutcome] = field(default_factory=dict)
    contents: dict[Path, bytes] = field(default_factory=dict)
    others: Unread = field(default_factory=Unread)
    documents: OpenDocuments = field(default_factory=OpenDocuments)

    def read(self, path: Path) -> None:
        """Add a file."""
        if path in self.silent:
            self._add_module(path, b"", None, relevant=False)
            self.outcomes[path] = FileOutcome(path)
            return
        try:
            data = _read(path)
        except OSError as error:
            message = f"cannot read: {error.strerror or error}"
            self.outcomes[path] = FileOutcome(path, error=FileError(message))
        else:
            self.add(path, data)

    def add(self, path: Path, data: bytes) -> None:
        """Add what a file holds; a document is opened only if it is relevant or may use others."""
        relevant = self.relevant(data)
        if relevant and path not in self.named and is_generated(data):
            self.passed_over.add(path)
            self.outcomes[path] = _skipped(path, data)
            return
        error = None
        if not is_document(path):
            self._add_module(path, data, None, relevant)
        elif relevant or self.use(data):
            try:
                for module, code in self.documents.modules(path, data).items():
                    self._add_module(module, code, code, self.relevant(code))
            except DocumentError as found:
                error = FileError(str(found), found.line, found.column)
        self.outcomes[path] = FileOutcome(path, error=error)

    def _add_module(self, module: Path, code: bytes, kept: bytes | None, relevant: bool) -> None:
        if relevant:
            self.contents[module] = code
        else:
            self.others.add(module, kept)


def _skipped(path: Path, data: bytes) -> FileOutcome:
    from genai_codemod.engine.result import Migration

    return FileOutcome(path, Migration(data, data, skipped=GENERATED))


def _read(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return file.readall()
