"""Looks at a migrated module again: what is still legacy and has no marker gets one."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_facts import analyse_module
from genai_codemod.engine.imports.legacy_imports import legacy_names
from genai_codemod.engine.plan import Plan, is_marked
from genai_codemod.engine.planning.ignoring import NOTHING_IGNORED, Ignores
from genai_codemod.engine.result import Finding
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.writing.apply import PlanApplier
from genai_codemod.engine.writing.layout import Layout

LEFT = Rule("legacy.left", guide="https://ai.google.dev/gemini-api/docs/migrate")
CONFIGURATION = "configuration"


def mark_what_is_left(
    module: cst.Module,
    pack: RulePack,
    ignores: Ignores = NOTHING_IGNORED,
    reason: str | None = None,
    *,
    configures: bool = False,
) -> tuple[cst.Module, list[Finding]]:
    """The module with a marker above each legacy reference that has none and is not ignored.

    The ``reason`` says why it is left, if not only because it is legacy; ``configures`` that what
    is not migrated at all needs the configuration.
    """
    reason = reason or f"it is still {pack.packages[0]}"
    facts = analyse_module(module, pack)
    plan = Plan(facts, ignores=ignores)
    rules = _references(facts)
    left = {node: rules[node] for node in rules if not _ignored(plan, node, rules[node])}
    if configures:
        left = {node: ids for node, ids in left.items() if CONFIGURATION not in ids}
    if (ignores.anything or configures) and all(CONFIGURATION in each for each in left.values()):
        # What is ignored goes on needing its imports, and its configuration.
        left = {}
    elif (left or not ignores.anything) and not pack.shared:
        for statement in facts.index.nodes(cst.Import, cst.ImportFrom):
            if legacy_names(statement, pack):
                _mark(facts, plan, statement, reason)
    for node in left:
        _mark(facts, plan, node, reason)
    marked = module.visit(PlanApplier(plan, Layout(facts.index))) if plan.findings else module
    assert isinstance(marked, cst.Module)
    facts.forget()
    return marked, plan.findings


def _references(facts: Facts) -> dict[cst.CSTNode, frozenset[str]]:
    """The legacy names and calls of a module, with the rules that they may be ignored by."""
    found: dict[cst.CSTNode, frozenset[str]] = {}
    for node, name in () if facts.pack.shared else facts.legacy_symbols():
        parent = facts.index.parents.get(node)
        called = isinstance(parent, cst.Call) and parent.func is node
        if not called or parent not in facts.interpreter.bindings:
            pack = facts.pack
            rules = (pack.names.get(name), pack.manual(name), pack.exceptions.get(name))
            found[node] = frozenset(rule.id for rule in rules if rule is not None)
    for call in facts.interpreter.bindings:
        if call in facts.values:
            called_by = facts.interpreter.bindings[call]
            kinds = {CONFIGURATION for rule in called_by if rule.mechanism == CONFIGURATION}
            found[call] = frozenset(rule.id for rule in called_by) | kinds
    return found


def _ignored(plan: Plan, node: cst.CSTNode, rules: frozenset[str]) -> bool:
    """Record that a reference is ignored, if it is."""
    for rule in sorted(rules | {LEFT.id}):
        if plan.ignores.anything and plan.ignores.covers(plan.facts.index, node, rule):
            plan.found(node, Rule(rule), "manual")
            return True
    return False


def _mark(facts: Facts, plan: Plan, node: cst.CSTNode, reason: str) -> None:
    if is_marked(facts.module, facts.index.statement(node)):
        return
    shown = source_of(node).partition("\n")[0]
    plan.found(node, LEFT, "manual", f"migrate {shown} by hand; {reason}.")
