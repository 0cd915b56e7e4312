"""What is left for a person, with a few lines of code; what is equal is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from genai_codemod.report.highlight import language_of, lines_in_colour
from genai_codemod.report.places import Place
from genai_codemod.report.secrets import key_values, masked
from genai_codemod.report.terminal import Look, cut, visible
from genai_codemod.report.text import count, line_in

_AROUND = 1
_MARK = "TODO(genai-codemod)"
_FEWEST_GROUPS = 3
_MOST_FILES, _MOST_LINES = 3, 8
# What only follows from another place comes last: it goes when that is dealt with.
_FOLLOWING = re.compile(r"migrate this together with|once the lines|belongs together with")
_NAMES = re.compile(r"[`'\"][^`'\"]*[`'\"]|\w+(?:\.\w+)*\(\.\.\.\)|\d+")
_STATUS = {"review": "to review", "manual": "by hand"}


@dataclass(frozen=True, slots=True)
class Group:
    """Places that a rule leaves for the same reason."""

    places: Sequence[Place]

    @property
    def first(self) -> Place:
        return self.places[0]

    @property
    def follows(self) -> bool:
        return _FOLLOWING.search(self.first.message) is not None


def grouped(places: Sequence[Place]) -> list[Group]:
    """The places in groups: what has a reason of its own first, then what follows from that."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        key = (place.rule, _NAMES.sub("", place.message))
        found.setdefault(key, []).append(place)
    groups = [Group(tuple(each)) for each in found.values()]
    return sorted(groups, key=lambda group: group.follows)


def as_groups(places: Sequence[Place], look: Look, shown: Callable[[Path], str]) -> Iterator[str]:
    """Lines that show each group once, as many as are seen at once; ``shown`` names a file."""
    groups = grouped(places)
    lines: list[str] = []
    for number, group in enumerate(groups):
        block = list(_block(group, look, shown))
        if number >= _FEWEST_GROUPS and len(lines) + len(block) > look.lines:
            rest = groups[number:]
            others = count(sum(len(each.places) for each in rest), "more place")
            lines.append(f"And {others}, for {count(len(rest), 'other reason')}; -v shows all.")
            break
        lines += [*block, ""]
    yield from lines if not lines or lines[-1] else lines[:-1]


def frame(place: Place, look: Look, indent: str) -> list[str]:
    """The line of a place, marked with ``>``, and those beside it."""
    return code_frame(
        place.text, place.row, place.line, look, indent, language_of(_named(place.path))
    )


def code_frame(
    text: Sequence[str], row: int, line: int, look: Look, indent: str, language: str | None
) -> list[str]:
    """A row of a text, which is some line of its file, marked with ``>``, and those beside it."""
    if not 0 <= row < len(text):
        return []
    first = max(row - _AROUND, row - line + 1, 0)
    near = range(first, min(row + _AROUND + 1, len(text)))
    # What a marker says stands above the frame already.
    rows = [each for each in near if each == row or _MARK not in text[each]]
    width = len(str(line + _AROUND))
    room = look.columns - len(indent) - width - 5
    keys = key_values("\n".join(text))
    codes = [cut(visible(masked(text[each], keys)).expandtabs(4), room) for each in rows]
    lines = []
    for each, pieces in zip(rows, lines_in_colour("\n".join(codes), language), strict=False):
        here = each == row
        number = f"{'>' if here else ' '} {line + each - row:>{width}} |"
        code = "".join(look.painted(part, *([style] if style else [])) for part, style in pieces)
        styles = ("bold", "yellow") if here else ("dim",)
        lines.append(f"{indent}{look.painted(number, *styles)} {code}".rstrip())
    return lines


def _block(group: Group, look: Look, shown: Callable[[Path], str]) -> Iterator[str]:
    place = group.first
    status = _STATUS.get(place.status or "", "marked")
    files = len({each.path for each in group.places})
    number = len(group.places)
    many = f" ({count(number, 'place')} in {count(files, 'file')})" if number > 1 else ""
    rule = look.painted(place.rule, "bold") if place.rule else "by an earlier run"
    yield f"{look.painted(status, 'yellow')}: {rule}{many}"
    if place.message:
        yield from look.wrapped(visible(place.message), "  ")
    yield f"  {look.painted(_at(place, shown), 'cyan')}"
    yield from frame(place, look, "    ")
    if number > 1:
        yield from look.wrapped(_others(group.places[1:], shown), "  also ")


def _others(places: Sequence[Place], shown: Callable[[Path], str]) -> str:
    by_file = [(path, list(each)) for path, each in groupby(places, lambda place: place.path)]
    parts = []
    for _, each in by_file[:_MOST_FILES]:
        more = f" and {len(each) - _MOST_LINES} more" if len(each) > _MOST_LINES else ""
        first, *others = each[:_MOST_LINES]
        parts.append(", ".join([_at(first, shown), *map(line_in, others)]) + more)
    hidden = len(by_file) - _MOST_FILES
    return "; ".join(parts) + (f"; and in {count(hidden, 'more file')}" if hidden > 0 else "")


def _at(place: Place, shown: Callable[[Path], str]) -> str:
    return visible(f"{shown(place.path)}:{line_in(place)}")


def _named(path: Path) -> str:
    return "cell.py" if path.suffix == ".ipynb" else path.name
