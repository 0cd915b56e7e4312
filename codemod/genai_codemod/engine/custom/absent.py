"""Whether a template can be written for a call: nothing may get lost, or another place.

What a call does not pass disappears from its template, which only works for whole arguments that
none by position follows.  What it passes besides the parameters of a rule has no name in it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.rules.edits import Rearranged, Written


def refusal(
    edit: Written | Rearranged, arguments: Mapping[str, int], parameters: Collection[str]
) -> str | None:
    """Why an edit cannot be carried out, in a sentence for a person, or None if it can."""
    if not isinstance(edit.node, cst.Call):
        return None
    missing = frozenset(parameters) - arguments.keys()
    if isinstance(edit, Rearranged):
        used = {**{name: edit.values[name] for name in edit.values.keys() - missing}, **edit.adds}
        parts = [part for part in used.values() if isinstance(part, str)]
        return next(filter(None, (_absence(part, missing) for part in parts)), None)
    unnamed = _unnamed(edit.node, arguments)
    if unnamed and not any(isinstance(part, cst.CSTNode) for part in edit.parts.values()):
        return f"write the arguments of this call out: {unnamed} cannot be translated."
    texts = {name: part for name, part in edit.parts.items() if isinstance(part, str)}
    for name in sorted(texts):
        tree = _parsed(texts[name])
        if _vanishes(tree, missing):
            missing |= {name}
        elif (why := _absence(texts[name], missing)) is not None:
            return why
    return _absence(edit.template, missing - (edit.parts.keys() - texts.keys()))


def _unnamed(call: cst.Call, arguments: Mapping[str, int]) -> str:
    """The arguments of a call that no parameter stands for, as the file has them."""
    named = set(arguments.values())
    return ", ".join(
        argument.star + source_of(argument.value)
        if argument.keyword is None
        else argument.keyword.value
        for position, argument in enumerate(call.args)
        if position not in named
    )


def _absence(template: str, missing: Collection[str]) -> str | None:
    """What keeps a template from being written without some arguments."""
    if not missing:
        return None
    tree = _parsed(template)
    for node in _written(tree, missing):
        # The outermost call is written without arguments, too.
        needed = node.func if node is tree and isinstance(node, ast.Call) else node
        if _vanishes(needed, missing):
            return f"{ast.unparse(node)} is needed, and not passed here: migrate this by hand."
        if isinstance(node, ast.Call) and (moved := _moved(node, missing)) is not None:
            return (
                f"{moved} is not passed here, and what comes after it would take its place: "
                "migrate this by hand."
            )
    return None


def _parsed(template: str) -> ast.expr:
    return ast.parse(template.encode(), mode="eval").body


def _moved(call: ast.Call, missing: Collection[str]) -> str | None:
    """The first argument by position that disappears before one that stays."""
    gone = [_vanishes(argument, missing) for argument in call.args]
    if True not in gone or all(gone[gone.index(True) :]):
        return None
    return ast.unparse(call.args[gone.index(True)])


def _written(node: ast.AST, missing: Collection[str]) -> Iterator[ast.AST]:
    """The parts of a template that are written, without the arguments and items that are not."""
    yield node
    match node:
        case ast.Call():
            kept = [each for each in node.args if not _vanishes(each, missing)]
            named = [each.value for each in node.keywords if not _vanishes(each.value, missing)]
            inner: list[ast.AST] = [node.func, *kept, *named]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            stay = [(key, value) for key, value in pairs if not _vanishes(value, missing)]
            inner = [each for pair in stay for each in pair if each is not None]
        case _:
            inner = list(ast.iter_child_nodes(node))
    for each in inner:
        yield from _written(each, missing)


def _vanishes(node: ast.AST, missing: Collection[str]) -> bool:
    """Whether a part of a template disappears as a whole, as ``render`` has it."""
    match node:
        case ast.Name():
            return node.id in missing
        case ast.Attribute() | ast.Starred():
            return _vanishes(node.value, missing)
        case ast.Call():
            given = [*node.args, *(each.value for each in node.keywords)]
            return _vanishes(node.func, missing) or (
                bool(given) and all(_vanishes(each, missing) for each in given)
            )
        case ast.Dict():
            return bool(node.values) and all(_vanishes(each, missing) for each in node.values)
    return False
