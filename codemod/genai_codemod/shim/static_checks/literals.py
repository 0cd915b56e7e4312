"""Values that stand in the code: constants, and names that are only ever given one."""

from __future__ import annotations

import ast

from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.values import EnumMember


class NotLiteralError(Exception):
    """The value of an expression is only known at run time."""


class Literals:
    """Finds the literal behind an expression."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._scopes = inference.scopes
        self._dicts: dict[ast.Call, ast.Dict] = {}
        self._keywords: dict[ast.Call, list[ast.keyword]] = {}

    def written(self, node: ast.expr) -> ast.expr:
        """The expression that a name stands for, where it is never given or changed to another."""
        seen: set[ast.expr] = set()
        while isinstance(node, ast.Name) and node not in seen:
            seen.add(node)
            bindings = self._scopes.bindings(node) or []
            if len(bindings) != 1 or node.id in self._inference.changed:
                return node
            binding = bindings[0]
            if binding.kind != "assign" or binding.path or binding.value is None:
                return node
            node = binding.value
        if isinstance(node, ast.Call) and self._makes_dict(node):
            return self._as_display(node)
        return node

    def keywords(self, node: ast.Call) -> list[ast.keyword]:
        """The keywords of a call, with those of dicts that are written out and unpacked."""
        if node not in self._keywords:
            self._keywords[node] = [one for each in node.keywords for one in self._named(each)]
        return self._keywords[node]

    def _named(self, keyword: ast.keyword) -> list[ast.keyword]:
        unpacked = self.written(keyword.value) if keyword.arg is None else None
        if not isinstance(unpacked, ast.Dict):
            return [keyword]
        found: list[ast.keyword] = []
        for key, value in zip(unpacked.keys, unpacked.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return [keyword]
            named = ast.copy_location(ast.keyword(key.value, value), key)
            self._scopes.parents[named] = unpacked
            found.append(named)
        return found

    def _makes_dict(self, node: ast.Call) -> bool:
        """Whether a call is ``dict(a=1, **others)``."""
        name = node.func
        if not isinstance(name, ast.Name) or name.id != "dict" or node.args:
            return False
        return self._scopes.bindings(name) == []

    def _as_display(self, node: ast.Call) -> ast.Dict:
        """The same as ``{"a": 1, **others}``."""
        if node not in self._dicts:
            made = ast.Dict([], [])
            for keyword in node.keywords:
                key = ast.copy_location(ast.Constant(keyword.arg), keyword) if keyword.arg else None
                if key is not None:
                    self._scopes.parents[key] = keyword
                made.keys.append(key)
                made.values.append(keyword.value)
            self._scopes.parents[made] = self._scopes.parents[node]
            self._dicts[node] = ast.copy_location(made, node)
        return self._dicts[node]

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
