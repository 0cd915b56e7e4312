"""Tables of packages with their versions, as Poetry, Pipenv and pixi write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from packaging.utils import canonicalize_name

from genai_codemod.sources.dependency_files.listing import Edit, Group, Listed, apply, newline_at
from genai_codemod.sources.dependency_files.packages import SUCCESSOR, is_legacy, is_of_interest
from genai_codemod.sources.dependency_files.requirement import FROM_ADDRESS
from genai_codemod.sources.dependency_files.specifiers import renewed
from genai_codemod.sources.dependency_files.toml_places import Assignment, Key, Table, Value

_REST_OF_LINE = re.compile(r"[ \t]*(?P<comment>#[^\n]*)?\r?(?:\n|\Z)")
_BLANKS_BEFORE_SIGN = re.compile(r"[ \t]{2,}=")
_ADDRESSES = frozenset({"git", "path", "url", "file"})


def find_in_table(text: str, table: Table) -> Iterator[Listed]:
    """What a table lists in which each key is a package, and its value what is wanted of it."""
    names = Counter(assignment.keys[0].name for assignment in table.assignments)
    for assignment in table.assignments:
        key = assignment.keys[0]
        if is_of_interest(key.name) and names[key.name] == 1:
            yield _assigned(text, table, assignment)
        elif is_legacy(key.name):
            yield _fixed(key, table.path, "several lines say what is wanted of it")


def find_in_header(text: str, table: Table) -> Iterator[Listed]:
    """The package that a table of its own says everything of: ``[packages.name]``."""
    key = table.keys[-1]
    if not is_of_interest(key.name):
        return
    versions = [each.value for each in table.assignments if each.keys[0].name == "version"]
    if any(each.keys[0].name in _ADDRESSES for each in table.assignments):
        yield _fixed(key, table.path[:-1])
        return
    ends = [table.header_end, *(each.value.end for each in table.assignments)]
    starts = [table.start, *(each.keys[0].start for each in table.assignments)]
    removed = tuple(map(partial(_statement_removed, text), starts, ends))
    renamed = _renamed(text, key, 0)
    span = (table.start, max(ends))
    yield _listed(text, renamed, versions, table.path[:-1], span, removed, apart="\n")


def _assigned(text: str, table: Table, assignment: Assignment) -> Listed:
    key, value = assignment.keys[0], assignment.value
    versions, addressed = _versions(assignment)
    if addressed:
        return _fixed(key, table.path)
    removed = (_statement_removed(text, key.start, value.end),)
    renamed = _renamed(text, key, _width(text, key, table))
    return _listed(text, renamed, versions, table.path, (key.start, value.end), removed)


def _statement_removed(text: str, start: int, end: int) -> Edit:
    """Take a statement away, with its lines if no comment is left in them."""
    rest = _REST_OF_LINE.match(text, end)
    if rest is None or rest["comment"]:
        return Edit(start, rest.start("comment") if rest else end, "")
    return Edit(text.rfind("\n", 0, start) + 1, rest.end(), "")


def _versions(assignment: Assignment) -> tuple[list[Value], bool]:
    """The strings that say which versions are wanted, and whether an address does instead."""
    value = assignment.value
    if len(assignment.keys) > 1:
        name = assignment.keys[1].name
        return ([value] if name == "version" else []), name in _ADDRESSES
    if value.kind == "string":
        return [value], False
    tables = value.items if value.kind == "array" else (value,)
    members = [member for each in tables for member in each.members]
    versions = [each.value for each in members if each.keys[0].name == "version"]
    return versions, any(each.keys[0].name in _ADDRESSES for each in members)


def _fixed(key: Key, group: Group, why: str = FROM_ADDRESS) -> Listed:
    return Listed(key.start, canonicalize_name(key.name), "", group, fixed=why)


def _listed(
    text: str,
    renamed: Edit,
    versions: list[Value],
    group: Group,
    span: tuple[int, int],
    removed: tuple[Edit, ...],
    apart: str = "",
) -> Listed:
    """What is said in ``span``, which a copy before it stands ``apart`` from."""
    start, end = span
    inner = [(each.start + each.quote, each.end - each.quote) for each in versions]
    edits = [Edit(first, last, renewed(text[first:last])) for first, last in inner]
    replaced = (renamed, *edits)
    moved = (Edit(each.start - start, each.end - start, each.text) for each in replaced)
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    newline = newline_at(text, end)
    copy = apply(text[start:end], moved) + newline + apart.replace("\n", newline) + indent
    return Listed(
        renamed.start,
        canonicalize_name(text[renamed.start : renamed.end].strip("\"'")),
        text[slice(*inner[0])] if inner else "",
        group,
        replaced=replaced,
        removed=removed,
        beside=(Edit(start, start, copy),),
    )


def _renamed(text: str, key: Key, width: int) -> Edit:
    """The name of the successor, with blanks for a column that begins ``width`` after it did."""
    written = text[key.start : key.end]
    quote = written[0] if written[0] in "\"'" else ""
    return Edit(key.start, key.end, f"{quote}{SUCCESSOR}{quote}".ljust(width))


def _width(text: str, key: Key, table: Table) -> int:
    """How long a key is with the blanks that put the signs after some keys into one column."""
    column = _sign(text, key)
    padded = any(
        _BLANKS_BEFORE_SIGN.match(text, other.end) and _sign(text, other) == column
        for other in (each.keys[-1] for each in table.assignments)
    )
    return key.end - key.start if padded else 0


def _sign(text: str, key: Key) -> int:
    """The column in which the equals sign after a key stands."""
    return text.index("=", key.end) - text.rfind("\n", 0, key.end)
