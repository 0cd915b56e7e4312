"""Messages that are filled step by step: an unset field was an empty message or list, not None."""

from __future__ import annotations

from functools import partial

import libcst as cst

from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import CallRule, Rule
from genai_codemod.engine.template import call, keyword

UNSET = Rule("protos.unset-field", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "google.genai leaves {} None until it is set: assign an object to it first."
GROWING = frozenset({"append", "extend", "insert"})
# What such a field held, by what is done with it.
FIELDS: dict[str, type[cst.List | cst.Dict]] = {"grown": cst.List, "keyed": cst.Dict}


def plan_filled(rewriter: Rewriter) -> None:
    """Give a new message the lists and dicts that are filled later; mark what else is."""
    for node, rules in rewriter.facts.bindings.items():
        for rule, binding in rules.items():
            made = rule.mechanism == "constructor" and node in rewriter.plan.handled
            if made and not binding.unmatched:
                _plan_fields(rewriter, node, rule, set(binding.arguments))


def _plan_fields(rewriter: Rewriter, node: cst.Call, rule: CallRule, given: set[str]) -> None:
    facts = rewriter.facts
    empty: dict[str, type[cst.List | cst.Dict]] = {}
    for name in facts.by_site.get(node, ()):
        field = facts.index.parents.get(name)
        if not isinstance(field, cst.Attribute) or field.value is not name:
            continue
        if field.attr.value in given or field.attr.value not in rule.legacy.parameters:
            continue
        filled = _filled(rewriter, field)
        if filled in FIELDS:
            empty[field.attr.value] = FIELDS[filled]
        elif filled and not _is_set(rewriter, name, field.attr.value):
            rewriter.plan.found(field, UNSET, "manual", MESSAGE.format(field.attr.value))
    if empty:
        rewriter.plan.wrap[node] = partial(_with_fields, empty=empty)


def _filled(rewriter: Rewriter, field: cst.Attribute) -> str:
    """How a field is filled: ``grown``, ``keyed``, ``entered`` through its own fields, or not."""
    parents = rewriter.facts.index.parents
    use = rewriter.facts.use(field)
    if isinstance(use.parent, cst.AugAssign) and use.parent.target is field:
        return "grown"
    if use.role == "item":
        target = _is_target(rewriter, use.parent)
        return "keyed" if target else ""
    if use.role != "attribute" or not isinstance(use.parent, cst.Attribute):
        return ""
    if use.parent.attr.value in GROWING and isinstance(parents.get(use.parent), cst.Call):
        return "grown"
    inner: cst.CSTNode = use.parent
    while isinstance(parents.get(inner), cst.Attribute | cst.Subscript):
        inner = parents[inner]
    grows = isinstance(inner, cst.Attribute) and inner.attr.value in GROWING
    called = grows and isinstance(parents.get(inner), cst.Call)
    return "entered" if called or _is_target(rewriter, inner) else ""


def _is_target(rewriter: Rewriter, node: cst.CSTNode) -> bool:
    parent = rewriter.facts.index.parents.get(node)
    if isinstance(parent, cst.AugAssign | cst.AnnAssign):
        return parent.target is node
    return isinstance(parent, cst.AssignTarget)


def _is_set(rewriter: Rewriter, owner: cst.CSTNode, field: str) -> bool:
    """Whether a field of the same variable is assigned as a whole anywhere in its function."""
    facts = rewriter.facts
    return any(
        node.attr.value == field
        and facts.place(node.value) == facts.place(owner)
        and _is_target(rewriter, node)
        for node in facts.index.nodes(cst.Attribute)
    )


def _with_fields(updated: cst.CSTNode, empty: dict[str, type[cst.List | cst.Dict]]) -> cst.CSTNode:
    assert isinstance(updated, cst.Call)
    fields = [keyword(name, kind([])) for name, kind in empty.items()]
    return call(updated.func, *updated.args, *fields)
