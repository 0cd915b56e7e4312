"""Finds comments in a syntax tree."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import source_of

_CHECKERS = r"(?:type|pyright|mypy):\s*ignore|noqa|nosec|ruff:|pylint:|flake8:|isort:|fmt:"
_PRAGMA = re.compile(rf"#\s*(?:{_CHECKERS})", re.IGNORECASE)


def is_pragma(text: str) -> bool:
    """Whether a comment tells a checker what to do with its line, and means nothing elsewhere."""
    return _PRAGMA.match(text) is not None


def comments(node: cst.CSTNode) -> list[str]:
    """All comments in a node, in order."""
    # To look at each part takes several times as long as to write them all.
    return _comments(node) if "#" in source_of(node) else []


def beside(text: str) -> cst.TrailingWhitespace:
    """The end of a line with a comment."""
    return cst.TrailingWhitespace(whitespace=cst.SimpleWhitespace("  "), comment=cst.Comment(text))


def with_comments(node: cst.CSTNode, lost: Sequence[str]) -> cst.CSTNode:
    """A statement with comments above it, and one for a checker of its line beside it."""
    if not lost:
        return node
    above = list(lost)
    if isinstance(node, cst.SimpleStatementLine) and node.trailing_whitespace.comment is None:
        pragma = next(filter(is_pragma, above), None)
        if pragma is not None:
            above.remove(pragma)
            node = node.with_changes(trailing_whitespace=beside(pragma))
    lines = [cst.EmptyLine(comment=cst.Comment(text)) for text in above]
    present: Sequence[cst.EmptyLine] = node.leading_lines  # type: ignore[attr-defined]
    return node.with_changes(leading_lines=[*present, *lines])


def _comments(node: cst.CSTNode) -> list[str]:
    if isinstance(node, cst.Comment):
        return [node.value]
    return [text for child in node.children for text in _comments(child)]
