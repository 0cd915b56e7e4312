"""Checks a module: the library side of ``genai-codemod verify``."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from genai_codemod.engine.result import SourceError
from genai_codemod.shim.static_checks.arguments import Arguments
from genai_codemod.shim.static_checks.calls import Calls
from genai_codemod.shim.static_checks.closing import Closing
from genai_codemod.shim.static_checks.findings import Finding
from genai_codemod.shim.static_checks.guards import Guards
from genai_codemod.shim.static_checks.ignoring import IgnoreComments
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.lifetimes import Lifetimes
from genai_codemod.shim.static_checks.literals import Literals
from genai_codemod.shim.static_checks.roles import Roles
from genai_codemod.shim.static_checks.scopes import ModuleScopes
from genai_codemod.shim.static_checks.uses import Uses

# What ``_Check`` looks at.
_CHECKED = (
    ast.Assign, ast.AsyncFor, ast.AsyncWith, ast.Attribute, ast.Await, ast.Call, ast.Expr, ast.For,
    ast.FunctionDef, ast.Import, ast.ImportFrom, ast.Subscript, ast.With, ast.comprehension,
)  # fmt: skip
_WORDS = re.compile(rb"\bgenai\b|\bgenerativeai\b|\bgenerativelanguage\b")


def mentions_sdk(data: bytes) -> bool:
    """Whether a module can refer to the SDK, or to the retired one, at all."""
    return _WORDS.search(data) is not None


def check_source(data: bytes, path: Path | str = "<module>") -> tuple[Finding, ...]:
    """Check the bytes of one module, named ``path`` in errors; the findings in their order.

    Raises:
        SourceError: the module cannot be decoded or parsed, or is nested too deeply.
    """
    if not mentions_sdk(data):
        return ()
    try:
        return _Check(_parsed(data, str(path)), data).findings()
    except RecursionError:
        raise SourceError("is nested too deeply") from None


def _parsed(data: bytes, path: str) -> ast.Module:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data, path)
    except SyntaxError as error:
        line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
        # Newer Pythons may read what this one does not.
        running = ".".join(map(str, sys.version_info[:2]))
        raise SourceError(f"{error.msg} (in Python {running})", line, column) from None
    except (ValueError, LookupError) as error:
        raise SourceError(f"cannot be decoded: {error}") from None
    except MemoryError:
        raise SourceError("is nested too deeply") from None


class _Check:
    def __init__(self, tree: ast.Module, data: bytes) -> None:
        self._scopes = ModuleScopes(tree)
        self._lines = data.splitlines()
        self._guards = Guards(self._scopes)
        self._ignored = IgnoreComments(data, self._scopes)
        self._found: set[Finding] = set()
        self._visited: ast.AST = tree
        inference = Inference(self._scopes)
        literals = Literals(inference)
        arguments = Arguments(inference, literals, self._report)
        roles = Roles(inference, literals, self._report)
        self._calls = Calls(inference, arguments, roles, self._report)
        self._uses = Uses(self._scopes, inference, self._report)
        self._lifetimes = Lifetimes(inference, self._report)
        self._closing = Closing(inference, self._report)

    def findings(self) -> tuple[Finding, ...]:
        if self._ignored.whole:
            return ()
        for node in self._scopes.of(*_CHECKED):
            self._visited = node
            self._visit(node)
        return tuple(sorted(self._found))

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._uses.check_import(node)
            case ast.Attribute():
                self._uses.check_attribute(node)
                self._lifetimes.check_attribute(node)
            case ast.Subscript():
                self._uses.check_subscript(node)
            case ast.Assign():
                self._calls.check_assigned(node)
            case ast.Call():
                self._calls.check(node)
                self._uses.check_scheduled(node)
            case ast.Await():
                self._uses.check_await(node)
            case ast.Expr():
                self._uses.check_statement(node)
                self._closing.check_statement(node)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._uses.check_loop(node)
            case ast.With() | ast.AsyncWith():
                self._uses.check_with(node)
                self._closing.check_with(node)
            case ast.FunctionDef():
                self._lifetimes.check_function(node)

    def _report(self, node: ast.AST, check: str, message: str, suggestion: str) -> None:
        # What is wrong may stand elsewhere than the call that it is wrong for.
        places = {node, self._visited}
        if any(self._guards.expects(each, check) or self._ignored.cover(each) for each in places):
            return
        line = getattr(node, "lineno", 1)
        offset = getattr(node, "col_offset", 0)
        if isinstance(node, ast.Attribute):
            # Long chains go over several lines; the name itself is what is wrong.
            line = node.end_lineno or line
            offset = (node.end_col_offset or 0) - len(node.attr.encode())
        text = self._lines[line - 1] if line <= len(self._lines) else b""
        column = len(text[:offset].decode(errors="replace"))
        self._found.add(Finding(line, column, check, message, suggestion))
