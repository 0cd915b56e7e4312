"""Checks who speaks in a conversation: the server, or the chat, takes user and model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.literals import Literals, NotLiteralError
from genai_codemod.shim.static_checks.values import ClassValue

# The arguments that hold what was said, unlike system instructions, where no role is looked at.
CONVERSATIONS = frozenset({"contents", "history", "turns"})
# A chat takes the first two only; the server takes the others for results of functions.
_SPEAKERS = frozenset({"user", "model"})
_ROLES = _SPEAKERS | {"function", "tool"}
_MODEL_NAMES = frozenset({"assistant", "ai", "bot", "chatbot", "gemini", "agent"})


class Roles:
    """Checks the roles in the conversations that a module hands to the SDK."""

    def __init__(self, inference: Inference, literals: Literals, report: Report) -> None:
        self._inference = inference
        self._literals = literals
        self._report = report

    def check(self, argument: str, node: ast.expr) -> None:
        """Check the argument of this name, one of the ``CONVERSATIONS``."""
        allowed = _SPEAKERS if argument == "history" else _ROLES
        for content in self._contents(node):
            role = self._role(content)
            if role is not None:
                self._check_role(role, allowed)

    def _contents(self, node: ast.expr) -> Iterator[ast.expr]:
        node = self._literals.written(node)
        if isinstance(node, ast.List):
            for each in node.elts:
                yield from self._contents(each)
        else:
            yield node

    def _role(self, node: ast.expr) -> ast.expr | None:
        """What stands for the role in a dict, or in ``types.Content(...)``."""
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            return next((v for k, v in pairs if _is_role(k)), None)
        if isinstance(node, ast.Call):
            content = ClassValue(surface.sdk_types().Content)
            if self._inference.values(node.func) == (content,):
                return next((k.value for k in node.keywords if k.arg == "role"), None)
        return None

    def _check_role(self, node: ast.expr, allowed: frozenset[str]) -> None:
        try:
            role = self._literals.value(node)
        except NotLiteralError:
            return
        if not isinstance(role, str) or role in allowed or not role:
            return
        if role.lower() in ("system", "developer"):
            suggestion = "write it into config=types.GenerateContentConfig(system_instruction=...)"
        else:
            suggestion = 'write "model"' if role.lower() in _MODEL_NAMES else 'write "user"'
        message = f"a role is user or model, not {role!r}"
        self._report(node, "value", message, suggestion)


def _is_role(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "role"
