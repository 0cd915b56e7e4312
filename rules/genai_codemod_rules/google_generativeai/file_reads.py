"""What is read from files that are opened as binary."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.asked_before import assigned
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.syntax import string_value


def is_read_as_bytes(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether all that a variable is assigned is read from files opened as binary."""
    if not isinstance(node, cst.Name):
        return False
    values = assigned(facts, node)
    if not values:
        return False
    files = set(_binary_files(facts, facts.enclosing(node, cst.FunctionDef)))
    return all(_reads(value, files) for value in values)


def _binary_files(facts: Facts, function: cst.CSTNode | None) -> Iterator[str]:
    """The names that ``with open(path, "rb") as name`` binds in a function or in a module."""
    for item in facts.index.nodes(cst.WithItem):
        if item.asname and _opens_binary(item.item) and isinstance(item.asname.name, cst.Name):
            if function is None or function in facts.index.ancestors(item):
                yield item.asname.name.value


def _reads(value: cst.BaseExpression, files: set[str]) -> bool:
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
        return False
    owner = value.func.value
    known = isinstance(owner, cst.Name) and owner.value in files
    return value.func.attr.value == "read" and (known or _opens_binary(owner))


def _opens_binary(node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Call) or not _is_name(node.func, "open"):
        return False
    modes = [string_value(each.value) for each in node.args[1:2]]
    return any(mode is not None and "b" in mode for mode in modes)


def _is_name(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
