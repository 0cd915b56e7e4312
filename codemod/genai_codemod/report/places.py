"""The places that a run leaves for a person, as the markers in its results name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.report.secrets import key_values, masked
from genai_codemod.sources.documents import DocumentError, is_document, open_document

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Migration, Status
    from genai_codemod.project.outcome import FileOutcome

_MARKER = re.compile(
    r"TODO\(genai-codemod\):?\s*(?P<message>.*?)"
    r"(?:\s+See (?P<guide>https?://\S+))?(?:\s*\[(?P<rule>[\w.-]+)\])?\s*(?:-->)?\s*$"
)
_COMMENT = re.compile(r"#.*TODO\(genai-codemod\)")
_NO_CODE = re.compile(r"\s*(?:#.*)?$")

_At = Callable[[int], tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class Place:
    """A marked statement: where it is, why it is left, and the lines it stands among.

    ``line`` (from 1) counts in the file as it is on the disk, or in the ``cell`` of a notebook;
    ``row`` is the place of that line in ``text``, which may hold keys.
    """

    path: Path
    cell: int | None
    line: int
    rule: str
    message: str
    status: Status | None
    text: Sequence[str]
    row: int

    @property
    def column(self) -> None:
        """A marker is about a statement."""
        return None


def left_places(outcomes: Iterable[FileOutcome], *, written: bool) -> list[Place]:
    """The places with a marker, in the order of the files.

    ``written`` says whether the files hold the results already, and so the markers.
    """
    found: list[Place] = []
    for outcome in outcomes:
        migration = outcome.migration
        if migration is not None and b"TODO(genai-codemod)" in migration.after:
            found += _left_in(outcome.path, migration, written=written)
    return found


def found_places(path: Path, migration: Migration) -> Iterator[tuple[Finding, Place | None]]:
    """The findings in a file, each with its place as the file was, if that is known."""
    rows = {
        at(row + 1): (text, row)
        for text, at in _modules(path, migration.before)
        for row in range(len(text))
    }
    keys = _keys(migration)
    for each in migration.findings:
        found = rows.get((each.cell, each.line))
        yield (
            each,
            found
            and Place(
                path,
                each.cell,
                each.line,
                each.rule,
                masked(each.message, keys),
                each.status,
                *found,
            ),
        )


def _left_in(path: Path, migration: Migration, *, written: bool) -> Iterator[Place]:
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in migration.findings:
        found.setdefault(_key(each.rule, each.message), []).append(each)
    keys = _keys(migration)
    before, after = _modules(path, migration.before), _modules(path, migration.after)
    if len(before) != len(after):
        before = after
    for (old, was_at), (new, is_at) in zip(before, after, strict=True):
        origins = _origins(old, new)
        lines = {was_at(row + 1): row for row in range(len(old))}
        for marker, statement in _marked(new):
            match = _MARKER.search(new[marker])
            rule, message = (match["rule"] or "", match["message"]) if match else ("", "")
            findings = found.get(_key(rule, message), [])
            status = findings[0].status if findings else None
            if written:
                at, text, row = is_at, new, statement
            else:
                # A finding knows its line; which of several it is, the lines beside it tell.
                rows = [lines[f.cell, f.line] for f in findings if (f.cell, f.line) in lines]
                near = origins[statement]
                at, text = was_at, old
                row = min(rows, key=lambda each: abs(each - near), default=near)
            cell, line = at(row + 1)
            yield Place(path, cell, line, rule, masked(message, keys), status, text, row)


def _keys(migration: Migration) -> frozenset[str]:
    """The keys in a file, which messages can quote."""
    return key_values(migration.before.decode("latin-1"))


def _key(rule: str, message: str) -> tuple[str, str]:
    return rule, " ".join(message.split())


def _modules(path: Path, data: bytes) -> list[tuple[list[str], _At]]:
    """The lines of a file, or of each program in a notebook, and where those are in it."""
    if path.suffix == ".ipynb" and is_document(path):
        try:
            document = open_document(path, data)
        except DocumentError:
            return []
        return [
            (_lines(module), _at(document.place, n)) for n, module in enumerate(document.modules)
        ]
    return [(_lines(data), lambda line: (None, line))]


def _at(place: Callable[[int, int], tuple[int | None, int]], module: int) -> _At:
    return lambda line: place(module, line)


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="backslashreplace").splitlines()


def _marked(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The rows of the markers, and of the statements below them."""
    for row, line in enumerate(lines):
        if _COMMENT.search(line):
            following = (n for n in range(row, len(lines)) if not _NO_CODE.match(lines[n]))
            yield row, next(following, row)


def _origins(before: Sequence[str], after: Sequence[str]) -> Mapping[int, int]:
    """For each row of the result the row that it was, or one beside it."""
    origins: dict[int, int] = {}
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, first, last in matcher.get_opcodes():
        for row in range(first, last):
            # A statement follows its marker: the ends of what was exchanged fit each other.
            origins[row] = (
                max(0, min(end - (last - row), len(before) - 1))
                if end > start
                else (max(0, min(end, len(before) - 1)))
            )
    return origins
