"""What must hold for every migrated module, checked without the help of the engine."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

MARKER = "TODO(genai-codemod)"
LEGACY = (
    "google.generativeai",
    "google.ai.generativelanguage",
    "google.ai.generativelanguage_v1beta",
    "vertexai.caching",
    "vertexai.generative_models",
    "vertexai.language_models",
    "vertexai.preview",
    "vertexai.tuning",
    "vertexai.vision_models",
)
_IMPLICIT = frozenset(("__file__", "__name__", "__doc__", "__path__", "__spec__", "__class__"))


def line_ends(source: bytes) -> set[bytes]:
    """The different line ends of a file."""
    return set(re.findall(rb"\r\n|\n|\r", source))


def compiles(source: bytes) -> None:
    """Fail where the source is not a valid module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        compile(source, "after.py", "exec", dont_inherit=True)


def unmarked_legacy_names(source: bytes) -> list[str]:
    """The imports and uses of the legacy packages whose statement has no marker above it."""
    tree = ast.parse(source)
    lines = _text(source).splitlines()
    bound = set(_legacy_bindings(tree)) - set(_other_bindings(tree))
    return [
        f"line {owner.lineno}: {name}"
        for owner, name in _legacy_uses(tree, bound)
        if not _has_marker(lines, owner)
    ]


def unused_definitions(before: bytes, after: bytes) -> list[str]:
    """The private functions and classes that were written into a module without a use."""
    tree = ast.parse(after)
    had = _private_definitions(ast.parse(before))
    unused: list[str] = []
    for name, definition in _private_definitions(tree).items():
        inside = set(ast.walk(definition))
        read = {
            each.id
            for node in ast.walk(tree)
            if node not in inside
            for each in (node, *(n for text in _string_annotations(node) for n in ast.walk(text)))
            if isinstance(each, ast.Name)
        }
        if name not in had and name not in read:
            unused.append(name)
    return unused


def _private_definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name.startswith("_")
    }


def unbound_names(source: bytes) -> set[str]:
    """The names that a module reads or exports, and binds nowhere; strings are looked into."""
    tree = ast.parse(source)
    bound = {*dir(builtins), *_IMPLICIT, *_other_bindings(tree), *_legacy_bindings(tree)}
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            bound.add(node.name)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            read.update(ast.literal_eval(node.value))
        for annotation in _string_annotations(node):
            read.update(each.id for each in ast.walk(annotation) if isinstance(each, ast.Name))
    return read - bound


def _string_annotations(node: ast.AST) -> Iterator[ast.AST]:
    annotations: list[ast.expr | None] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        annotations.append(node.returns)
    if isinstance(node, ast.arg | ast.AnnAssign):
        annotations.append(node.annotation)
    for annotation in annotations:
        for each in ast.walk(annotation) if annotation else ():
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                try:
                    yield ast.parse(each.value, mode="eval")
                except SyntaxError:
                    continue


def _text(source: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    # A form feed is no line end for Python, but is one for splitlines.
    return source.decode(encoding).replace("\f", " ")


def _is_legacy(module: str) -> bool:
    return any(module == each or module.startswith(each + ".") for each in LEGACY)


def _imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """What an import statement imports, and the name that it binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield f"{node.module}.{alias.name}", alias.asname or alias.name


def _legacy_bindings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for module, name in _imported(node) if isinstance(node, ast.stmt) else ():
            if _is_legacy(module):
                yield name


def _other_bindings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for module, name in _imported(node) if isinstance(node, ast.stmt) else ():
            if not _is_legacy(module):
                yield name
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from (alias.asname or alias.name for alias in node.names)


def _legacy_uses(tree: ast.Module, bound: set[str]) -> Iterator[tuple[ast.stmt, str]]:
    for owner, node in _with_owners(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module, _ in _imported(node):
                if _is_legacy(module):
                    yield owner, f"import of {module}"
        elif isinstance(node, ast.Name):
            if node.id in bound - {"google"}:
                yield owner, node.id
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in LEGACY:
            yield owner, ast.unparse(node)


def _with_owners(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.AST]]:
    """Every node with the innermost statement that it stands in the head of."""
    waiting: list[tuple[ast.AST, ast.stmt | None]] = [(tree, None)]
    while waiting:
        node, owner = waiting.pop()
        if isinstance(node, ast.stmt | ast.excepthandler):
            # An excepthandler has the lines that matter here, like a statement.
            owner = node  # type: ignore[assignment]
        if owner is not None:
            yield owner, node
        waiting.extend((child, owner) for child in ast.iter_child_nodes(node))


def _has_marker(lines: list[str], owner: ast.stmt) -> bool:
    decorators: list[ast.expr] = getattr(owner, "decorator_list", [])
    first = min([owner.lineno, *(each.lineno for each in decorators)])
    if MARKER in lines[first - 1]:
        return True
    for line in reversed(lines[: first - 1]):
        if not line.strip().startswith("#"):
            return False
        if MARKER in line:
            return True
    return False
