"""Finds clients, and what they made, that are used after the client was closed.

Only what follows in the same list of statements is looked at, so what is reported certainly fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.lifetimes import is_direct_client, needs_client
from genai_codemod.shim.static_checks.scopes import Binding
from genai_codemod.shim.static_checks.values import InstanceValue

# What works without a connection, or has one of its own.
_WITHOUT_CONNECTION = frozenset({"aio", "close", "vertexai", "get_history"})


class Closing:
    """Follows the clients of one module that are closed."""

    def __init__(self, inference: Inference, report: Report) -> None:
        self._inference = inference
        self._scopes = inference.scopes
        self._report = report

    def check_with(self, node: ast.With | ast.AsyncWith) -> None:
        """``with genai.Client() as client: ...``: its end closes the client."""
        if isinstance(node, ast.AsyncWith):
            return
        for item in node.items:
            target = item.optional_vars
            if isinstance(target, ast.Name) and is_direct_client(
                item.context_expr, self._inference
            ):
                scope = self._scopes.scope_of(target)
                bindings = [b for b in scope.names.get(target.id, []) if b.node is node]
                self._closed(node, bindings, f"{target.id} is closed at the end of its with")
                self._given_away(node, target.id)
            elif isinstance(item.context_expr, ast.Name) and self._is_client(item.context_expr):
                name = item.context_expr
                bindings = self._scopes.bindings(name) or []
                self._closed(node, bindings, f"{name.id} is closed at the end of the with")

    def check_statement(self, node: ast.Expr) -> None:
        """``client.close()``."""
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="close")):
                if self._is_client(name):
                    bindings = self._scopes.bindings(name) or []
                    self._closed(node, bindings, f"{name.id} was closed before")

    def _is_client(self, node: ast.Name) -> bool:
        return self._inference.values(node) == (InstanceValue(surface.package().Client),)

    def _closed(self, node: ast.stmt, bindings: list[Binding], message: str) -> None:
        """Report what the statements after one do with a client that it closed."""
        names = {binding.name for binding in bindings}
        for use in self._uses_after(node):
            if use.id in names:
                if self._scopes.bindings(use) == bindings and self._needs_connection(use):
                    self._report(use, "lifetime", message, "use it before that")
            elif isinstance(node, ast.With) and self._is_made_in(node, use, names):
                if self._needs_connection(use):
                    self._report(use, "lifetime", message, "use this before that")

    def _uses_after(self, node: ast.stmt) -> Iterator[ast.Name]:
        function = self._scopes.function_of(node)
        for statement in self._scopes.following(node):
            for each in ast.walk(statement):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                    if self._scopes.function_of(each) is function:
                        yield each

    def _is_made_in(self, node: ast.With, use: ast.Name, clients: set[str]) -> bool:
        """Whether a name is only given what one of the clients made inside a ``with``."""
        bindings = self._scopes.bindings(use) or []
        return bool(bindings) and all(
            binding.value is not None
            and node in self._scopes.ancestors(binding.node)
            and needs_client(self._inference.values(binding.value))
            and _root(binding.value) in clients
            for binding in bindings
        )

    def _given_away(self, node: ast.With, client: str) -> None:
        """Report chats and streams that a function returns from inside the ``with``."""
        scope = self._scopes.scope_of(node)
        for each in ast.walk(node):
            if not isinstance(each, ast.Return) or self._scopes.scope_of(each) is not scope:
                continue
            if each.value is not None and needs_client(self._inference.values(each.value)):
                if _root(each.value) == client:
                    message = f"{client} is closed when this is returned, so it cannot be used"
                    self._report(each.value, "lifetime", message, "return what it gives")

    def _needs_connection(self, use: ast.Name) -> bool:
        parent = self._scopes.parents.get(use)
        if isinstance(parent, ast.Attribute):
            return parent.attr not in _WITHOUT_CONNECTION and not parent.attr.startswith("_")
        return isinstance(parent, ast.For) and parent.iter is use


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes and calls begins with."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""
