"""Breaks the calls that the engine wrote over several lines where one would be too long."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import SyntaxIndex

WIDTH = 100
_OPEN = cst.LeftParen
_BROKEN = (cst.Call, cst.List, cst.Dict)


class Layout:
    """Knows how deep each statement stands and how wide the file's own lines are."""

    def __init__(self, index: SyntaxIndex) -> None:
        self.index = index
        self.indent = index.module.default_indent
        longest = max((len(line) for line in index.module.code.splitlines()), default=0)
        self.width = 88 if longest <= 88 else WIDTH

    def statement(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        """``node``, with its outermost calls broken if it does not fit on a line."""
        if not isinstance(node, cst.SimpleStatementLine):
            return node
        margin = self._depth(original) * len(self.indent.expandtabs(4))
        bare = node.with_changes(leading_lines=[])
        lines = source_of(bare).splitlines()
        before = source_of(original.with_changes(leading_lines=[])) if _is_line(original) else ""
        known = set(before.splitlines())
        if all(len(line) + margin <= self.width or line in known for line in lines):
            return node
        broken = node.visit(_Breaker(self.width - margin, self.indent, known))
        assert isinstance(broken, cst.SimpleStatementLine)
        return broken

    def _depth(self, node: cst.CSTNode) -> int:
        return sum(isinstance(p, cst.IndentedBlock) for p in self.index.ancestors(node))


def _is_line(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine)


class _Breaker(cst.CSTTransformer):
    """Breaks the first call that is too long; nested ones as long as they do not fit."""

    def __init__(self, width: int, indent: str, known: set[str]) -> None:
        super().__init__()
        self.width = width
        self.indent = len(indent.expandtabs(4))
        self.known = known
        self.depth = 0

    def visit_Call(self, node: cst.Call) -> bool:
        return False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return self._call(updated_node, self.depth)

    def _call(self, node: cst.Call, depth: int) -> cst.Call:
        if not node.args or "\n" in source_of(node) and source_of(node) in self.known:
            return node
        if any("\n" in source_of(argument) for argument in node.args) and _is_broken(node):
            return node
        room = self.width - (depth + 1) * self.indent
        inner = _newline(self.indent_text(depth + 1))
        args = []
        last = len(node.args) - 1
        if last == 0 and not node.args[0].keyword and not isinstance(node.args[0].value, _BROKEN):
            value = node.args[0].value
            if isinstance(value, cst.BaseString | cst.Name):
                return node
        for position, argument in enumerate(node.args):
            value = argument.value
            if len(source_of(argument)) > room:
                value = self._expression(value, depth + 1)
            after = _newline(self.indent_text(depth)) if position == last else inner
            comma: cst.Comma | cst.MaybeSentinel = cst.Comma(whitespace_after=after)
            if argument.star or (position == last and isinstance(value, cst.GeneratorExp)):
                comma = cst.Comma(whitespace_after=after)
            args.append(argument.with_changes(value=value, comma=comma))
        return node.with_changes(args=args, whitespace_before_args=inner)

    def _expression(self, value: cst.BaseExpression, depth: int) -> cst.BaseExpression:
        if isinstance(value, cst.Call):
            return self._call(value, depth)
        if "\n" in source_of(value):
            return value
        if isinstance(value, cst.List) and value.elements:
            return self._list(value, depth)
        if isinstance(value, cst.Dict) and value.elements:
            return self._dict(value, depth)
        return value

    def _list(self, value: cst.List, depth: int) -> cst.List:
        inner = _newline(self.indent_text(depth + 1))
        room = self.width - (depth + 1) * self.indent
        elements = []
        for position, element in enumerate(value.elements):
            after = (
                _newline(self.indent_text(depth)) if position == len(value.elements) - 1 else inner
            )
            item = element.value
            if len(source_of(item)) > room:
                item = self._expression(item, depth + 1)
            comma = cst.Comma(whitespace_after=after)
            elements.append(element.with_changes(value=item, comma=comma))
        return value.with_changes(
            elements=elements, lbracket=cst.LeftSquareBracket(whitespace_after=inner)
        )

    def _dict(self, value: cst.Dict, depth: int) -> cst.Dict:
        inner = _newline(self.indent_text(depth + 1))
        room = self.width - (depth + 1) * self.indent
        elements = []
        for position, element in enumerate(value.elements):
            after = (
                _newline(self.indent_text(depth)) if position == len(value.elements) - 1 else inner
            )
            item = element.value
            if len(source_of(element)) > room:
                item = self._expression(item, depth + 1)
            comma = cst.Comma(whitespace_after=after)
            elements.append(element.with_changes(value=item, comma=comma))
        return value.with_changes(
            elements=elements, lbrace=cst.LeftCurlyBrace(whitespace_after=inner)
        )

    def indent_text(self, depth: int) -> str:
        return " " * (depth * self.indent)


def _is_broken(node: cst.Call) -> bool:
    return isinstance(node.whitespace_before_args, cst.ParenthesizedWhitespace)


def _newline(indent: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(),
        indent=True,
        last_line=cst.SimpleWhitespace(indent),
    )
