"""Whether new code evaluates the arguments of a call as the old code did.

That only matters for those that do something: that call, await or assign.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import within

_DOING = (cst.Await, cst.Call, cst.NamedExpr, cst.Yield)
_SOMETIMES = (
    ast.BoolOp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a template evaluates arguments: what a person must know, and the order that keeps it.

    ``keywords`` are those of the outermost call in the order that does what the old code did, if
    that is another than the template's.
    """

    problem: str | None = None
    keywords: tuple[str, ...] = ()


def evaluation(template: str, call: cst.Call, arguments: Mapping[str, int]) -> Evaluation:
    """How a template for a call evaluates the arguments that do something."""
    doing = doing_something(call, arguments)
    if not doing:
        return Evaluation()
    tree = ast.parse(template.encode(), mode="eval").body
    found = list(_in_order(tree, doing))
    for name, text in doing.items():
        times = found.count(name)
        if times != 1:
            often = "not evaluated any more" if times == 0 else f"evaluated {times} times now"
            return Evaluation(f"{text} is {often}.")
    for node in ast.walk(tree):
        if isinstance(node, _SOMETIMES) and (inside := next(_in_order(node, doing), None)):
            return Evaluation(f"{doing[inside]} is not evaluated in every case now.")
    if found == list(doing):
        return Evaluation()
    keywords = _reordered(tree, doing)
    if keywords is not None:
        return Evaluation(keywords=keywords)
    first, second = (doing[name] for name in _first_swapped(found, list(doing)))
    return Evaluation(f"{first} is evaluated before {second} now.")


def doing_something(call: cst.Call, arguments: Mapping[str, int]) -> dict[str, str]:
    """The arguments that do something, with their texts, in the order of the call."""
    ordered = sorted(arguments.items(), key=lambda each: each[1])
    return {
        name: source_of(call.args[position].value)
        for name, position in ordered
        if any(isinstance(node, _DOING) for node in within(call.args[position].value))
    }


def _in_order(tree: ast.AST, names: Mapping[str, str]) -> Iterator[str]:
    """The names among some that code reads, in the order of its text."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    return (node.id for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def _reordered(tree: ast.expr, doing: Mapping[str, str]) -> tuple[str, ...] | None:
    """The keywords of a call in an order that evaluates the arguments as before, if one does."""
    if not isinstance(tree, ast.Call) or any(keyword.arg is None for keyword in tree.keywords):
        return None
    order = list(doing)
    inside = {keyword.arg or "": list(_in_order(keyword.value, doing)) for keyword in tree.keywords}
    others = [name for part in (tree.func, *tree.args) for name in _in_order(part, doing)]
    moved = iter(
        sorted((each for each in inside if inside[each]), key=lambda e: order.index(inside[e][0]))
    )
    keywords = tuple(next(moved) if inside[each] else each for each in inside)
    sequence = [*others, *(name for each in keywords for name in inside[each])]
    return keywords if sequence == order else None


def _first_swapped(found: Sequence[str], order: Sequence[str]) -> tuple[str, str]:
    """The first argument that is evaluated too early, and the one that came before it."""
    return next((new, old) for new, old in zip(found, order, strict=True) if new != old)
