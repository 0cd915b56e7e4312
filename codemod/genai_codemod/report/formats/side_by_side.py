"""The lines of a file before and after, beside each other, with what differs within them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from genai_codemod.report.diff import text_lines
from genai_codemod.report.model import FileReport

# Lines that stay the same and are shown around those that change.
_CONTEXT = 3
# From here on the search for what lines have in common takes too long.
_MANY_LINES = 3_000
_MANY_PAIRS = 2_500
_LONG_LINE = 1_000
_SIMILAR = 0.4
_TOKEN = re.compile(r"\w+|\s+|.")

Opcode = tuple[str, int, int, int, int]
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number, where that counts from a cell also the cell, and its text."""

    number: int
    text: str
    cell: int | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it only says where a cell begins."""
        return self.number == 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line before and after, either of which can be missing; ``same`` if nothing changed."""

    before: Line | None
    after: Line | None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """Rows that follow each other, and how many lines were left out before them."""

    rows: Sequence[Row]
    skipped: int


def hunks(file: FileReport) -> Iterator[Hunk]:
    """What changes in a file, with a few lines around it; notebooks are shown as their cells."""
    old, new = _lines(file, file.before), _lines(file, file.after)
    end = 0
    texts = [[line.text for line in lines] for lines in (old, new)]
    for group in matcher(*texts).get_grouped_opcodes(_CONTEXT):
        rows = [row for opcode in group for row in _rows(opcode, old, new)]
        yield Hunk(rows, group[0][1] - end)
        end = group[-1][2]


def readable(file: FileReport) -> tuple[str, str]:
    """The text before and after as a person reads it, of notebooks only their code."""
    if not _is_notebook(file):
        return file.before, file.after
    before, after = (_lines(file, text) for text in (file.before, file.after))
    texts = ["".join(f"{_marked(line)}\n" for line in lines) for lines in (before, after)]
    return texts[0], texts[1]


def _marked(line: Line) -> str:
    return f"# {line.text}" if line.is_heading else line.text


def matcher(old: Sequence[str], new: Sequence[str]) -> difflib.SequenceMatcher[str]:
    """What says what changes from some lines to others; fast for long files, too."""
    long = max(len(old), len(new)) > _MANY_LINES
    return difflib.SequenceMatcher(a=old, b=new, autojunk=long)


def pieces(row: Row) -> tuple[list[Piece], list[Piece]]:
    """The parts of a line before and after, each with whether it differs from the other side."""
    before = row.before.text if row.before else ""
    after = row.after.text if row.after else ""
    if row.same or not row.before or not row.after or max(len(before), len(after)) > _LONG_LINE:
        return [(before, False)], [(after, False)]
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, first, last, new_first, new_last in matcher(old, new).get_opcodes():
        left.append(("".join(old[first:last]), kind != "equal"))
        right.append(("".join(new[new_first:new_last]), kind != "equal"))
    return left, right


def _lines(file: FileReport, text: str) -> list[Line]:
    cells = _cells(text) if _is_notebook(file) else None
    if cells is None:
        lines = enumerate(text_lines(text), 1)
        return [Line(number, line.rstrip("\r\n")) for number, line in lines]
    return [
        Line(number, line, cell)
        for cell, source in enumerate(cells, 1)
        for number, line in enumerate([f"cell {cell}", *source.split("\n")])
    ]


def _is_notebook(file: FileReport) -> bool:
    texts = (file.before, file.after)
    return file.path.endswith(".ipynb") and all(_cells(text) is not None for text in texts)


def _cells(text: str) -> list[str] | None:
    """The code of a notebook, if that can be read."""
    try:
        notebook: Any = json.loads(text)
        sources = [cell["source"] for cell in notebook["cells"] if cell.get("cell_type") == "code"]
        return [each if isinstance(each, str) else "".join(each) for each in sources]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _rows(opcode: Opcode, old: Sequence[Line], new: Sequence[Line]) -> Iterator[Row]:
    kind, first, last, new_first, new_last = opcode
    before, after = old[first:last], new[new_first:new_last]
    if kind == "equal":
        yield from (Row(left, right, same=True) for left, right in zip(before, after, strict=True))
    else:
        yield from _aligned(before, after)


def _aligned(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Row]:
    """Lines that were replaced by others, those beside each other that are most alike."""
    at = new_at = 0
    for first, second in _pairs(before, after):
        yield from (Row(line, None) for line in before[at:first])
        yield from (Row(None, line) for line in after[new_at:second])
        yield Row(before[first], after[second])
        at, new_at = first + 1, second + 1
    rest, new_rest = before[at:], after[new_at:]
    yield from (Row(line, None) for line in rest)
    yield from (Row(None, line) for line in new_rest)


def _pairs(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[int, int]]:
    """Which lines belong together, in order, so that all in all they are as alike as can be."""
    if len(before) * len(after) > _MANY_PAIRS:
        return []
    best: list[list[tuple[int, list[tuple[int, int]]]]]
    best = [[(0, [])] * (len(after) + 1) for _ in range(len(before) + 1)]
    for first, left in enumerate(before):
        for second, right in enumerate(after):
            found = max(best[first][second + 1], best[first + 1][second], key=lambda each: each[0])
            score, pairs = best[first][second]
            alike = _words_in_common(left.text, right.text)
            if alike and score + alike > found[0]:
                found = score + alike, [*pairs, (first, second)]
            best[first + 1][second + 1] = found
    return best[-1][-1][1]


def _words_in_common(before: str, after: str) -> int:
    """How many words two lines have in common; 0 where those are few."""
    left, right = set(re.findall(r"\w+", before)), set(re.findall(r"\w+", after))
    common = len(left & right)
    return common if common >= _SIMILAR * max(len(left), len(right)) else 0
