"""Reports names of retired models, and replaces those that are shown to reach a model argument."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Written, symbol_names
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.retired_models import RetiredModel
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule, Rule

RETIRED = Rule("model.retired")
# Where a name decides something, another name decides otherwise.
_DECIDING = frozenset({"compared", "index", "item", "matched", "attribute", "iterated"})
_LOOKING_UP = frozenset({"count", "get", "index", "pop", "remove", "setdefault"})


def with_successors(pack: RulePack) -> RulePack:
    """A pack whose default model is one that is still there."""
    retired = pack.retired_model(pack.default_model)
    if retired is None or retired.successor is None:
        return pack
    return replace(pack, default_model=retired.successor)


def plan_model_names(modules: Sequence[tuple[Facts, Plan]], *, upgrade: bool) -> None:
    """Note every retired name; with ``upgrade``, write its successor where that is shown right.

    The modules are those of a whole program: a name may stand in one and be used in another.
    """
    used = frozenset(name for facts, _ in modules for name in _names_used_as_models(facts))
    upgraded: dict[cst.SimpleString, str] = {}
    for facts, plan in modules:
        upgraded |= _plan_literals(facts, plan, used, upgrade=upgrade)
        for call in _without_a_name(facts):
            _default(facts, plan, call, upgrade=upgrade)
    for facts, plan in modules:
        _mark_decisions(facts, plan, upgraded)


def _plan_literals(
    facts: Facts, plan: Plan, used: Collection[cst.SimpleString], *, upgrade: bool
) -> dict[cst.SimpleString, str]:
    """Plan for the literals of a module; those that change, and how in words."""
    upgraded: dict[cst.SimpleString, str] = {}
    for literal, retired in _retired_literals(facts):
        message = retired.fate
        if literal not in used:
            message += " (not seen to reach a call)"
        elif upgrade and retired.successor is not None:
            upgraded[literal] = _upgrade(plan, literal, retired)
            continue
        plan.found(literal, RETIRED, "note", message)
    return upgraded


def _upgrade(plan: Plan, literal: cst.SimpleString, retired: RetiredModel) -> str:
    """Plan to write the successor; what happens, in words."""
    name = literal.raw_value
    successor = name.removesuffix(retired.name) + (retired.successor or "")
    text = literal.value.replace(name, successor)
    plan.replace[literal] = lambda _: literal.with_changes(value=text)
    change = f"{name} became {successor}"
    if retired.review is not None:
        plan.found(literal, RETIRED, "review", f"{change}: {retired.review}")
    else:
        plan.found(literal, RETIRED, "rewritten", change)
    return change


def _retired_literals(facts: Facts) -> Iterator[tuple[cst.SimpleString, RetiredModel]]:
    for node in facts.index.nodes(cst.SimpleString):
        if "b" not in node.prefix.lower():
            retired = facts.pack.retired_model(node.raw_value)
            if retired is not None and facts.use(node).role != "dropped":
                yield node, retired


def _names_used_as_models(facts: Facts) -> Iterator[cst.SimpleString]:
    """The literals that can be what a call takes as the name of a model."""
    for argument in (*_legacy_arguments(facts), *_new_arguments(facts)):
        for atom in facts.value(argument):
            if isinstance(atom, Written):
                yield atom.site


def _legacy_arguments(facts: Facts) -> Iterator[cst.BaseExpression | None]:
    for call, rule in _legacy_calls(facts):
        yield facts.binding(call, rule).argument(call, rule.model or "")


def _new_arguments(facts: Facts) -> Iterator[cst.BaseExpression]:
    """The same of calls that have been migrated; they take it by keyword only."""
    for call in facts.index.calls:
        names = symbol_names(facts.value(call.func))
        parameters = {facts.pack.model_calls.get(name) for name in names} - {None}
        for argument in call.args if parameters else ():
            if argument.keyword is not None and argument.keyword.value in parameters:
                yield argument.value


def _without_a_name(facts: Facts) -> Iterator[cst.Call]:
    """The calls that leave the choice of the model to the SDK."""
    for call, rule in _legacy_calls(facts):
        binding = facts.binding(call, rule)
        if rule.mechanism == "settings" and not binding.unmatched:
            if rule.model not in binding.arguments:
                yield call


def _legacy_calls(facts: Facts) -> Iterator[tuple[cst.Call, CallRule]]:
    for call in facts.index.calls:
        for rule in facts.interpreter.bindings.get(call, {}):
            if rule.model is not None:
                yield call, rule


def _default(facts: Facts, plan: Plan, call: cst.Call, *, upgrade: bool) -> None:
    default = facts.pack.default_model
    retired = facts.pack.retired_model(default)
    if upgrade:
        plan.found(call, RETIRED, "rewritten", f"the default model became {default}")
    elif retired is not None:
        plan.found(call, RETIRED, "note", f"the default {retired.fate}")


def _mark_decisions(facts: Facts, plan: Plan, upgraded: Mapping[cst.SimpleString, str]) -> None:
    """Mark the places that look at a name that has changed instead of passing it on."""
    for node, value in facts.held.of(Written):
        changes = {
            upgraded[atom.site]
            for atom in value
            if isinstance(atom, Written) and atom.site in upgraded and atom.site is not node
        }
        if changes and _decides(facts, node):
            message = f"check what depends on the model's name here: {', '.join(sorted(changes))}."
            plan.found(node, RETIRED, "review", message)


def _decides(facts: Facts, node: cst.CSTNode) -> bool:
    use = facts.use(node)
    call = facts.index.parents.get(use.parent)
    if use.role == "argument" and isinstance(call, cst.Call):
        return isinstance(call.func, cst.Attribute) and call.func.attr.value in _LOOKING_UP
    return use.role in _DECIDING
