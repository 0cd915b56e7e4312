"""Where values are asked for their class."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import symbol_names

_TESTS = frozenset({"builtins.isinstance", "builtins.issubclass"})
_AROUND = (cst.Element, cst.Tuple, cst.BinaryOperation)


def asked_for_class(facts: Facts, node: cst.CSTNode) -> cst.BaseExpression | None:
    """What is asked if it is of a class, alone or among others: ``isinstance(part, (str, X))``."""
    parent = facts.index.parents.get(node)
    while isinstance(parent, _AROUND):
        node, parent = parent, facts.index.parents.get(parent)
    if isinstance(parent, cst.MatchClass):
        matched = facts.enclosing(parent, cst.Match)
        return matched.subject if isinstance(matched, cst.Match) else None
    call = facts.index.parents.get(parent) if isinstance(parent, cst.Arg) else None
    if not isinstance(call, cst.Call) or parent not in call.args[1:2]:
        return None
    return call.args[0].value if symbol_names(facts.value(call.func)) <= _TESTS else None
