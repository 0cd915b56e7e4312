"""Makes LibCST's nodes quick to look up, to write and to parse.

Nodes are keys of nearly every dict of the engine, modules are written several times, and parsing is
a fifth of a run.  What is exchanged here does the same as before, or nothing, as it did before.
"""

from __future__ import annotations

import gc
from abc import ABCMeta
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import libcst as cst
from libcst._nodes.expression import _BaseParenthesizedNode
from libcst._nodes.internal import CodegenState

_NOTHING = nullcontext()
_WITH_PARENTHESES = _BaseParenthesizedNode._parenthesize
_WRITE_BLANK = cst.SimpleWhitespace._codegen


class _Kind(ABCMeta):
    """The class of LibCST's classes, which ``isinstance`` asks: it looks at what they derive from.

    Abstract classes also remember what was registered as one of them, which takes them longer.
    """

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__


def make_quick() -> None:
    """Exchange what LibCST does in Python at each node."""
    setattr(cst.CSTNode, "__class__", _Kind)  # noqa: B010
    for kind in {*_below(cst.CSTNode)}:  # type: ignore[type-abstract]
        setattr(kind, "__class__", _Kind)  # noqa: B010
        # It compares nodes by identity, as ``object`` does natively.
        for name in ("__eq__", "__hash__"):
            if kind.__dict__.get(name) is getattr(cst.CSTNode, name):
                setattr(kind, name, getattr(object, name))
    # Exchanged once: what Python knows of a class is forgotten with each change to it.
    setattr(cst.CSTNode, "__post_init__", _check)  # noqa: B010
    # Generators, made and run to the end at each node, that yield once.
    setattr(CodegenState, "record_syntactic_position", _record_nothing)  # noqa: B010
    setattr(_BaseParenthesizedNode, "_parenthesize", _parenthesize)  # noqa: B010
    # Half of all nodes, for each of which it asks five functions.
    setattr(cst.SimpleWhitespace, "_codegen", _write_blank)  # noqa: B010


@contextmanager
def without_checks() -> Iterator[None]:
    """Let the native parser make nodes faster by a third.

    LibCST checks each node for what a person could have put together wrongly, which its parser does
    not do.
    """
    before, _Checks.wanted = _Checks.wanted, False
    try:
        with without_collections():
            yield
    finally:
        _Checks.wanted = before


@contextmanager
def without_collections() -> Iterator[None]:
    """Look for garbage only afterwards, among what was made meanwhile.

    What is known of a program is a web of objects that all stay until it is migrated; to look
    through them meanwhile takes a sixth of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Checks:
    """Whether nodes are checked that are made now."""

    wanted = True


def _check(node: cst.CSTNode) -> None:
    if _Checks.wanted:
        node._validate()


def _record_nothing(
    _state: CodegenState, _node: cst.CSTNode, **_ends: cst.CSTNode | None
) -> AbstractContextManager[None]:
    return _NOTHING


def _parenthesize(
    node: _BaseParenthesizedNode, state: CodegenState
) -> AbstractContextManager[None]:
    if node.lpar or node.rpar:
        return _WITH_PARENTHESES(node, state)
    return state.record_syntactic_position(node)


def _write_blank(blank: cst.SimpleWhitespace, state: CodegenState) -> None:
    if state.provider is None:  # of LibCST's positions, which may be those of blanks
        state.tokens.append(blank.value)
    else:
        _WRITE_BLANK(blank, state)


def _below(kind: type[cst.CSTNode]) -> Iterator[type[cst.CSTNode]]:
    for derived in kind.__subclasses__():
        yield derived
        yield from _below(derived)
