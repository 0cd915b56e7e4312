"""Breaks the calls that the engine wrote over several lines where one would be too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import libcst as cst

from genai_codemod.engine.rule_packs.template import WrittenCall, WrittenDict, WrittenList
from genai_codemod.engine.syntax.comments import beside
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex, source_of

WIDTHS = (79, 88, 100, 120)
Item = TypeVar("Item", cst.Arg, cst.BaseElement, cst.BaseDictElement)


class Layout:
    """Knows how deep each statement stands and how wide the file's own lines are."""

    def __init__(self, index: SyntaxIndex) -> None:
        self.index = index
        self.comments: dict[cst.CSTNode, Comments] = {}
        self.indent = len(index.module.default_indent.expandtabs(4))
        code = [line for line in index.code.splitlines() if "http" not in line]
        longest = max((len(line) for line in code), default=0)
        self.width = next((width for width in WIDTHS[1:-1] if longest <= width), WIDTHS[-2])

    def statement(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        """``node``, with the calls that were written into it broken where they do not fit."""
        if not isinstance(node, cst.SimpleStatementLine):
            return node
        depth = sum(isinstance(p, cst.IndentedBlock) for p in self.index.ancestors(original))
        first = source_of(node.with_changes(leading_lines=())).splitlines()
        if source_of(original).strip() == source_of(node).strip():
            return node
        margin = depth * self.indent
        long = any(len(line) + margin > self.width for line in first)
        breaker = _Breaker(self.width - margin, self.indent, self.comments, first, long=long)
        broken = node.visit(breaker)
        assert isinstance(broken, cst.SimpleStatementLine)
        return broken

    def remember(self, node: cst.Call | cst.Dict | cst.List) -> None:
        """Note the comments beside the arguments or elements of a node, by their values."""
        items: Sequence[cst.Arg | cst.BaseElement | cst.BaseDictElement]
        if isinstance(node, cst.Call):
            items, opening = node.args, node.whitespace_before_args
            closing = node.args[-1].whitespace_after_arg if node.args else opening
        elif isinstance(node, cst.Dict):
            items, opening = node.elements, node.lbrace.whitespace_after
            closing = node.rbrace.whitespace_before
        else:
            items, opening = node.elements, node.lbracket.whitespace_after
            closing = node.rbracket.whitespace_before
        above = _comment_lines(opening)
        for item in items:
            after: cst.CSTNode | None = None
            if isinstance(item.comma, cst.Comma):
                after = item.comma.whitespace_after
            beside = _first_comment(after)
            if item is items[-1] and beside is None:
                beside = _first_comment(closing)
            if above or beside:
                self.comments[item.value] = Comments(tuple(above), beside)
            above = _comment_lines(after)


@dataclass(frozen=True, slots=True)
class Comments:
    """The comment lines above an argument or element, and the one behind it."""

    above: tuple[str, ...]
    beside: str | None


def _comment_lines(node: object) -> list[str]:
    if not isinstance(node, cst.ParenthesizedWhitespace):
        return []
    return [line.comment.value for line in node.empty_lines if line.comment is not None]


def _first_comment(node: object) -> str | None:
    if not isinstance(node, cst.ParenthesizedWhitespace) or node.first_line.comment is None:
        return None
    return node.first_line.comment.value


class _Breaker(cst.CSTTransformer):
    """Breaks written calls: all that are too long, and those that hold several lines already."""

    def __init__(
        self,
        width: int,
        indent: int,
        comments: Mapping[cst.CSTNode, Comments],
        lines: Sequence[str],
        *,
        long: bool,
    ) -> None:
        super().__init__()
        self.width = width
        self.indent = indent
        self.comments = comments
        self.lines = lines
        self.long = long

    def visit_WrittenCall(self, node: WrittenCall) -> bool:
        return False

    def leave_WrittenCall(
        self, original_node: WrittenCall, updated_node: cst.Call
    ) -> cst.BaseExpression:
        del updated_node
        if self._must_break(original_node):
            return self._call(original_node, self._depth(original_node))
        return original_node

    def _must_break(self, node: cst.BaseExpression) -> bool:
        """Whether ``node`` holds several lines or comments, or stands on a line too long."""
        if "\n" in source_of(node) or self._commented(node):
            return True
        return self.long and len(self._line_of(node)) > self.width

    def _line_of(self, node: cst.CSTNode) -> str:
        """The line of the statement on which ``node`` begins."""
        begin = source_of(node).partition("\n")[0]
        return next((line for line in self.lines if begin in line), " " * (self.width + 1))

    def _depth(self, node: cst.CSTNode) -> int:
        """How deep the line of the statement is indented on which ``node`` begins."""
        line = self._line_of(node)
        return (
            0
            if line.isspace()
            else (len(line) - len(line.lstrip())) // self.indent
            if self.indent
            else 0
        )

    def visit_WrittenDict(self, node: WrittenDict) -> bool:
        return False

    def leave_WrittenDict(
        self, original_node: WrittenDict, updated_node: cst.Dict
    ) -> cst.BaseExpression:
        return self._display(original_node)

    def visit_WrittenList(self, node: WrittenList) -> bool:
        return False

    def leave_WrittenList(
        self, original_node: WrittenList, updated_node: cst.List
    ) -> cst.BaseExpression:
        return self._display(original_node)

    def _display(self, node: WrittenDict | WrittenList) -> cst.BaseExpression:
        if self._must_break(node):
            return self._expression(node, self._depth(node), 0)
        return node

    def _expression(self, value: cst.BaseExpression, depth: int, room: int) -> cst.BaseExpression:
        text = source_of(value)
        if "#" in text and "\n" in text:
            return _moved(value, depth * self.indent)
        if "\n" not in text and len(text) <= room and not self._commented(value):
            return value
        if isinstance(value, WrittenCall):
            return self._call(value, depth)
        if isinstance(value, cst.Await):
            awaited = self._expression(value.expression, depth, room - len("await "))
            return value.with_changes(expression=awaited)
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
        return _moved(value, depth * self.indent)

    def _call(self, node: cst.Call, depth: int) -> cst.Call:
        if not node.args:
            return node
        func = node.func.visit(self)
        assert isinstance(func, cst.BaseExpression)
        if _gives_a_name(node) and not self._commented(node):
            return node.with_changes(func=func)
        if len(node.args) == 1 and isinstance(node.args[0].value, cst.List | cst.Dict):
            (argument,) = node.args
            if argument.keyword is None and not argument.star:
                value = self._expression(argument.value, depth, 0)
                return node.with_changes(func=func, args=[argument.with_changes(value=value)])
        args = self._items(node.args, depth)
        opening = self._line(depth + 1)
        if (first := self.comments.get(node.args[0].value)) is not None and first.above:
            opening = self._above(opening, first.above)
        return node.with_changes(func=func, args=args, whitespace_before_args=opening)

    def _items(self, items: Sequence[Item], depth: int) -> list[Item]:
        """Arguments or elements on a line each, with a comma behind the last."""
        room = self.width - (depth + 1) * self.indent
        result: list[Item] = []
        notes = [self.comments.get(item.value) for item in items]
        for position, item in enumerate(items):
            label = len(source_of(item)) - len(source_of(item.value))
            value = self._expression(item.value, depth + 1, room - max(label, 0) - 1)
            last = position == len(items) - 1
            after = self._line(depth if last else depth + 1)
            note, following = notes[position], None if last else notes[position + 1]
            if note is not None and note.beside is not None:
                after = after.with_changes(first_line=beside(note.beside))
            if following is not None and following.above:
                after = self._above(after, following.above)
            comma = cst.Comma(whitespace_after=after)
            result.append(item.with_changes(value=value, comma=comma))
        return result

    def _commented(self, value: cst.CSTNode) -> bool:
        if isinstance(value, cst.Call):
            return any(self._known(argument.value) for argument in value.args)
        if isinstance(value, cst.List | cst.Dict):
            return any(self._known(element.value) for element in value.elements)
        return False

    def _known(self, value: cst.BaseExpression) -> bool:
        return value in self.comments or self._commented(value)

    @staticmethod
    def _above(
        line: cst.ParenthesizedWhitespace, texts: Sequence[str]
    ) -> cst.ParenthesizedWhitespace:
        lines = [
            cst.EmptyLine(indent=True, whitespace=line.last_line, comment=cst.Comment(text))
            for text in texts
        ]
        return line.with_changes(empty_lines=lines)

    def _line(self, depth: int) -> cst.ParenthesizedWhitespace:
        return cst.ParenthesizedWhitespace(
            first_line=cst.TrailingWhitespace(),
            indent=True,
            last_line=cst.SimpleWhitespace(" " * (depth * self.indent)),
        )


def _gives_a_name(node: cst.Call) -> bool:
    """Whether a call has nothing but a name in its brackets, which is not worth a line."""
    (first, *others) = node.args
    return not others and isinstance(first.value, cst.Name) and first.keyword is None


def _moved(value: cst.BaseExpression, margin: int) -> cst.BaseExpression:
    """An expression of several lines whose last bracket stands ``margin`` in, or further."""
    lines: list[cst.ParenthesizedWhitespace] = []
    value.visit(_Lines(lines))
    missing = margin - min((len(line.last_line.value) for line in lines), default=margin)
    if missing <= 0:
        return value
    moved = value.visit(_Mover(" " * missing))
    assert isinstance(moved, cst.BaseExpression)
    return moved


class _Lines(cst.CSTVisitor):
    """Collects the line breaks between brackets."""

    def __init__(self, found: list[cst.ParenthesizedWhitespace]) -> None:
        super().__init__()
        self.found = found

    def visit_ParenthesizedWhitespace(self, node: cst.ParenthesizedWhitespace) -> None:
        self.found.append(node)


class _Mover(cst.CSTTransformer):
    """Indents the lines between brackets further."""

    def __init__(self, margin: str) -> None:
        super().__init__()
        self.margin = margin

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        del original_node
        last = cst.SimpleWhitespace(self.margin + updated_node.last_line.value)
        empty = [
            line
            if line.comment is None
            else line.with_changes(
                whitespace=cst.SimpleWhitespace(self.margin + line.whitespace.value)
            )
            for line in updated_node.empty_lines
        ]
        return updated_node.with_changes(last_line=last, empty_lines=empty)
