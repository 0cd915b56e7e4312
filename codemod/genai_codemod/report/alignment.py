"""Which new line an old one has become, where several were exchanged at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

# Rows of the old text from one to another, and of the new text that stand instead of them.
Rows = tuple[int, int, int, int]

_WORD = re.compile(r"\w+")
_MOST = 20_000
_ALIKE = 0.2


def exchanged(old: Sequence[str], new: Sequence[str]) -> list[Rows]:
    """What differs, in as few blocks as a diff has."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [block[1:] for block in matcher.get_opcodes() if block[0] != "equal"]


def apart(old: Sequence[str], new: Sequence[str], block: Rows) -> Iterator[Rows]:
    """The blocks in a block: one for each old line that is found again in a new one.

    What follows such a line, down to the next blank one, goes with it.
    """
    start, end, first, last = block
    if (end - start < 2 and last - first < 2) or (end - start) * (last - first) > _MOST:
        yield block
        return
    pairs = _pairs(old[start:end], new[first:last])
    row, place = start, first
    for number, (one, other) in enumerate(pairs):
        if (start + one, first + other) != (row, place):
            yield row, start + one, place, first + other
        following = pairs[number + 1] if number + 1 < len(pairs) else (end - start, last - first)
        row = start + _until_blank(old[start:end], one + 1, following[0])
        place = first + _until_blank(new[first:last], other + 1, following[1])
        if old[start + one : row] != new[first + other : place]:
            yield start + one, row, first + other, place
    if (row, place) != (end, last):
        yield row, end, place, last


def _until_blank(lines: Sequence[str], start: int, end: int) -> int:
    return next((row for row in range(start, end) if not lines[row].strip()), end)


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of lines that are alike, in their order, which are together as alike as can be."""
    words = [[frozenset(_WORD.findall(line)) for line in lines] for lines in (old, new)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in reversed(range(len(old))):
        for other in reversed(range(len(new))):
            alike = _alike(words[0][one], words[1][other])
            paired = alike + best[one + 1][other + 1] if alike >= _ALIKE else 0.0
            best[one][other] = max(paired, best[one + 1][other], best[one][other + 1])
    found = []
    one = other = 0
    while one < len(old) and other < len(new):
        if best[one][other] == best[one + 1][other]:
            one += 1
        elif best[one][other] == best[one][other + 1]:
            other += 1
        else:
            found.append((one, other))
            one, other = one + 1, other + 1
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
