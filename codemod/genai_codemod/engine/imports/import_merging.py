"""Adds names to the ``from`` imports that a module has, where isort and ruff would put them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from genai_codemod.engine.syntax.comments import comments

# A line that formatters would break is not made: black's, the narrowest that is common.
LINE_LENGTH = 88

# What ``typing`` gives under the name that it has in ``collections.abc``.
SAME_IN_TYPING = frozenset(
    {
        "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Collection",
        "Coroutine", "Generator", "Iterable", "Iterator", "Mapping", "MutableMapping", "Sequence",
    }
)  # fmt: skip

_SPACED = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def imported_names(lines: Sequence[cst.CSTNode]) -> set[tuple[str, str]]:
    """The names that these lines import under their own names, with the module of each.

    Shape: ``{("typing", "Any"), ...}``; abstract classes of ``typing`` also count as those of
    ``collections.abc``.
    """
    found = {
        (module, alias.evaluated_name)
        for line in lines
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.ImportFrom) and (module := _source(small))
        if not isinstance(small.names, cst.ImportStar)
        for alias in small.names
        if alias.asname is None
    }
    same = {("collections.abc", name) for module, name in found if module == "typing"}
    return found | {pair for pair in same if pair[1] in SAME_IN_TYPING}


def merged_line(
    line: cst.SimpleStatementLine, new: cst.ImportFrom
) -> cst.SimpleStatementLine | None:
    """The line with the names of another import in its own; None where it is better left alone."""
    small = line.body[0]
    if (
        len(line.body) != 1
        or not isinstance(small, cst.ImportFrom)
        or isinstance(small.names, cst.ImportStar)
        or isinstance(new.names, cst.ImportStar)
        or not _source(small)
        or _source(small) != _source(new)
        or comments(small)
        or line.trailing_whitespace.comment is not None
    ):
        return None
    merged = line.with_changes(body=[small.with_changes(names=_with(small.names, new.names))])
    text = cst.Module([]).code_for_node(merged.with_changes(leading_lines=[])).strip()
    return merged if "\n" in text or len(text) <= LINE_LENGTH else None


def _source(node: cst.ImportFrom) -> str:
    """The dotted name of the module; nothing for one that is relative."""
    if node.relative or node.module is None:
        return ""
    return cst.Module([]).code_for_node(node.module)


def _with(
    names: Sequence[cst.ImportAlias], new: Sequence[cst.ImportAlias]
) -> list[cst.ImportAlias]:
    between = names[0].comma if isinstance(names[0].comma, cst.Comma) else _SPACED
    last = names[-1].comma
    found = list(names)
    for alias in new:
        key = next((each for each in (_by_kind, _by_letter) if _is_sorted(found, each)), None)
        found.append(alias)
        if key is not None:
            found.sort(key=key)
    return [
        *(alias.with_changes(comma=between) for alias in found[:-1]),
        found[-1].with_changes(comma=last),
    ]


def _is_sorted(
    names: Sequence[cst.ImportAlias], key: Callable[[cst.ImportAlias], tuple[object, ...]]
) -> bool:
    return list(names) == sorted(names, key=key)


def _by_kind(alias: cst.ImportAlias) -> tuple[object, ...]:
    """Constants, then classes, then the rest: the order of isort."""
    name = alias.evaluated_name
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name


def _by_letter(alias: cst.ImportAlias) -> tuple[object, ...]:
    return (alias.evaluated_name.lower(),)
