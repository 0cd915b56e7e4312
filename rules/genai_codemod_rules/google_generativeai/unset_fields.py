"""Messages that are filled step by step: an unset field was an empty message or list, not None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.template import attribute, call, keyword

UNSET = Rule("protos.unset-field", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "google.genai leaves {} None until it is set: assign an object to it first."
GROWING = frozenset({"append", "extend", "insert"})
# What such a field held, by what is done with it.
FIELDS: dict[str, type[cst.List | cst.Dict]] = {"grown": cst.List, "keyed": cst.Dict}
Empty = Callable[[], cst.BaseExpression]


def plan_filled(rewriter: Rewriter) -> None:
    """Give a new message the lists, dicts and messages that are filled later; mark what else is."""
    for node, rules in rewriter.facts.bindings.items():
        for rule, binding in rules.items():
            made = rule.mechanism == "constructor" and node in rewriter.plan.handled
            if made and not binding.unmatched:
                _plan_fields(rewriter, node, rule, set(binding.arguments))


def _plan_fields(rewriter: Rewriter, node: cst.Call, rule: CallRule, given: set[str]) -> None:
    empty: dict[str, Empty] = {}
    entered: dict[str, list[cst.Attribute]] = {}
    for field in _unset_fields(rewriter.facts, node, rule, given):
        filled = _filled(rewriter, field)
        if filled in FIELDS:
            empty[field.attr.value] = partial(FIELDS[filled], [])
        elif filled and not _is_set(rewriter, field.value, field.attr.value):
            entered.setdefault(field.attr.value, []).append(field)
    for name, fields in entered.items():
        message = _empty_message(rewriter, rule, name)
        surely = any(_is_entered_next(rewriter, node, field) for field in fields)
        if message is not None and surely and len(entered) == 1:
            empty[name] = message
            continue
        for field in fields:
            rewriter.plan.found(field, UNSET, "manual", MESSAGE.format(name))
    if empty:
        rewriter.plan.wrap[node] = partial(_with_fields, empty=empty)


def _unset_fields(
    facts: Facts, node: cst.Call, rule: CallRule, given: set[str]
) -> Iterator[cst.Attribute]:
    """Where fields of a new message are used that it was not given."""
    for name in facts.by_site.get(node, ()):
        field = facts.index.parents.get(name)
        if isinstance(field, cst.Attribute) and field.value is name:
            if field.attr.value not in given and field.attr.value in rule.legacy.parameters:
                yield field


def _empty_message(rewriter: Rewriter, rule: CallRule, name: str) -> Empty | None:
    """What writes the empty message that a field of a message held."""
    field = rewriter.pack.attribute(rule.returns or "", name)
    kind = rewriter.pack.kinds.get(field.returns or "") if field is not None else None
    if kind is None or kind.type is None or not kind.type.startswith("types."):
        return None
    tail = kind.type.removeprefix("types.")
    return lambda: cst.Call(attribute(f"{rewriter.plan.name('types')}.{tail}"))


def _is_entered_next(rewriter: Rewriter, node: cst.Call, field: cst.Attribute) -> bool:
    """Whether ``x.field.other = value`` follows ``x = Message()``, with nothing else in between."""
    facts = rewriter.facts
    made, entered = facts.index.statement(node), facts.index.statement(field)
    block = facts.index.parents.get(made)
    inner = facts.index.parents.get(field)
    if not isinstance(block, cst.IndentedBlock | cst.Module) or entered not in block.body:
        return False
    between = list(block.body)[block.body.index(made) : block.body.index(entered)]
    straight = all(isinstance(statement, cst.SimpleStatementLine) for statement in between)
    assigned = inner is not None and isinstance(facts.index.parents.get(inner), cst.AssignTarget)
    return bool(between) and straight and assigned


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


def _with_fields(updated: cst.CSTNode, empty: dict[str, Empty]) -> cst.CSTNode:
    assert isinstance(updated, cst.Call)
    fields = [keyword(name, make()) for name, make in empty.items()]
    return call(updated.func, *updated.args, *fields)
