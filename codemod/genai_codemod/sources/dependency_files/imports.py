"""Which of the packages the code of a file needs when it runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from genai_codemod.sources.dependency_files.packages import LEGACY, LEGACY_PROTOS
from genai_codemod.sources.dependency_files.parsing import parse_python

_WORDS = re.compile(rb"generative(?:ai|language)")
_MODULES = re.compile(r"google\.(?:generativeai|ai\.generativelanguage\w*)(?:\.\w+)*")
# For what cannot be parsed, such as a notebook: an import in a line of code or of JSON.
_IMPORT = re.compile(
    rb"\b(?:from|import)\b[^\n\"'#]*\bgoogle\b[^\n\"'#]*\b(generativeai|generativelanguage)"
)
_SUCCESSOR = re.compile(
    rb"\bgoogle\.genai\b|\bfrom[ \t]+google[ \t]+import\b[^\n\"'#]*\bgenai\b"
    rb"|\bfrom[ \t]+google[ \t]+import[ \t]*\([^)]*\bgenai\b"
)
# What the legacy SDK needs and the new one does not, by what is imported of it.
_BROUGHT_ALONG = {
    b"google.api_core": "google-api-core",
    b"google.protobuf": "protobuf",
    b"google.rpc": "googleapis-common-protos",
    b"googleapiclient": "google-api-python-client",
    b"grpc": "grpcio",
    b"grpc_status": "grpcio-status",
    b"httplib2": "httplib2",
    b"proto.marshal": "proto-plus",
    b"tqdm": "tqdm",
}
_BROUGHT_IMPORT = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:[\w., \t]*,[ \t]*)?(%s)\b"
    rb"|^[ \t]*from[ \t]+google[ \t]+import[ \t]+(?:\(?[\w, \t]*,[ \t]*)?(api_core|protobuf|rpc)\b"
    % b"|".join(map(re.escape, _BROUGHT_ALONG)),
    re.MULTILINE,
)


def brought_along(data: bytes) -> frozenset[str]:
    """The packages that code imports which are installed with the legacy SDK."""
    found = (each[1] or b"google." + each[2] for each in _BROUGHT_IMPORT.finditer(data))
    return frozenset(_BROUGHT_ALONG[module] for module in found)


def legacy_packages(data: bytes, *, is_python: bool) -> frozenset[str]:
    """The legacy packages that code imports, by a statement or by a string that names a module."""
    if not mentions_legacy(data):
        return frozenset()
    if is_python:
        try:
            tree = parse_python(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
        else:
            return frozenset(_package(name) for name in _modules(tree))
    words = {found[1] for found in _IMPORT.finditer(data)}
    return frozenset(_package("google." + word.decode()) for word in words)


def mentions_legacy(data: bytes) -> bool:
    """Whether a legacy package is named anywhere in a file."""
    return _WORDS.search(data) is not None


def imports_successor(data: bytes) -> bool:
    """Whether code imports the new SDK."""
    return _SUCCESSOR.search(data) is not None


def _package(module: str) -> str:
    return LEGACY if "generativeai" in module else LEGACY_PROTOS


def _modules(tree: ast.Module) -> Iterator[str]:
    """The legacy modules that a tree names, docstrings left out."""
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [] if id(node) in texts else [node.value]
        yield from (name for name in names if _MODULES.fullmatch(name.removesuffix(".*")))
