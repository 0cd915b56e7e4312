"""Dicts of schemas that are filled and read by ``type_``, which google.genai calls ``type``."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import literal

SPELLING = Rule("schema.field-names")
FIELD = "type_"
TYPES = "google.generativeai.protos.Type"
READING = frozenset({"get", "pop", "setdefault"})
MESSAGE = "google.genai calls this field type: write that where dicts are made and read."


def plan_field_names(rewriter: Rewriter) -> None:
    """Mark where ``data["type_"]`` is assigned, or compared with, a member of Type."""
    facts = rewriter.facts
    for node in facts.index.nodes(cst.Subscript, cst.Call):
        if _reads_field(node):
            if any(_is_type(facts, other) for other in _met_by(facts, node)):
                rewriter.plan.found(node, SPELLING, "review", MESSAGE)


def _reads_field(node: cst.Subscript | cst.Call) -> bool:
    if isinstance(node, cst.Subscript):
        index = node.slice[0].slice
        return isinstance(index, cst.Index) and literal(index.value) == FIELD
    reading = isinstance(node.func, cst.Attribute) and node.func.attr.value in READING
    return reading and bool(node.args) and literal(node.args[0].value) == FIELD


def _met_by(facts: Facts, node: cst.Subscript | cst.Call) -> Iterator[cst.BaseExpression]:
    """What the field of a dict is assigned, given as a default, or compared with."""
    if isinstance(node, cst.Call):
        yield from (argument.value for argument in node.args[1:])
    parent = facts.use(node).parent
    if isinstance(parent, cst.Assign):
        yield parent.value
    if isinstance(parent, cst.ComparisonTarget):
        parent = facts.index.parents[parent]
    if isinstance(parent, cst.Comparison):
        yield parent.left
        yield from (target.comparator for target in parent.comparisons)


def _is_type(facts: Facts, expression: cst.BaseExpression) -> bool:
    return any(
        isinstance(atom, Symbol) and atom.name.startswith(TYPES)
        for node in facts.index.within(expression)
        for atom in facts.value(node)
    )
