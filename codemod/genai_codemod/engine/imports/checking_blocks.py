"""Blocks under ``if TYPE_CHECKING``: imports that only type checkers see."""

from __future__ import annotations

import ast
import re

import libcst as cst

from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_of
from genai_codemod.engine.syntax.parts import used_names, within

_NAME = "TYPE_CHECKING"


def is_for_checking(node: cst.CSTNode) -> bool:
    """Whether a statement is ``if TYPE_CHECKING``, or ``if typing.TYPE_CHECKING``."""
    if not isinstance(node, cst.If):
        return False
    # Hardly any test names it, and to write each takes long.
    named = any(name.value == _NAME for name in within(node.test) if isinstance(name, cst.Name))
    return named and source_of(node.test).rpartition(".")[2] == _NAME


def annotated_with(module: cst.Module) -> set[str]:
    """The names in annotations, and those that texts have, which may be annotations too."""
    names: set[str] = set()
    for node in within(module):
        if isinstance(node, cst.Annotation):
            names |= used_names(node)
        elif isinstance(node, cst.SimpleString) and _is_expression(node):
            names |= set(re.findall(r"[A-Za-z_]\w*", node.value))
    return names


def _is_expression(node: cst.SimpleString) -> bool:
    """Whether a text can be an annotation, which prose is not."""
    try:
        ast.parse(str(node.evaluated_value).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def without_unused_check(module: cst.Module) -> cst.Module:
    """The module without ``from typing import TYPE_CHECKING``, if nothing asks for it any more."""
    if _NAME in used_names(module):
        return module
    body = list(module.body)
    for position, line in enumerate(body):
        if not isinstance(line, cst.SimpleStatementLine):
            continue
        small = line.body[0]
        if (
            not isinstance(small, cst.ImportFrom)
            or isinstance(small.names, cst.ImportStar)
            or dotted_name(small.module) != "typing"
            or comments(line)
        ):
            continue
        names = [alias for alias in small.names if alias.evaluated_name != _NAME]
        if len(names) == len(small.names):
            continue
        if not names and len(line.body) == 1:
            following = body[position + 1 : position + 2]
            if following and line.leading_lines:
                lead = [*line.leading_lines, *following[0].leading_lines[1:]]
                body[position + 1] = following[0].with_changes(leading_lines=lead)
            del body[position]
        elif names:
            names[-1] = names[-1].with_changes(comma=small.names[-1].comma)
            changed = [small.with_changes(names=names), *line.body[1:]]
            body[position] = line.with_changes(body=changed)
        return module.with_changes(body=body)
    return module
