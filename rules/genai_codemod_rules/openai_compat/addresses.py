"""Where Gemini's address for the OpenAI SDK is used by anything but a client that is rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Class, Written

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts
    from genai_codemod.engine.planning.rewriting import Rewriter


def plan_addresses(rewriter: Rewriter) -> None:
    """Mark what still speaks to Gemini as if it were OpenAI, and note constants of no use."""
    facts, plan, left = rewriter.facts, rewriter.plan, rewriter.left
    rule = facts.pack.findings["openai.address"]
    consumed = set(_addresses(facts, [call for call in facts.bindings if call not in left.nodes]))
    kept = set(_addresses(facts, [call for call in facts.bindings if call in left.nodes]))
    for literal in facts.index.nodes(cst.SimpleString):
        if not facts.pack.asks_about(literal.raw_value):
            continue
        readers = {node for node in facts.whole.values if _is_read(facts.whole, node, literal)}
        clients = consumed | kept
        others = {
            node
            for node in readers
            if clients.isdisjoint((node, *facts.whole.index.ancestors(node)))
        }
        if others:
            for node in others & facts.values.keys():
                plan.found(node, rule, "review", rule.about or "")
        elif literal not in consumed and not readers & kept and consumed:
            plan.found(literal, rule, "note", "nothing needs this address any more.")


def _addresses(facts: Facts, calls: list[cst.Call]) -> Iterator[cst.BaseExpression]:
    """What clients are given as their address."""
    for call in calls:
        for rule, binding in facts.bindings[call].items():
            for parameter in rule.when:
                given = binding.argument(call, parameter)
                if given is not None:
                    yield given


def _is_read(facts: Facts, node: cst.CSTNode, literal: cst.SimpleString) -> bool:
    """Whether an expression that is, or may be, an address is handed to something."""
    if not any(isinstance(a, Written) and a.site is literal for a in facts.value(node)):
        return False
    use = facts.use(node)
    if isinstance(node, cst.Name | cst.Attribute) and use.role == "stored":
        return False
    if use.role in ("stored", "passed on", "dropped", "tested", "compared"):
        return False
    if use.role == "argument" and facts.flows_to_known_function(facts.index.parents[node]):
        return _derives(facts, facts.index.parents[facts.index.parents[node]])
    return not isinstance(facts.index.parents.get(node), cst.ImportAlias | cst.Param)


def _derives(facts: Facts, call: cst.CSTNode) -> bool:
    """Whether a call makes an object of a class whose base is of another library."""
    made = facts.value(call.func) if isinstance(call, cst.Call) else frozenset()
    return any(
        isinstance(atom, Class) and bool(facts.interpreter.load(("foreign base", atom.node)))
        for atom in made
    )
