"""Items of a list in brackets, as TOML, Python and YAML write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genai_codemod.sources.dependency_files.listing import Edit, Group, Listed, newline_at
from genai_codemod.sources.dependency_files.packages import SUCCESSOR, is_legacy, is_of_interest
from genai_codemod.sources.dependency_files.requirement import (
    FROM_ADDRESS,
    Requirement,
    requirement_at,
)

_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?P<comment>#[^\n]*)?\r?(?:\n|\Z)")
# In a script that lists in a comment what it needs, each line begins with its sign.
_INDENT = re.compile(r"#?[ \t]*")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


@dataclass(frozen=True, slots=True)
class Item:
    """A string in a list, with its quotes at ``start`` and ``end``, which are ``quote`` long."""

    start: int
    end: int
    quote: int = 1


Write = Callable[[Requirement], str]


def renewed(requirement: Requirement) -> str:
    """The requirement of the successor."""
    return requirement.renewed()


def name_only(_: Requirement) -> str:
    """The name of the successor, where names are listed that are required elsewhere."""
    return SUCCESSOR


def find_in_items(
    text: str, items: Sequence[Item], group: Group, write: Write = renewed
) -> list[Listed]:
    """The requirements among the items of one list, all of which are given."""
    found = (_listed(text, items, place, group, write) for place in range(len(items)))
    return [each for each in found if each is not None]


def _listed(
    text: str, items: Sequence[Item], place: int, group: Group, write: Write
) -> Listed | None:
    item = items[place]
    first, last = item.start + item.quote, item.end - item.quote
    requirement = requirement_at(text, first, last)
    if requirement is None or not is_of_interest(requirement.name):
        return None
    rest = text[requirement.end : last].strip()
    common = (item.start, requirement.name, requirement.specifier, group)
    if rest and not rest.startswith(";"):
        if not rest.startswith("@") or not is_legacy(requirement.name):
            return None
        return Listed(*common, fixed=FROM_ADDRESS)
    written = write(requirement)
    quoted = text[item.start : requirement.start] + written + text[requirement.end : item.end]
    return Listed(
        *common,
        replaced=(Edit(requirement.start, requirement.end, written),),
        removed=(_removed(text, items, place),),
        beside=(Edit(item.start, item.start, quoted + _separator(text, item)),),
        marker="".join(rest.split()).replace("'", '"'),
    )


def _separator(text: str, item: Item) -> str:
    """What separates an item from a new one before it: a line of its own if it has one."""
    indent = _indent(text, item)
    return ", " if indent is None else f",{newline_at(text, item.start)}{indent}"


def _indent(text: str, item: Item) -> str | None:
    before = text[text.rfind("\n", 0, item.start) + 1 : item.start]
    return before if _INDENT.fullmatch(before) else None


def _removed(text: str, items: Sequence[Item], place: int) -> Edit:
    item = items[place]
    indent = _indent(text, item)
    line = _REST_OF_LINE.match(text, item.end)
    if indent is not None and line is not None:
        if line["comment"]:
            return Edit(item.start, line.start("comment"), "")
        return Edit(item.start - len(indent), line.end(), "")
    if place + 1 < len(items) and "#" not in text[item.end : items[place + 1].start]:
        return Edit(item.start, items[place + 1].start, "")
    if place and "#" not in text[items[place - 1].end : item.start]:
        return Edit(items[place - 1].end, item.end, "")
    comma = _COMMA.match(text, item.end)
    return Edit(item.start, comma.end() if comma else item.end, "")
