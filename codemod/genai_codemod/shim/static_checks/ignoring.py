"""The comments that leave code alone: the same ones that ``migrate`` obeys."""

from __future__ import annotations

import ast
import io
import re
import tokenize

from genai_codemod.shim.static_checks.scopes import ModuleScopes

RULE = "sdk.refused"
_NAMES = frozenset({"ALL", "sdk", RULE})
# Markers have no colon behind that word.
_WORD = b"genai-codemod:"
_COMMENT = re.compile(r"#\s*genai-codemod:\s*ignore(-file\b|(?!-)\b)(?:\s*\[([^\]]*)\])?")


class IgnoreComments:
    """The lines of a module that say that they are to be left."""

    def __init__(self, data: bytes, scopes: ModuleScopes) -> None:
        self._scopes = scopes
        self._own_lines: set[int] = set()
        self._lines: set[int] = set()
        self.whole = False
        if _WORD in data:
            self._read(data)

    def cover(self, node: ast.AST) -> bool:
        """Whether a comment means the statement of a node, or one around it."""
        if not self._lines:
            return False
        for each in (node, *self._scopes.ancestors(node)):
            if isinstance(each, ast.stmt) and self._means(each):
                return True
        return False

    def _means(self, statement: ast.stmt) -> bool:
        body = getattr(statement, "body", None)
        end = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
        own = range(statement.lineno, max(end, statement.lineno) + 1)
        return statement.lineno - 1 in self._own_lines or any(n in self._lines for n in own)

    def _read(self, data: bytes) -> None:
        try:
            tokens = list(tokenize.tokenize(io.BytesIO(data).readline))
        except (tokenize.TokenError, SyntaxError):
            return
        for token in tokens:
            match = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
            if match is None:
                continue
            named = {name.strip() for name in (match[2] or "ALL").split(",")}
            if match[1]:
                self.whole = True
            elif named & _NAMES:
                self._lines.add(token.start[0])
                if not token.line[: token.start[1]].strip():
                    self._own_lines.add(token.start[0])
