"""The parts of syntax nodes, found by their fields.

``node.children`` and LibCST's visitors go through every blank and build every node anew: for a
traversal that does nothing they take nearly as long as parsing, or much longer, if it has methods.
Going through the fields that mean something takes a twentieth of parsing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cache

import libcst as cst

# Punctuation and layout, which hold nothing but whitespace and comments.
_LAYOUT = frozenset(
    {
        "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "colon",
        "dot", "equal", "first_colon", "second_colon", "first_line", "last_line",
        "header", "footer", "leading_lines",
        "lines_after_decorators", "trailing_whitespace", "newline", "comment", "empty_lines",
        "indent", "encoding", "default_indent", "default_newline", "has_trailing_newline",
    }
)  # fmt: skip
# Where the fields of a class are not declared in the order in which they are written.
_IN_ORDER: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.Arg: ("keyword", "value"),
    cst.ClassDef: ("decorators", "name", "type_parameters", "bases", "keywords", "body"),
    cst.CompFor: ("asynchronous", "target", "iter", "ifs", "inner_for_in"),
    cst.ExceptHandler: ("type", "name", "body"),
    cst.ExceptStarHandler: ("type", "name", "body"),
    cst.For: ("asynchronous", "target", "iter", "body", "orelse"),
    cst.FunctionDef: (
        "decorators", "asynchronous", "name", "type_parameters", "params", "returns", "body",
    ),
    cst.IfExp: ("body", "test", "orelse"),
    cst.ImportFrom: ("relative", "module", "names"),
    cst.MatchCase: ("pattern", "guard", "body"),
    cst.Parameters: (
        "posonly_params", "posonly_ind", "params", "star_arg", "kwonly_params", "star_kwarg",
    ),
    cst.TypeAlias: ("name", "type_parameters", "value"),
    cst.With: ("asynchronous", "items", "body"),
}  # fmt: skip
# The fields that hold statements, or what holds statements.
_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
# Those of which only the value is code that reads names.
_READING_ONE = frozenset({cst.Attribute, cst.Arg})
_IMPORTS = frozenset({cst.Import, cst.ImportFrom})
_NOT_NODES = frozenset({str, bool, type(None), cst.MaybeSentinel})


def parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The parts of a node in the order of the source, without whitespace and punctuation."""
    found: list[cst.CSTNode] = []
    for name in _fields(node.__class__):
        value = getattr(node, name)
        kind = value.__class__
        if kind is list or kind is tuple:
            found += value
        elif kind not in _NOT_NODES:
            found.append(value)
    return found


def within(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all its parts, the first ones first."""
    todo = [node]
    while todo:
        part = todo.pop()
        yield part
        todo += reversed(parts(part))


def used_names(node: cst.CSTNode) -> set[str]:
    """The plain names that code reads, imports aside."""
    names: set[str] = set()
    todo = [node]
    while todo:
        part = todo.pop()
        # The class itself is looked at: isinstance is slow where it says no, for LibCST.
        kind = part.__class__
        if kind is cst.Name:
            names.add(part.value)  # type: ignore[attr-defined]
        elif kind in _READING_ONE:
            todo.append(part.value)  # type: ignore[attr-defined]
        elif kind not in _IMPORTS:
            todo += parts(part)
    return names


def names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that code reads or binds, attributes and keywords left out."""
    todo = [node]
    while todo:
        part = todo.pop()
        kind = part.__class__
        if kind is cst.Name:
            yield part  # type: ignore[misc]
        elif kind in _READING_ONE:
            todo.append(part.value)  # type: ignore[attr-defined]
        else:
            todo += reversed(parts(part))


def simple_statements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The statements in a node that hold no others; what they consist of is not looked at."""
    todo = [node]
    while todo:
        part = todo.pop()
        blocks = _blocks(part.__class__)
        if blocks is None:
            yield part
            continue
        for name in blocks:
            held = getattr(part, name)
            if held is not None:
                todo += held if isinstance(held, list | tuple) else [held]


def imports_in(node: cst.CSTNode) -> Iterator[cst.Import | cst.ImportFrom]:
    """The import statements in a node."""
    for small in simple_statements(node):
        if small.__class__ in _IMPORTS:
            yield small


@cache
def _blocks(kind: type[cst.CSTNode]) -> Sequence[str] | None:
    """The fields of a class of nodes that hold statements; None if it is one without others."""
    if issubclass(kind, cst.BaseSmallStatement):
        return None
    return [name for name in _BLOCKS if name in kind.__dataclass_fields__]


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a class of nodes that can hold its parts."""
    for parent in kind.__mro__:
        if parent in _IN_ORDER:
            return _IN_ORDER[parent]
    names = (field.name for field in fields(kind))
    return tuple(each for each in names if each not in _LAYOUT and "whitespace" not in each)
