"""Files that a program opens: what ``open`` is told, and what ``with`` calls what it opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import symbol_names
from genai_codemod.engine.syntax.module_syntax import string_value

_OPENING = frozenset({"builtins.open", "io.open"})


def entered(facts: Facts, name: str | None = None) -> Iterator[tuple[cst.WithItem, str]]:
    """What ``with`` statements enter and bind to a variable, or to this one."""
    for item in facts.index.nodes(cst.WithItem):
        target = item.asname.name if item.asname is not None else None
        if isinstance(target, cst.Name) and name in (None, target.value):
            yield item, target.value


def is_opening(node: cst.BaseExpression | None, facts: Facts) -> TypeGuard[cst.Call]:
    """Whether an expression is a call of ``open``."""
    return isinstance(node, cst.Call) and bool(symbol_names(facts.value(node.func)) & _OPENING)


def mode_of(opening: cst.Call, place: int = 1) -> str | None:
    """The mode of a call of ``open``; None if it is not written there.

    ``place`` is where it stands among the arguments: the method of a path has it first.
    """
    positional = [each for each in opening.args if each.keyword is None and not each.star]
    named = [each for each in opening.args if each.keyword and each.keyword.value == "mode"]
    given = [*positional[place : place + 1], *named]
    if len(positional) > place + 1 or any(each.star for each in opening.args):
        return None
    return string_value(given[0].value) if given else "r"
