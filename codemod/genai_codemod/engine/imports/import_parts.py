"""A part of the names of an import, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from genai_codemod.engine.syntax.comments import comments, is_pragma


def with_names(
    node: cst.Import | cst.ImportFrom, aliases: Sequence[cst.ImportAlias]
) -> list[cst.BaseSmallStatement]:
    """The import of some of its names only, as it is laid out; nothing without a name."""
    if not aliases:
        return []
    assert not isinstance(node.names, cst.ImportStar)
    if len(aliases) == len(node.names):
        return [bare(node)]
    last = aliases[-1].with_changes(comma=_end(aliases[-1].comma, node.names[-1].comma))
    return [bare(node.with_changes(names=[*aliases[:-1], last]))]


def _end(
    own: cst.Comma | cst.MaybeSentinel, end: cst.Comma | cst.MaybeSentinel
) -> cst.Comma | cst.MaybeSentinel:
    """What follows a name that comes to stand last: its own comment, and the old last line."""
    if not isinstance(end, cst.Comma):
        return end
    space = end.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return end
    before = own.whitespace_after if isinstance(own, cst.Comma) else None
    if isinstance(before, cst.ParenthesizedWhitespace):
        first = before.first_line
    else:
        first = cst.TrailingWhitespace()
    return end.with_changes(whitespace_after=space.with_changes(first_line=first, empty_lines=[]))


def bare(small: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    return small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)


def remarks(nodes: Iterable[cst.CSTNode]) -> list[str]:
    """The comments in imports that go, without those for the checkers of these lines."""
    return [text for node in nodes for text in comments(node) if not is_pragma(text)]
