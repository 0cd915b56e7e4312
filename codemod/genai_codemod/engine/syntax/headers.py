"""The statements of a module by their lines; a compound one is what stands before its body."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import SyntaxIndex

_COMPOUND = (
    cst.ClassDef, cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.For,
    cst.FunctionDef, cst.If, cst.Match, cst.MatchCase, cst.Try, cst.TryStar, cst.While, cst.With,
)  # fmt: skip
_PARTS_APART = (*_COMPOUND, cst.BaseSuite)


class Headers:
    """Finds the statement that a line belongs to, and what of it is not a statement itself."""

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index
        nodes = index.nodes(cst.SimpleStatementLine, *_COMPOUND)
        found = sorted(((index.line(node), order) for order, node in enumerate(nodes)))
        self._lines = [line for line, _ in found]
        self._nodes = [nodes[order] for _, order in found]

    def at(self, line: int) -> cst.CSTNode | None:
        """The statement that a line (from 1) belongs to."""
        position = bisect_right(self._lines, line)
        return self._nodes[position - 1] if position else None

    def line(self, statement: cst.CSTNode) -> int:
        """The line that a statement begins in."""
        return self._index.line(statement)

    def parts(self, statement: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """A simple statement, or the expressions of a compound one that stand before its body."""
        if isinstance(statement, cst.SimpleStatementLine):
            return [statement]
        return list(self._expressions(statement))

    def _expressions(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        for child in self._index.children(node):
            if isinstance(child, cst.BaseExpression):
                yield child
            elif not isinstance(child, _PARTS_APART):
                yield from self._expressions(child)

    def within(self, statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """All nodes of these parts."""
        for part in self.parts(statement):
            yield from self._index.within(part)
