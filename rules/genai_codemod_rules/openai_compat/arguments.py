"""The arguments of a function call: a dict now, and no text any more that must be read as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Instance, present, symbol_names

if TYPE_CHECKING:
    from genai_codemod.engine.planning.rewriting import Rewriter


def plan_arguments(rewriter: Rewriter) -> None:
    """``json.loads(call.function.arguments)`` is ``call.args``."""
    facts, plan = rewriter.facts, rewriter.plan
    for call in facts.index.calls:
        callee = symbol_names(facts.value(call.func))
        if callee != {"json.loads"} or len(call.args) != 1:
            continue
        given = call.args[0].value
        if isinstance(given, cst.Attribute) and given.attr.value == "arguments":
            if given in plan.replace and _is_function(rewriter, given.value):
                plan.replace[call] = _argument


def _is_function(rewriter: Rewriter, owner: cst.BaseExpression) -> bool:
    atoms = present(rewriter.facts.value(owner))
    return bool(atoms) and all(isinstance(a, Instance) and a.kind == "ToolFunction" for a in atoms)


def _argument(updated: cst.CSTNode) -> cst.CSTNode:
    """``x`` of ``json.loads(json.dumps(x))``."""
    assert isinstance(updated, cst.Call)
    written = updated.args[0].value
    assert isinstance(written, cst.Call)
    value = written.args[0].value
    if isinstance(value, cst.BooleanOperation):
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value
