"""Values that stand in the code: constants, and names that are only ever given one."""

from __future__ import annotations

import ast

from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.values import EnumMember

_CHANGING = frozenset(
    {"pop", "popitem", "clear", "update", "setdefault", "remove", "append", "extend", "insert"}
)


class NotLiteralError(Exception):
    """The value of an expression is only known at run time."""


class Literals:
    """Finds the literal behind an expression."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._scopes = inference.scopes
        self._changed = {name for node in self._scopes.nodes for name in _changed_names(node)}

    def written(self, node: ast.expr) -> ast.expr:
        """The expression that a name stands for, where it is never given or changed to another."""
        seen: set[ast.expr] = set()
        while isinstance(node, ast.Name) and node not in seen:
            seen.add(node)
            bindings = self._scopes.bindings(node) or []
            if len(bindings) != 1 or node.id in self._changed:
                return node
            binding = bindings[0]
            if binding.kind != "assign" or binding.path or binding.value is None:
                return node
            node = binding.value
        return node

    def value(self, node: ast.expr) -> object:
        """The value of a literal.

        Raises:
            NotLiteralError: it is only known at run time.
        """
        node = self.written(node)
        if isinstance(node, ast.Attribute):
            found = self._inference.values(node)
            if len(found) == 1 and isinstance(found[0], EnumMember) and found[0].member is not None:
                return found[0].member
            raise NotLiteralError
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            raise NotLiteralError from None


def _changed_names(node: ast.AST) -> list[str]:
    """The names whose lists and dicts a node changes in place."""
    target: ast.AST | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value if node.func.attr in _CHANGING else None
    elif isinstance(node, ast.AugAssign):
        target = node.target
    return [target.id] if isinstance(target, ast.Name) else []
