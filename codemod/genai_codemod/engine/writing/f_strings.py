"""F-strings whose expressions were edited."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import source_of


def readable(original: cst.FormattedString, updated: cst.FormattedString) -> cst.FormattedString:
    """An f-string after edits in it, written so that every version of Python can read it."""
    swapped = updated.visit(_QuoteSwapper(original.end))
    assert isinstance(swapped, cst.FormattedString)
    parts: list[cst.BaseFormattedStringContent] = []
    for before, after in zip(original.parts, swapped.parts, strict=True):
        parts += _with_old_name(before, after, original.end)
    return swapped.with_changes(parts=parts)


def _with_old_name(
    before: cst.BaseFormattedStringContent, after: cst.BaseFormattedStringContent, end: str
) -> list[cst.BaseFormattedStringContent]:
    """``{old=}`` prints the expression, too: after an edit the text that it printed is spelled out.

    An expression that holds what a text may not hold stays as it is.
    """
    if not isinstance(before, cst.FormattedStringExpression) or before.equal is None:
        return [after]
    assert isinstance(after, cst.FormattedStringExpression)
    text = "".join(
        source_of(node)
        for node in (
            before.whitespace_before_expression,
            before.expression,
            before.whitespace_after_expression,
            before.equal,
        )
    )
    if after.expression.deep_equals(before.expression) or end in text or "\\" in text:
        return [after]
    plain = after.with_changes(equal=None)
    if after.conversion is None and after.format_spec is None:
        plain = plain.with_changes(conversion="r")
    return [cst.FormattedStringText(text.replace("{", "{{").replace("}", "}}")), plain]


class _QuoteSwapper(cst.CSTTransformer):
    """Before Python 3.12 a string inside an f-string must use other quotes than that."""

    def __init__(self, quote: str) -> None:
        super().__init__()
        self.quote = quote

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        del original_node
        other = "'" if self.quote == '"' else '"'
        if updated_node.quote != self.quote or len(self.quote) > 1:
            return updated_node
        inner = updated_node.raw_value
        if other in inner or "\\" in inner:
            return updated_node
        return updated_node.with_changes(value=f"{updated_node.prefix}{other}{inner}{other}")
