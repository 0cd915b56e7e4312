"""Members of enums that are migrated, and meet what a call gives that is left as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.enums.enum_numbers import enums_by_class
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Symbol, Value, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.planning.references import MIXED
from genai_codemod.engine.syntax.uses import compared_with

MESSAGE = "this comes from the old SDK, what it meets from the new one: migrate both together."


def plan_mixed(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark where an enum of the old SDK is looked up in, or compared with, members of the new one.

    Members that stand beside it are left, and marked, where names are.
    """
    if not left.nodes:
        return
    classes = enums_by_class(facts.pack)
    for node, value in facts.held.of(Instance):
        if not isinstance(node, cst.BaseExpression) or not _is_left_enum(facts, left, value):
            continue
        met = [facts.value(other) for other in _met(facts, node)]
        if any(_has_members(facts, each, classes) for each in met):
            markers = plan.markers.get(facts.index.statement(node), ())
            if not any(marker.endswith(f"[{MIXED.id}]") for marker in markers):
                plan.found(node, MIXED, "manual", MESSAGE)


def _is_left_enum(facts: Facts, left: LeftAlone, value: Value) -> bool:
    """Whether a value is one that an attribute gives of an object of the old SDK."""
    for atom in present(value):
        if isinstance(atom, Instance) and left.value_left(frozenset({atom})):
            kind = facts.pack.kinds.get(atom.kind)
            if kind is not None and kind.enum is not None:
                return True
    return False


def _met(facts: Facts, node: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """The expressions that a value is compared with, matched with or looked up in."""
    use = facts.use(node)
    match use.parent:
        case cst.Comparison() | cst.ComparisonTarget():
            yield from compared_with(node, facts.index.parents)
        case cst.Match(cases=cases):
            for case in cases:
                yield from facts.index.within(case.pattern)
        case cst.Subscript(value=table) if use.role == "index":
            yield table
        case cst.Arg() as argument:
            call = facts.index.parents[argument]
            if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
                yield call.func.value


def _has_members(facts: Facts, value: Value, classes: Collection[str]) -> bool:
    """Whether a value is, or holds, a member of an enum that the program names."""
    load = facts.interpreter.load
    held = [
        load((part, *key))
        for atom in present(value)
        if isinstance(atom, Container)
        for part, key in (("keys", (atom.site,)), ("item", (atom.site, "*")))
    ]
    return any(
        isinstance(atom, Symbol) and atom.name.rpartition(".")[0] in classes
        for each in (value, *held)
        for atom in each
    )
