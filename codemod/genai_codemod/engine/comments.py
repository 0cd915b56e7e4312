"""Finds comments in a syntax tree."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.signature import source_of


def comments(node: cst.CSTNode) -> list[str]:
    """All comments in a node, in order."""
    # To look at each part takes several times as long as to write them all.
    return _comments(node) if "#" in source_of(node) else []


def _comments(node: cst.CSTNode) -> list[str]:
    if isinstance(node, cst.Comment):
        return [node.value]
    return [text for child in node.children for text in _comments(child)]
