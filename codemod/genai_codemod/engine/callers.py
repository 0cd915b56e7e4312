"""What calls the functions of a program, and what has them called elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.values import Function

if TYPE_CHECKING:
    from genai_codemod.engine.facts import Facts


def calls_by_function(facts: Facts) -> Mapping[cst.CSTNode, list[cst.BaseExpression]]:
    """What calls each function: calls, and what ``with`` enters."""
    found: dict[cst.CSTNode, list[cst.BaseExpression]] = defaultdict(list)
    for call in facts.index.calls:
        called = {a.node for a in facts.value(call.func) if isinstance(a, Function)}
        for function in called:
            found[function].append(call)
    for item in facts.index.nodes(cst.WithItem):
        for atom in facts.value(item.item):
            for entered in facts.interpreter.entering(atom):
                found[entered].append(item.item)
    return found


def handed_by_function(facts: Facts) -> Mapping[cst.CSTNode, list[cst.Call]]:
    """The calls that hand each function over to what calls it elsewhere."""
    found: dict[cst.CSTNode, list[cst.Call]] = defaultdict(list)
    for call in facts.index.calls:
        if (handed := facts.handed_over(call)) is not None:
            for atom in facts.value(handed.function):
                if isinstance(atom, Function):
                    found[atom.node].append(call)
    return found
