"""What a function of the module gives back: may it be a dict, and does it raise?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Function, Plain, present
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_of
from genai_codemod.engine.syntax.parts import parts

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
DEEPEST = 3
Held = TypeVar("Held", cst.Call, cst.Raise, cst.Return, cst.Subscript)
Definition = cst.FunctionDef | cst.Lambda


def may_return_dict(facts: Facts, function: Definition) -> bool:
    """Whether a call of ``function`` may give a dict; what cannot be seen may."""
    if isinstance(function, cst.Lambda):
        return not _no_dict(facts, function.body)
    results = [node.value for node in _own(function, cst.Return) if node.value is not None]
    if function.returns is not None and _annotates_no_dict(function.returns.annotation):
        return any(_a_dict(facts, result) for result in results)
    return not all(_no_dict(facts, result) for result in results)


def raises(facts: Facts, function: Definition, depth: int = 0) -> bool:
    """Whether ``function`` raises outside any ``try``: itself, by a call, or by a look-up."""
    if isinstance(function, cst.Lambda):
        return False
    if any(True for _ in _own(function, cst.Raise)):
        return True
    looked_up = (
        node
        for node in _own(function, cst.Subscript)
        if not isinstance(facts.index.parents.get(node), cst.AssignTarget)
    )
    if any(_may_fail(node, function) for node in looked_up):
        return True
    return depth < DEEPEST and any(
        raises(facts, atom.node, depth + 1)
        for node in _own(function, cst.Call)
        for atom in facts.value(node.func)
        if isinstance(atom, Function)
    )


def _may_fail(node: cst.Subscript, function: cst.FunctionDef) -> bool:
    """Whether a name or a number that the function was given may be no key: ``PRICES[item]``."""
    keys = [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]
    given = {param.name.value for param in function.params.params}
    text = source_of(function.body)
    return (
        len(keys) == 1
        and isinstance(keys[0], cst.Name)
        and keys[0].value in given
        and not re.search(rf"\b{keys[0].value} (not )?in\b", text)
    )


def _own(node: cst.CSTNode, kind: type[Held]) -> Iterator[Held]:
    """The nodes of a kind in a function, not in functions inside of it, nor in a ``try``."""
    for child in parts(node):
        if isinstance(child, cst.FunctionDef | cst.Lambda | cst.ClassDef | cst.Annotation):
            continue
        if isinstance(child, kind):
            yield child
        tried = isinstance(node, cst.Try) and child is node.body and node.handlers
        if tried and kind is not cst.Return:
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
