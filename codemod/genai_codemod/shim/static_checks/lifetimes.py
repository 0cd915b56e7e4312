"""Finds clients that are gone before what they made is used.

A client closes its connection when nothing refers to it any more, and what it made does not keep
it.  Only what certainly fails is reported.
"""

from __future__ import annotations

import ast

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.scopes import Binding, Scope
from genai_codemod.shim.static_checks.values import ClassValue, InstanceValue, LocalFunction, Values

_ADVICE = "keep the client where it lives as long, in a module variable or an attribute"


class Lifetimes:
    """Follows the clients of one module."""

    def __init__(self, inference: Inference, report: Report) -> None:
        self._inference = inference
        self._scopes = inference.scopes
        self._report = report

    def check_attribute(self, node: ast.Attribute) -> None:
        """``genai.Client().models``: the client is gone before the method is called."""
        if node.attr in ("aio", "close", "vertexai") or node.attr.startswith("__"):
            return
        if not surface.closes_itself() or not self._is_new_client(node.value):
            return
        message = "the client is closed before this is used, because nothing keeps it"
        method = self._scopes.parents.get(node)
        if isinstance(method, ast.Attribute) and method.attr.startswith("_"):
            return
        call = self._scopes.parents.get(method) if isinstance(method, ast.Attribute) else None
        is_done = isinstance(call, ast.Call) and not needs_client(self._inference.values(call))
        advice = "bind the client to a name first" if is_done else _ADVICE
        self._report(node, "lifetime", message, advice)

    def _is_new_client(self, node: ast.expr) -> bool:
        """Whether an expression makes a client that only this expression knows."""
        if not isinstance(node, ast.Call):
            return False
        callees = self._inference.values(node.func)
        if len(callees) != 1:
            return False
        callee = callees[0]
        if isinstance(callee, ClassValue):
            return callee.cls is surface.package().Client
        if not isinstance(callee, LocalFunction) or not isinstance(callee.node, ast.FunctionDef):
            return False
        returned = self._inference.local.returns(callee.node)
        if callee.node.decorator_list or not returned:
            return False
        return all(
            value is not node and is_direct_client(value, self._inference) for value in returned
        )

    def check_function(self, node: ast.FunctionDef) -> None:
        """A function that gives away what its own client made, and forgets the client."""
        if not surface.closes_itself() or self._inference.local.is_generator(node):
            return
        scope = self._scopes.scopes[node]
        for name, bindings in scope.names.items():
            if self._is_forgotten_client(name, bindings, scope):
                self._made_by(name, node, scope)

    def _is_forgotten_client(self, name: str, bindings: list[Binding], scope: Scope) -> bool:
        """Whether a local name is a client, and only used to reach its parts."""
        if not all(
            each.kind == "assign"
            and each.value is not None
            and not each.elsewhere
            and not each.path
            and is_direct_client(each.value, self._inference)
            and isinstance(each.node, ast.Assign | ast.AnnAssign)
            and not (isinstance(each.node, ast.Assign) and len(each.node.targets) > 1)
            for each in bindings
        ):
            return False
        for use in self._uses(name):
            if self._scopes.scope_of(use) is not scope:
                if self._sees(use, scope, name):
                    return False
            elif not isinstance(self._scopes.parents.get(use), ast.Attribute):
                return False
        return True

    def _uses(self, name: str) -> list[ast.Name]:
        return [
            node
            for node in self._scopes.of(ast.Name)
            if node.id == name and isinstance(node.ctx, ast.Load)
        ]

    def _sees(self, use: ast.Name, scope: Scope, name: str) -> bool:
        """Whether a use in another scope means the name of this one."""
        inner: Scope | None = self._scopes.scope_of(use)
        while inner is not None and inner is not scope:
            if name in inner.names:
                return False
            inner = inner.outer
        return inner is scope

    def _made_by(self, name: str, node: ast.FunctionDef, scope: Scope) -> None:
        made = {name}
        for other, bindings in scope.names.items():
            if len(bindings) == 1 and bindings[0].kind == "assign" and not bindings[0].path:
                if self._depends(bindings[0].value, made):
                    made.add(other)
        for value in self._inference.local.returns(node):
            if self._depends(value, made) and not self._is_name(value, name):
                self._lost(value, name)
        for each in ast.walk(node):
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Attribute):
                if self._depends(each.value, made) and self._scopes.scope_of(each) is scope:
                    self._lost(each.value, name)

    def _lost(self, node: ast.expr, name: str) -> None:
        message = f"{name} is closed when this function ends, so this cannot be used afterwards"
        self._report(node, "lifetime", message, _ADVICE)

    @staticmethod
    def _is_name(node: ast.expr, name: str) -> bool:
        return isinstance(node, ast.Name) and node.id == name

    def _depends(self, node: ast.expr | None, made: set[str]) -> bool:
        """Whether an expression is a chat, a stream or a part of one of these clients."""
        if node is None or not needs_client(self._inference.values(node)):
            return False
        root: ast.expr = node
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        return isinstance(root, ast.Name) and root.id in made


def is_direct_client(node: ast.expr, inference: Inference) -> bool:
    """Whether an expression is ``genai.Client(...)`` itself."""
    if not isinstance(node, ast.Call):
        return False
    callees = inference.values(node.func)
    return len(callees) == 1 and callees[0] == ClassValue(surface.package().Client)


_PARTS = frozenset(
    {
        "Models",
        "Chats",
        "Chat",
        "Files",
        "Caches",
        "Batches",
        "Tunings",
        "Operations",
        "FileSearchStores",
    }
)


def needs_client(values: Values) -> bool:
    """Whether a value sends requests when it is used; asynchronous clients stay open."""
    if len(values) != 1 or not isinstance(values[0], InstanceValue) or values[0].cls is None:
        return False
    cls = values[0].cls
    if cls.__module__ == "collections.abc" and cls.__name__ in ("Iterator", "Generator"):
        return True
    return surface.is_ours(cls) and cls.__name__ in _PARTS
