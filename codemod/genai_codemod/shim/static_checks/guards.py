"""Code that expects to fail: what is tried, tested for, or asserted to raise."""

from __future__ import annotations

import ast

from genai_codemod.shim.static_checks.scopes import ModuleScopes

_FOR_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_FOR_ATTRIBUTES = frozenset({"AttributeError", "Exception", "BaseException"})
_FOR_ARGUMENTS = frozenset({"TypeError", "ValueError", "ValidationError"})


class Guards:
    """Knows where in a module a mistake is foreseen."""

    def __init__(self, scopes: ModuleScopes) -> None:
        self._scopes = scopes
        self._tested = {name for call in scopes.of(ast.Call) for name in _tested_names(call)}
        self._narrowed = {text for call in scopes.of(ast.Call) for text in _narrowed(call)}

    def expects(self, node: ast.AST, check: str) -> bool:
        """Whether the code around a node provides for this kind of mistake there."""
        if check == "legacy":
            return False
        name = getattr(node, "attr", None) or getattr(node, "name", None)
        if check in ("attribute", "import") and name in self._tested:
            return True
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and ast.unparse(value) in self._narrowed:
            return True
        child = node
        for parent in self._scopes.ancestors(node):
            if isinstance(parent, ast.Try) and child in parent.body:
                if self._caught(parent) & _foreseen(check):
                    return True
            if isinstance(parent, ast.With | ast.AsyncWith) and child in parent.body:
                if any(_is_raises(item.context_expr) for item in parent.items):
                    return True
            child = parent
        return False

    @staticmethod
    def _caught(node: ast.Try) -> set[str]:
        found: set[str] = set()
        for handler in node.handlers:
            if handler.type is None:
                found.add("Exception")
                continue
            types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            found |= {_last_name(each) for each in types}
        return found


def _foreseen(check: str) -> frozenset[str]:
    """The exceptions that tell that the author knows of a mistake; a broad one does not always."""
    if check == "import":
        return _FOR_IMPORTS
    if check == "attribute":
        return _FOR_ATTRIBUTES - {"Exception", "BaseException"}
    if check in ("argument", "field", "value"):
        return _FOR_ARGUMENTS - {"ValueError"}
    return frozenset()


def _tested_names(node: ast.Call) -> list[str]:
    """The names in ``hasattr(x, "name")`` and ``getattr(x, "name", ...)``."""
    if isinstance(node.func, ast.Name) and len(node.args) > 1:
        if node.func.id in ("hasattr", "getattr") and isinstance(node.args[1], ast.Constant):
            return [str(node.args[1].value)]
    return []


def _narrowed(node: ast.Call) -> list[str]:
    """The expression in ``isinstance(x, ...)``: it is not only what it seems to be."""
    if isinstance(node.func, ast.Name) and node.args:
        if node.func.id in ("isinstance", "type", "callable"):
            return [ast.unparse(node.args[0])]
    return []


def _is_raises(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last_name(node.func) in ("raises", "assertRaises")


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
