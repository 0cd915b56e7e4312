"""Looks at a migrated module again: what is still legacy and has no marker gets one."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.apply import PlanApplier
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.imports import legacy_names
from genai_codemod.engine.layout import Layout
from genai_codemod.engine.plan import MARKER, Plan
from genai_codemod.engine.result import Finding
from genai_codemod.engine.rules import Rule, RulePack
from genai_codemod.engine.signature import source_of

LEFT = Rule("legacy.left", guide="https://ai.google.dev/gemini-api/docs/migrate")


def mark_what_is_left(module: cst.Module, pack: RulePack) -> tuple[cst.Module, list[Finding]]:
    """The module with a marker above each legacy reference that has none."""
    facts = Facts.of(module, pack)
    plan = Plan(facts)
    for statement in facts.index.nodes(cst.Import, cst.ImportFrom):
        if legacy_names(statement, pack):
            _mark(facts, plan, statement)
    for node, _ in list(facts.legacy_symbols()):
        _mark(facts, plan, node)
    for call in facts.interpreter.bindings:
        if call in facts.values:
            _mark(facts, plan, call)
    if not plan.findings:
        return module, []
    marked = module.visit(PlanApplier(plan, Layout(facts.index)))
    assert isinstance(marked, cst.Module)
    return marked, plan.findings


def _mark(facts: Facts, plan: Plan, node: cst.CSTNode) -> None:
    statement = facts.index.statement(node)
    lines = list(getattr(statement, "leading_lines", ()))
    if facts.module.body and statement is facts.module.body[0]:
        lines = [*facts.module.header, *lines]
    if any(line.comment and line.comment.value.startswith(MARKER) for line in lines):
        return
    shown = source_of(node).partition("\n")[0]
    plan.found(node, LEFT, "manual", f"migrate {shown} by hand; it is still google.generativeai.")
