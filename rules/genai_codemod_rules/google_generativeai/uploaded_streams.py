"""Uploads of open files: the legacy SDK always began at the first byte."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import symbol_names
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod_rules.google_generativeai.opened_files import entered

_STREAMS = frozenset({
    "builtins.open", "io.open", "io.BytesIO", "tempfile.TemporaryFile",
    "tempfile.SpooledTemporaryFile", "streamlit.file_uploader",
})  # fmt: skip
_SHOWS_A_STREAM = frozenset({"getvalue", "getbuffer", "read", "readline", "seek", "write"})
_MOVES = frozenset({"read", "readline", "readlines", "seek", "write", "writelines"})
_LOOKS_ONLY = frozenset(
    {"builtins.isinstance", "builtins.print", "builtins.type", "builtins.hasattr"}
)
_FUNCTIONS = (cst.FunctionDef, cst.Lambda)
_LOOPS = (cst.For, cst.While)


def is_moved(facts: Facts, upload: cst.Call, path: cst.BaseExpression) -> bool:
    """Whether a stream may have been read or written before it is uploaded from where it is."""
    if dotted_name(path) is None or not _is_stream(facts, path):
        return False
    last = max(_events(facts, upload, path), default=None)
    return last is not None and last[1]


def _events(
    facts: Facts, upload: cst.Call, path: cst.BaseExpression
) -> Iterator[tuple[tuple[int, int], bool]]:
    """Where a stream is made, moved or set back before its upload, and if it is moved there."""
    begin = facts.index.position(upload)
    makings = [facts.index.position(made) for made in _made(facts, path)]
    yield from ((position, False) for position in makings if position < begin)
    for node in _others(facts, path):
        position = facts.index.position(node)
        moved = _moves(facts, node)
        if moved is not None and position < begin:
            yield position, moved
    for loop in facts.index.ancestors(upload):
        if isinstance(loop, _FUNCTIONS):
            return
        if isinstance(loop, _LOOPS) and not any(
            facts.index.position(loop) < position for position in makings
        ):
            yield facts.index.position(loop), True


def _moves(facts: Facts, node: cst.BaseExpression) -> bool | None:
    """Whether a use of a stream moves it, or sets it back; None for neither."""
    use = facts.use(node)
    if use.role == "attribute":
        assert isinstance(use.parent, cst.Attribute)
        call = facts.index.parents.get(use.parent)
        if not isinstance(call, cst.Call) or use.parent.attr.value not in _MOVES:
            return None
        back = use.parent.attr.value == "seek" and [literal(a.value) for a in call.args] == [0]
        return not back
    if use.role == "argument":
        call = facts.index.parents[use.parent]
        looks = isinstance(call, cst.Call) and symbol_names(facts.value(call.func)) & _LOOKS_ONLY
        return None if looks else True
    return True if use.role == "iterated" else None


def _is_stream(facts: Facts, path: cst.BaseExpression) -> bool:
    if any(symbol_names(facts.value(made.func)) & _STREAMS for made in _made(facts, path)):
        return True
    parents = (facts.index.parents.get(node) for node in _others(facts, path))
    return any(
        isinstance(parent, cst.Attribute) and parent.attr.value in _SHOWS_A_STREAM
        for parent in parents
    )


def _others(facts: Facts, path: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What is written like ``path`` in the same function."""
    text, home = source_of(path), facts.enclosing(path, *_FUNCTIONS)
    for node in facts.values:
        if node is not path and isinstance(node, cst.Name | cst.Attribute):
            if dotted_name(node) == text and facts.enclosing(node, *_FUNCTIONS) is home:
                yield node


def _made(facts: Facts, path: cst.BaseExpression) -> Iterator[cst.Call]:
    """The calls in the same function that give what is uploaded."""
    if not isinstance(path, cst.Name):
        return
    for value in assigned(facts, path):
        if isinstance(value, cst.Call):
            yield value
    home = facts.enclosing(path, *_FUNCTIONS)
    for item, _ in entered(facts, path.value):
        if isinstance(item.item, cst.Call) and facts.enclosing(item, *_FUNCTIONS) is home:
            yield item.item
