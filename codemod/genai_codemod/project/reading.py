"""The files of a run, read once to find those that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from genai_codemod.project.documents import OpenDocuments
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.sources.documents import DocumentError, is_document


class Contents(Mapping[Path, bytes]):
    """Modules by their paths; files are read when they are asked for.

    All the files of a large project together may need more memory than there is.
    """

    def __init__(self) -> None:
        self._modules: dict[Path, bytes | None] = {}

    def add(self, path: Path, data: bytes | None) -> None:
        """Add a module, or with None a file that holds it."""
        self._modules[path] = data

    def __getitem__(self, path: Path) -> bytes:
        data = self._modules[path]
        if data is not None:
            return data
        try:
            return _read(path)
        except OSError:  # it is gone since it was looked at
            return b""

    def __contains__(self, path: object) -> bool:
        return path in self._modules

    def __iter__(self) -> Iterator[Path]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read: an outcome for each file as if it were of no interest, and modules.

    ``relevant`` are the modules that are to be migrated, ``others`` those that may belong to them.
    """

    outcomes: dict[Path, FileOutcome] = field(default_factory=dict)
    relevant: dict[Path, bytes] = field(default_factory=dict)
    others: Contents = field(default_factory=Contents)
    documents: OpenDocuments = field(default_factory=OpenDocuments)


def read_files(
    paths: Iterable[Path],
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool],
) -> Inputs:
    """Read files, and take the modules out of documents that are relevant or ``may_use`` it."""
    inputs = Inputs()
    for path in paths:
        found: FileError | None = None
        try:
            _take(inputs, path, is_relevant, may_use)
        except OSError as error:
            found = FileError(f"cannot read: {error.strerror or error}")
        except DocumentError as error:
            found = FileError(str(error), error.line, error.column)
        inputs.outcomes[path] = FileOutcome(path, error=found)
    return inputs


def _take(
    inputs: Inputs,
    path: Path,
    is_relevant: Callable[[bytes], bool],
    may_use: Callable[[bytes], bool],
) -> None:
    data = _read(path)
    relevant = is_relevant(data)
    if not is_document(path):
        if relevant:
            inputs.relevant[path] = data
        else:
            inputs.others.add(path, None)
    elif relevant or may_use(data):
        for module, code in inputs.documents.modules(path, data).items():
            if is_relevant(code):
                inputs.relevant[module] = code
            else:
                inputs.others.add(module, code)


def _read(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return file.readall()
