"""Literals of text are read as LibCST reads them, only faster."""

from __future__ import annotations

import libcst as cst
import pytest

from genai_codemod.engine.syntax.strings import is_bytes, raw_text, text_of

LITERALS = (
    '""', "''", '""""""', "''''''", "'a'", '"a\'b"', '"""a"""', '""""a"""', '"""""a b"""',
    "'''a\n'b'''", "r'x'", 'Rb"q"', "u''", "rb''''x'''", "BR'''x'''", "b''", "'\\n'", "r'\\n'",
)  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
def test_what_stands_between_the_quotes_is_what_libcst_says(literal: str) -> None:
    node = cst.SimpleString(literal)
    assert raw_text(node) == node.raw_value
    assert text_of(node) == node.evaluated_value
    assert is_bytes(node) is ("b" in node.prefix)
