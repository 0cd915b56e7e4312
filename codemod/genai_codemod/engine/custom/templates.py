"""Templates of rules of one's own: Python in which dotted names stand for what is imported."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import libcst as cst

from genai_codemod.engine.rule_packs.template import render

# What templates of packs with a ``pack.yaml`` have for the new SDK; nobody imports such modules.
_OF_OUR_PACKS = frozenset({"client", "errors", "genai"})
_PLACEHOLDER = "__imported_{}__"
Spelled = Callable[[str], cst.BaseExpression]


@dataclass(frozen=True, slots=True)
class Template:
    """A template with a placeholder for each name that has to be imported."""

    text: str
    imported: Mapping[str, str]

    def filled(
        self,
        parts: Mapping[str, Callable[[], cst.BaseExpression]],
        spelled: Spelled,
        parameters: frozenset[str],
    ) -> cst.BaseExpression:
        """The expression: ``spelled`` says how the file writes an imported name."""
        names = {
            placeholder: (lambda dotted=dotted: spelled(dotted))
            for placeholder, dotted in self.imported.items()
        }
        return render(self.text, {**parts, **names}, {}, parameters)


@cache
def read_template(text: str, known: frozenset[str]) -> Template:
    """Read a template in which the ``known`` names stand for parts of the old code.

    Raises:
        ValueError: it is not an expression, or has a plain name that is none of them.
    """
    data = text.encode()
    try:
        tree = ast.parse(data, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"{text!r} is not a Python expression: {error.msg}") from None
    known_here = known | set(_bound(tree)) | set(dir(builtins))
    imported: dict[str, str] = {}
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    # From the last one on: what is replaced does not move what is still to be.
    for node in sorted(_names(tree), key=lambda node: (-node.lineno, -node.col_offset)):
        dotted = ast.unparse(node)
        if dotted.partition(".")[0] in known_here:
            continue
        if isinstance(node, ast.Name):
            raise ValueError(_unknown(dotted, known))
        if (first := dotted.partition(".")[0]) in _OF_OUR_PACKS:
            raise ValueError(
                f"{first!r} is something that only an installed pack can use; write the whole name "
                "of what is to be imported"
            )
        placeholder = _PLACEHOLDER.format(len(imported))
        imported[placeholder] = dotted
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        data = data[:start] + placeholder.encode() + data[end:]
    return Template(data.decode(), imported)


def _names(node: ast.AST) -> Iterator[ast.Name | ast.Attribute]:
    """The plain and dotted names of an expression, each as a whole."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(inner, ast.Name):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def _bound(tree: ast.AST) -> Iterator[str]:
    """The names that lambdas, comprehensions and ``:=`` of a template bind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def _unknown(name: str, known: Collection[str]) -> str:
    listed = ", ".join(sorted(known)) or "none"
    return (
        f"{name!r} is no parameter (there are: {listed}); what is to be imported is written with "
        f"its module, such as package.{name}"
    )


def split_name(dotted: str, modules: Collection[str] = ()) -> tuple[str, str]:
    """The module of a dotted name, and the rest of it, which is empty for a known module.

    ``modules`` are known ones.  Otherwise a class, which begins with a capital, is where a module
    ends, or the last part of the name.
    """
    if dotted in modules:
        return dotted, ""
    inside = [each for each in modules if dotted.startswith(each + ".")]
    parts = dotted.split(".")
    if inside:
        end = max(each.count(".") for each in inside) + 1
    elif parts[0] in sys.stdlib_module_names:
        end = max(n for n in range(1, len(parts)) if _is_module(".".join(parts[:n])))
    else:
        capitals = (n for n, part in enumerate(parts) if n and part.lstrip("_")[:1].isupper())
        end = next(capitals, len(parts) - 1)
    return ".".join(parts[:end]), ".".join(parts[end:])


@cache
def _is_module(dotted: str) -> bool:
    try:
        return find_spec(dotted) is not None
    except (ImportError, ValueError):
        return False
