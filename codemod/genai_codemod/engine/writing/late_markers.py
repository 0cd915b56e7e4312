"""Marks lines of a module that is migrated already, for what is found out about it later."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan, is_marked
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.parsing import parse_module
from genai_codemod.engine.syntax.reproduction import encoded
from genai_codemod.engine.writing.apply import PlanApplier
from genai_codemod.engine.writing.layout import Layout


def mark_lines(
    data: bytes, messages: Mapping[int, str], rule: Rule, pack: RulePack
) -> tuple[bytes, frozenset[int]]:
    """The module with a marker of a rule above the statements of some lines, and those lines.

    A line is left out where its statement, or one around it, has a marker already.
    """
    parsed = parse_module(data)
    facts = Facts.of_syntax(parsed.tree, pack, parsed.positions)
    plan = Plan(facts)
    marked: set[int] = set()
    for line, node in _starting_in(facts.index, messages.keys()).items():
        if not _has_marker(facts.index, node):
            plan.mark(node, rule, messages[line])
            marked.add(line)
    if not marked:
        return data, frozenset()
    result = facts.module.visit(PlanApplier(plan, Layout(facts.index)))
    assert isinstance(result, cst.Module)
    return parsed.original.edited(encoded(result)), frozenset(marked)


def _starting_in(index: SyntaxIndex, lines: Collection[int]) -> dict[int, cst.CSTNode]:
    """For each of these lines the first expression or statement that begins in it."""
    found: dict[int, cst.CSTNode] = {}
    for node in index.parents:
        if isinstance(node, cst.BaseExpression | cst.BaseSmallStatement | cst.BaseStatement):
            line, _ = index.position(node)
            if line in lines:
                found.setdefault(line, node)
    return found


def _has_marker(index: SyntaxIndex, node: cst.CSTNode) -> bool:
    return any(is_marked(index.module, each) for each in (node, *index.ancestors(node)))
