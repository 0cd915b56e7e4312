"""Assertions of unittest: methods that only look at what they are given."""

from __future__ import annotations

import libcst as cst

_OF_TYPES = frozenset({"assertIsInstance", "assertNotIsInstance"})
_LOOKING = _OF_TYPES | {
    "assertEqual", "assertFalse", "assertIs", "assertIsNone", "assertIsNot", "assertIsNotNone",
    "assertNotEqual", "assertTrue",
}  # fmt: skip


def looks_at(call: cst.CSTNode | None) -> bool:
    """Whether a call is an assertion, which compares or tests its arguments: ``assertIsNone``."""
    return _method(call) in _LOOKING


def asks_type(call: cst.CSTNode | None) -> bool:
    """Whether a call is an assertion that asks what kind of object something is."""
    return _method(call) in _OF_TYPES


def _method(call: cst.CSTNode | None) -> str:
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(name))):
            return name
    return ""
