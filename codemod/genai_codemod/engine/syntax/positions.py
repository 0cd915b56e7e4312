"""Where the nodes of a module stand, as line and column."""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState

_NEWLINE = re.compile(r"\r\n?|\n")


class Positions:
    """The positions that LibCST's ``PositionProvider`` gives, for a seventh of the time.

    That one counts lines at each token and takes twice as long as parsing; this one writes the
    code once and counts lines for the few nodes that are asked for.  LibCST has no public way to
    do so, hence the private names; a test compares the two.
    """

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self._state = _State(module.default_indent, module.default_newline)
        module._codegen(self._state)

    @cached_property
    def code(self) -> str:
        """What the module is written as."""
        return "".join(self._state.tokens)

    def line(self, node: cst.CSTNode) -> int:
        """The line alone."""
        return self.of(node)[0]

    @cached_property
    def _offsets(self) -> list[int]:
        """Where in the code each token begins, and where the last one ends."""
        return [0, *accumulate(map(len, self._state.tokens))]

    @cached_property
    def _lines(self) -> list[int]:
        """Where in the code each line begins."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.code))]

    def of(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line (from 1) and column (from 0) of a node; the first for one of another module."""
        while node in self._state.inside:
            node = self._state.inside[node]
        place = self._offsets[min(self._state.starts.get(node, 0), len(self._offsets) - 1)]
        line = bisect_right(self._lines, place)
        return line, place - self._lines[line - 1]


class _State(CodegenState):
    """Writes code and notes with which token each node begins.

    ``inside`` are nodes that begin where one of their parts does.
    """

    def __init__(self, indent: str, newline: str) -> None:
        super().__init__(indent, newline)
        self.starts: dict[cst.CSTNode, int] = {}
        self.inside: dict[cst.CSTNode, cst.CSTNode] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        # Half of all nodes are blanks, which nobody asks about.
        if node.__class__ not in _BLANKS:
            self.starts[node] = len(self.tokens)

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        """Note where a node begins behind the blanks and comments that belong to it."""
        self.starts[node] = len(self.tokens)
        if start_node is not None:
            self.inside[node] = start_node
        return _NOTHING


_NOTHING = nullcontext()
_BLANKS = frozenset(
    {
        cst.Comma, cst.Comment, cst.Dot, cst.EmptyLine, cst.LeftParen, cst.LeftSquareBracket,
        cst.Newline, cst.ParenthesizedWhitespace, cst.RightParen, cst.RightSquareBracket,
        cst.SimpleWhitespace, cst.TrailingWhitespace,
    }
)  # fmt: skip
