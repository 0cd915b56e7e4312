"""Breaks the calls that the engine wrote over several lines where one would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import SyntaxIndex
from genai_codemod.engine.template import WrittenCall

WIDTHS = (79, 88, 100, 120)
Item = TypeVar("Item", cst.Arg, cst.BaseElement, cst.BaseDictElement)


class Layout:
    """Knows how deep each statement stands and how wide the file's own lines are."""

    def __init__(self, index: SyntaxIndex) -> None:
        self.index = index
        self.indent = len(index.module.default_indent.expandtabs(4))
        code = [line for line in index.module.code.splitlines() if "http" not in line]
        longest = max((len(line) for line in code), default=0)
        self.width = next((width for width in WIDTHS[1:-1] if longest <= width), WIDTHS[-2])

    def statement(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        """``node``, with the calls that were written into it broken where they do not fit."""
        if not isinstance(node, cst.SimpleStatementLine):
            return node
        depth = sum(isinstance(p, cst.IndentedBlock) for p in self.index.ancestors(original))
        first = source_of(node.with_changes(leading_lines=())).splitlines()
        margin = depth * self.indent
        long = any(len(line) + margin > self.width for line in first)
        broken = node.visit(_Breaker(self.width - margin, self.indent, long=long))
        assert isinstance(broken, cst.SimpleStatementLine)
        return broken


class _Breaker(cst.CSTTransformer):
    """Breaks written calls: all that are too long, and those that hold several lines already."""

    def __init__(self, width: int, indent: int, *, long: bool) -> None:
        super().__init__()
        self.width = width
        self.indent = indent
        self.long = long

    def visit_WrittenCall(self, node: WrittenCall) -> bool:
        return False

    def leave_WrittenCall(
        self, original_node: WrittenCall, updated_node: cst.Call
    ) -> cst.BaseExpression:
        del updated_node
        if self.long or "\n" in source_of(original_node):
            return self._call(original_node, 0)
        return original_node

    def _expression(self, value: cst.BaseExpression, depth: int, room: int) -> cst.BaseExpression:
        text = source_of(value)
        if "#" in text and "\n" in text:
            return value
        if "\n" not in text and len(text) <= room:
            return value
        if isinstance(value, cst.Call):
            return self._call(value, depth) if isinstance(value, WrittenCall) else value
        if isinstance(value, cst.List) and value.elements:
            opened = cst.LeftSquareBracket(whitespace_after=self._line(depth + 1))
            elements = self._items(value.elements, depth)
            return value.with_changes(
                elements=elements, lbracket=opened, rbracket=cst.RightSquareBracket()
            )
        if isinstance(value, cst.Dict) and value.elements:
            brace = cst.LeftCurlyBrace(whitespace_after=self._line(depth + 1))
            return value.with_changes(
                elements=self._items(value.elements, depth),
                lbrace=brace,
                rbrace=cst.RightCurlyBrace(),
            )
        return value

    def _call(self, node: cst.Call, depth: int) -> cst.Call:
        if not node.args:
            return node
        func = node.func.visit(self)
        assert isinstance(func, cst.BaseExpression)
        if len(node.args) == 1 and isinstance(node.args[0].value, cst.List | cst.Dict):
            (argument,) = node.args
            if argument.keyword is None and not argument.star:
                value = self._expression(argument.value, depth, 0)
                return node.with_changes(func=func, args=[argument.with_changes(value=value)])
        args = self._items(node.args, depth)
        return node.with_changes(
            func=func, args=args, whitespace_before_args=self._line(depth + 1)
        )

    def _items(self, items: Sequence[Item], depth: int) -> list[Item]:
        """Arguments or elements on a line each, with a comma behind the last."""
        room = self.width - (depth + 1) * self.indent
        result = []
        for position, item in enumerate(items):
            label = len(source_of(item)) - len(source_of(item.value))
            value = self._expression(item.value, depth + 1, room - max(label, 0) - 1)
            last = position == len(items) - 1
            after = self._line(depth if last else depth + 1)
            comma = cst.Comma(whitespace_after=after)
            result.append(item.with_changes(value=value, comma=comma))
        return result

    def _line(self, depth: int) -> cst.ParenthesizedWhitespace:
        return cst.ParenthesizedWhitespace(
            first_line=cst.TrailingWhitespace(),
            indent=True,
            last_line=cst.SimpleWhitespace(" " * (depth * self.indent)),
        )
