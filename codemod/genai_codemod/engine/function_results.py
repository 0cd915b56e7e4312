"""What a function of the module gives back: may it be a dict, and does it raise?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.parts import parts
from genai_codemod.engine.syntax import dotted_name
from genai_codemod.engine.values import Container, Plain, present

# Annotations of what is certainly no dict.
NO_DICTS = frozenset(
    {
        "bool", "bytes", "float", "int", "list", "List", "None", "Sequence", "set", "str", "tuple",
        "Tuple",
    }
)  # fmt: skip
WRAPPERS = frozenset({"Optional", "Union"})
PLAIN = frozenset({Plain(name) for name in ("bool", "bytes", "float", "int", "None", "str")})
LISTS = (cst.List, cst.Tuple, cst.Set, cst.ListComp, cst.SetComp)
Statement = TypeVar("Statement", cst.Raise, cst.Return)
Definition = cst.FunctionDef | cst.Lambda


def may_return_dict(facts: Facts, function: Definition) -> bool:
    """Whether a call of ``function`` may give a dict; what cannot be seen may."""
    if isinstance(function, cst.Lambda):
        return not _no_dict(facts, function.body)
    results = [node.value for node in _own(function, cst.Return) if node.value is not None]
    if function.returns is not None and _annotates_no_dict(function.returns.annotation):
        return any(_a_dict(facts, result) for result in results)
    return not all(_no_dict(facts, result) for result in results)


def raises(function: Definition) -> bool:
    """Whether ``function`` itself raises, outside any ``try``."""
    if isinstance(function, cst.Lambda):
        return False
    return any(True for _ in _own(function, cst.Raise))


def _own(node: cst.CSTNode, kind: type[Statement]) -> Iterator[Statement]:
    """The statements of a kind in a function, not in functions inside of it."""
    for child in parts(node):
        if isinstance(child, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            continue
        if isinstance(child, kind):
            yield child
        if kind is cst.Raise and isinstance(node, cst.Try) and child is node.body and node.handlers:
            continue
        yield from _own(child, kind)


def _a_dict(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether an expression is certainly a dict, on some path."""
    return any(
        atom == Plain("dict")
        or (isinstance(atom, Container) and isinstance(atom.site, cst.Dict | cst.DictComp))
        for atom in facts.value(node)
    )


def _no_dict(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether an expression is certainly no dict."""
    match node:
        case cst.BinaryOperation(operator=cst.BitOr()):
            return False
        case cst.BinaryOperation() | cst.Comparison() | cst.UnaryOperation():
            return True
        case cst.IfExp(body=body, orelse=orelse):
            return _no_dict(facts, body) and _no_dict(facts, orelse)
        case cst.BooleanOperation(left=left, right=right):
            return _no_dict(facts, left) and _no_dict(facts, right)
    value = facts.value(node)
    return bool(value) and all(
        atom in PLAIN or (isinstance(atom, Container) and isinstance(atom.site, LISTS))
        for atom in present(value)
    )


def _annotates_no_dict(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        return isinstance(text, str) and text.partition("[")[0] in NO_DICTS
    if isinstance(node, cst.BinaryOperation):
        return _annotates_no_dict(node.left) and _annotates_no_dict(node.right)
    if isinstance(node, cst.Subscript):
        outer = (dotted_name(node.value) or "").rpartition(".")[2]
        inner = [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]
        if outer in WRAPPERS:
            return all(_annotates_no_dict(each) for each in inner)
        return outer in NO_DICTS
    return (dotted_name(node) or "").rpartition(".")[2] in NO_DICTS
