"""Very large programs in parts that overlap.

Each file is migrated in one part, together with the files that are nearest to it by imports, and
each part also reads what is nearest around it: what makes the objects that its files use.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

# Objects mostly come from what a file imports, and less often from what imports it.
_DOWN = 1
_UP = 2

Neighbours = Mapping[Path, Mapping[Path, int]]


@dataclass(frozen=True, slots=True)
class Room:
    """How many files a program may have, and what size in bytes."""

    files: int
    size: int

    def holds(self, paths: Collection[Path], files: Mapping[Path, bytes]) -> bool:
        """Whether some files are few and small enough."""
        return len(paths) <= self.files and sum(len(files[each]) for each in paths) <= self.size

    def half(self) -> Room:
        return Room(self.files // 2, self.size // 2)


@dataclass(frozen=True, slots=True)
class Part:
    """The files that are migrated together, and those that are only read for that."""

    files: tuple[Path, ...]
    around: tuple[Path, ...]


def in_parts(
    files: Mapping[Path, bytes],
    imports: Mapping[Path, Mapping[str, Path]],
    wanted: Iterable[Path],
    room: Room,
) -> Iterator[Part]:
    """Parts of which each has ``room``, half of it for ``wanted`` files that no other part has."""
    neighbours = _neighbours(imports)
    left = dict.fromkeys(sorted(wanted))
    while left:
        own = _filled((), _from_each(left, neighbours), files, room.half())
        near = _by_distance(own, neighbours, files)
        around = _filled(own, near, files, room)[len(own) :]
        yield Part(tuple(own), tuple(around))
        for path in own:
            del left[path]


def _neighbours(imports: Mapping[Path, Mapping[str, Path]]) -> Neighbours:
    """How far it is from each file to those that it imports, or that import it.

    What has to do with many files has little to do with each of them.
    """
    below = {path: {*targets.values()} - {path} for path, targets in imports.items()}
    above = Counter(target for targets in below.values() for target in targets)
    found: dict[Path, dict[Path, int]] = defaultdict(dict)
    for path in sorted(below):
        for target in below[path]:
            found[path][target] = _DOWN + len(below[path]).bit_length()
            found[target].setdefault(path, _UP + above[target].bit_length())
    return found


def _filled(
    begun: Iterable[Path], more: Iterable[Path], files: Mapping[Path, bytes], room: Room
) -> list[Path]:
    """What has begun and as much more as there is room for, at least one."""
    found = dict.fromkeys(begun)
    size = sum(len(files[path]) for path in found)
    for path in more:
        if found and len(found) >= room.files:
            break
        if path not in found and (not found or size + len(files[path]) <= room.size):
            size += len(files[path])
            found[path] = None
    return list(found)


def _from_each(left: Collection[Path], neighbours: Neighbours) -> Iterator[Path]:
    """All files that are left, the nearest to the first ones first."""
    passed: set[Path] = set()
    for start in left:
        if start not in passed:
            for path in _by_distance([start], neighbours, left):
                if path not in passed:
                    passed.add(path)
                    yield path


def _by_distance(
    starts: Iterable[Path], neighbours: Neighbours, among: Collection[Path]
) -> Iterator[Path]:
    """The files that can be reached from some, the nearest first, and the first by name."""
    todo = [(0, path) for path in starts]
    passed: set[Path] = set()
    while todo:
        distance, path = heappop(todo)
        if path in passed:
            continue
        passed.add(path)
        yield path
        for other, step in neighbours.get(path, {}).items():
            if other in among and other not in passed:
                heappush(todo, (distance + step, other))
