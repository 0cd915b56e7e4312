"""What is read from files that are opened as binary."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod_rules.google_generativeai.opened_files import entered, is_opening, mode_of


def is_read_as_bytes(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether all that a variable is assigned is read from files opened as binary."""
    if not isinstance(node, cst.Name):
        return False
    values = assigned(facts, node)
    if not values:
        return False
    files = set(_binary_files(facts, facts.enclosing(node, cst.FunctionDef)))
    return all(_reads(facts, value, files) for value in values)


def _binary_files(facts: Facts, function: cst.CSTNode | None) -> Iterator[str]:
    """The names that ``with open(path, "rb") as name`` binds in a function or in a module."""
    for item, name in entered(facts):
        if _opens_binary(facts, item.item):
            if function is None or function in facts.index.ancestors(item):
                yield name


def _reads(facts: Facts, value: cst.BaseExpression, files: set[str]) -> bool:
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
        return False
    owner = value.func.value
    known = isinstance(owner, cst.Name) and owner.value in files
    return value.func.attr.value == "read" and (known or _opens_binary(facts, owner))


def _opens_binary(facts: Facts, node: cst.BaseExpression) -> bool:
    return is_opening(node, facts) and "b" in (mode_of(node) or "")
