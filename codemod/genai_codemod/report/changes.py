"""A change as the user is asked about it: a diff of each place, and what is to be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.project.changes import Change, Spot, modules_of
from genai_codemod.report.alignment import Rows, apart, exchanged
from genai_codemod.report.diff import hunk_lines
from genai_codemod.report.highlight import language_of
from genai_codemod.report.secrets import masked
from genai_codemod.report.terminal import Look, visible
from genai_codemod.report.text import count, line_in
from genai_codemod.sources.documents import is_document

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration

_AROUND = 2
_FEWEST_LINES = 12


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines of a module, before and after, and the first spot among them."""

    spot: Spot
    lines: Sequence[str]


def change_lines(
    change: Change,
    migrations: Mapping[Path, Migration],
    look: Look,
    shown: Callable[[Path], str],
    *,
    whole: bool,
) -> Iterator[str]:
    """The lines that show a change: as many as fit on a screen, or the ``whole`` of it."""
    room = max(look.lines - 10, _FEWEST_LINES)
    hunks = list(_hunks(change, migrations, whole=whole))
    left = 0
    for number, hunk in enumerate(hunks):
        if not whole and number and len(hunk.lines) > room:
            left = len(hunks) - number
            break
        room -= len(hunk.lines) + 1
        yield look.painted(visible(_at(hunk.spot, shown)), "bold")
        language = "python" if is_document(hunk.spot.file) else language_of(hunk.spot.file.name)
        yield from hunk_lines(hunk.lines, language, look)
    if left:
        yield f"and {count(left, 'more place')}: v shows them"
    seen = "\n".join(line for hunk in hunks[: len(hunks) - left] for line in hunk.lines)
    yield from _to_know(change, look, seen)


def _to_know(change: Change, look: Look, seen: str) -> Iterator[str]:
    """What a person would have to do after the change, unless a marker that is seen says so."""
    texts = dict.fromkeys(
        f"{'to review' if spot.finding.status == 'review' else 'by hand'}: {spot.finding.message}"
        for spot in change.spots
        if spot.open and visible(masked(" ".join(spot.finding.message.split()))) not in seen
    )
    for text in texts:
        lines = look.wrapped(visible(masked(text)), "! ", "  ")
        yield from (look.painted(line, "yellow") for line in lines)


def _at(spot: Spot, shown: Callable[[Path], str]) -> str:
    return f"{shown(spot.file)}:{line_in(spot.finding)}"


def _hunks(change: Change, migrations: Mapping[Path, Migration], *, whole: bool) -> Iterator[Hunk]:
    by_module: dict[tuple[Path, int], list[Spot]] = {}
    for spot in change.spots or _everywhere(change):
        by_module.setdefault((spot.file, spot.module), []).append(spot)
    for (file, number), spots in by_module.items():
        migration = migrations[file]
        before, after = (modules_of(file, d) for d in (migration.before, migration.after))
        old = before[number]
        new = after[number] if len(before) == len(after) else old
        yield from _of_module(_lines(old), _lines(new), spots, whole=whole or not change.spots)


def _everywhere(change: Change) -> list[Spot]:
    """The place of a change that is all of a file."""
    from genai_codemod.engine.result import Finding

    return [Spot(change.file, 0, 1, Finding(1, 0, "imports.replaced", "rewritten"))]


def _of_module(
    old: Sequence[str], new: Sequence[str], spots: Sequence[Spot], *, whole: bool
) -> Iterator[Hunk]:
    """The lines around the spots; the ``whole`` of it is all that differs there."""
    rows: dict[int, Spot] = {}
    for each in spots:
        rows.setdefault(each.line - 1, each)
    blocks = exchanged(old, new)
    if not whole:
        blocks = [part for block in blocks for part in apart(old, new, block)]
    chosen = [block for block in blocks if whole or _near(block, rows)]
    covered = {row for block in chosen for row in rows if _touches(block, row)}
    # What is left as it is, with a marker that is shown somewhere else, is shown as it is.
    chosen += [_same(row, blocks) for row in rows if row not in covered]
    for group in _merged(sorted(set(chosen))):
        first = group[0]
        spot = next((rows[row] for row in sorted(rows) if row >= first[0]), spots[-1])
        yield Hunk(spot, list(_diff(old, new, group)))


def _near(block: Rows, rows: Mapping[int, Spot]) -> bool:
    return any(_touches(block, row) for row in rows)


def _touches(block: Rows, row: int) -> bool:
    """Whether a block exchanges a row, or puts something above it or below."""
    start, end = block[:2]
    return start <= row < end or (start == end and start in (row, row + 1))


def _same(row: int, blocks: Sequence[Rows]) -> Rows:
    """A row that stays, as a block."""
    moved = 0
    for _, end, _, last in blocks:
        if end <= row:
            moved = last - end
    return row, row, row + moved, row + moved


def _merged(blocks: Sequence[Rows]) -> Iterator[list[Rows]]:
    """The blocks in groups whose surroundings touch each other."""
    group: list[Rows] = []
    for block in blocks:
        if group and block[0] - group[-1][1] > 2 * _AROUND:
            yield group
            group = []
        if group and group[-1][1::2] == block[::2]:
            group[-1] = (group[-1][0], block[1], group[-1][2], block[3])
        else:
            group.append(block)
    if group:
        yield group


def _diff(old: Sequence[str], new: Sequence[str], blocks: Sequence[Rows]) -> Iterator[str]:
    """The lines of blocks, and those around them down to a blank one."""
    (begin, _, _, _), (_, finish, _, _) = blocks[0], blocks[-1]
    above = takewhile(str.strip, reversed(old[max(begin - _AROUND, 0) : begin]))
    done = begin - len(list(above))
    for start, end, first, last in blocks:
        yield from (f" {line}" for line in old[done:start])
        yield from (f"-{line}" for line in old[start:end])
        yield from (f"+{line}" for line in new[first:last])
        done = end
    below = takewhile(str.strip, old[finish : finish + _AROUND])
    yield from (f" {line}" for line in below)


def _lines(data: bytes) -> list[str]:
    text = masked(data.decode(errors="backslashreplace"))
    return [visible(line.removesuffix("\r")) for line in text.split("\n")]
