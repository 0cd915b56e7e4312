"""Finds comments in a syntax tree."""

from __future__ import annotations

import libcst as cst


def comments(node: cst.CSTNode) -> list[str]:
    """All comments in a node, in order."""
    if isinstance(node, cst.Comment):
        return [node.value]
    return [text for child in node.children for text in comments(child)]
