"""What the user wants left as it is: by settings, and by comments in the code.

``# genai-codemod: ignore`` means the statement on its line, or below it when the line holds nothing
else; with ``ignore[files.upload]`` only what a rule is about in it, or the rules of an area.
``# genai-codemod: ignore-file`` means the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.rule_packs.selection import ALL, EVERYTHING, Selection, means
from genai_codemod.engine.syntax.headers import Headers
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex

Names = tuple[str, ...]

_COMMENT = re.compile(r"#\s*genai-codemod:\s*ignore(-file\b|(?!-)\b)(?:\s*\[([^\]]*)\])?")
_WHOLE_LINE = re.compile(rb"^[ \t]*#[ \t]*genai-codemod:[ \t]*ignore-file\b", re.MULTILINE)
_WORD = b"genai-codemod"
# What follows from what else is done in a file; it cannot be left out by itself.
_FOLLOWING = ("imports", "client.legacy-configure", "client.configured-for-others")


def only_follows(rule: str) -> bool:
    """Whether what a rule is about follows from what else is done in a file."""
    return any(means(name, rule) for name in _FOLLOWING)


@dataclass(frozen=True, slots=True)
class Ignores:
    """What is to be left in one module.

    ``statements`` has the names of rules for each statement with a comment, and ``whole`` says
    that nothing in the module is to be touched.
    """

    selection: Selection = EVERYTHING
    statements: Mapping[cst.CSTNode, Names] = field(default_factory=dict)
    whole: bool = False

    @property
    def anything(self) -> bool:
        return self.whole or bool(self.statements) or not self.selection.whole

    def covers(self, index: SyntaxIndex, node: cst.CSTNode, rule: str) -> bool:
        """Whether what a rule is about at a node is to be left."""
        if self.whole:
            return True
        if not only_follows(rule) and self.selection.ignores(rule):
            return True
        return self.statement(index, node, rule) is not None

    def statement(self, index: SyntaxIndex, node: cst.CSTNode, rule: str) -> cst.CSTNode | None:
        """The statement around a node in which a comment says that a rule is to be ignored."""
        if not self.statements:
            return None
        for each in (node, *index.ancestors(node)):
            if any(means(name, rule) for name in self.statements.get(each, ())):
                return each
        return None


NOTHING_IGNORED = Ignores()


def find_ignores(module: cst.Module, data: bytes, selection: Selection) -> Ignores:
    """What is to be left in a module, which was parsed from ``data``."""
    refused = _refused(module, selection.refused)
    if _WORD not in data:
        return Ignores(selection, refused)
    finder = _Finder()
    module.visit(finder)
    return Ignores(selection, finder.statements | refused, finder.whole)


def _refused(module: cst.Module, lines: Collection[int]) -> dict[cst.CSTNode, Names]:
    """What stands in some lines: simple statements, and the heads of others."""
    if not lines:
        return {}
    headers = Headers(SyntaxIndex(module))
    found = [node for line in lines if (node := headers.at(line)) is not None]
    return {part: (ALL,) for node in found for part in headers.parts(node)}


def ignores_file(data: bytes) -> bool:
    """Whether a module that cannot be parsed says that it is not to be touched."""
    return _WHOLE_LINE.search(data) is not None


def is_left_alone(statement: cst.SimpleStatementLine) -> bool:
    """Whether a comment says that all of a simple statement is to be left."""
    finder = _Finder()
    statement.visit(finder)
    return ALL in finder.statements.get(statement, ())


class _Finder(cst.CSTVisitor):
    """Finds the comments for us, and the innermost statements that they belong to."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: dict[cst.CSTNode, Names] = {}
        self.whole = False
        self._around: list[cst.CSTNode] = []
        self._footers: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.SimpleStatementLine() | cst.BaseCompoundStatement():
                self._around.append(node)
            case cst.Module(header=header, body=[first, *_]):
                self._lines(header, first)
            case cst.IndentedBlock(footer=footer):
                # Nothing follows that such a line could be about.
                self._footers += footer
            case cst.EmptyLine() if any(node is line for line in self._footers):
                return False
            case cst.Comment() if self._around:
                self._comment(node.value, self._around[-1])
            case cst.Comment():
                self._comment(node.value, None)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._around and original_node is self._around[-1]:
            self._around.pop()

    def _lines(self, lines: object, statement: cst.CSTNode) -> None:
        assert isinstance(lines, list | tuple)
        for line in lines:
            if isinstance(line, cst.EmptyLine) and line.comment is not None:
                self._comment(line.comment.value, statement)

    def _comment(self, text: str, statement: cst.CSTNode | None) -> None:
        found = _COMMENT.search(text)
        if found is None:
            return
        if found[1]:
            self.whole = True
        elif statement is not None:
            listed = (name.strip() for name in (found[2] or "").split(","))
            names = tuple(filter(None, listed)) if found[2] is not None else (ALL,)
            self.statements[statement] = (*self.statements.get(statement, ()), *names)
