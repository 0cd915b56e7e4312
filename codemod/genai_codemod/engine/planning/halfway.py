"""What a program makes for calls that cannot be seen, while a model in it is left.

What takes such objects stays with the legacy SDK there, and may be handed them where that is not
seen; so those that are not seen to get to a call which is rewritten are left in the next round of
planning, each with a marker.  A test for the class of something that is not seen to be made is
left with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, present
from genai_codemod.engine.objects.containers import conversions
from genai_codemod.engine.objects.held_parts import TAKING
from genai_codemod.engine.planning.left import Cause, LeftAlone
from genai_codemod.engine.planning.module_planning import ModulePlanner
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.class_tests import asked_for_class
from genai_codemod.groups import Groups

HALFWAY = Rule("legacy.halfway", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "{0}, which is marked too, may get this where that is not seen: migrate both together."


@dataclass(slots=True)
class Halfway:
    """What is left because it may get to something that is left, and the tests for its class."""

    causes: dict[cst.CSTNode, Cause] = field(default_factory=dict)
    tests: set[cst.CSTNode] = field(default_factory=set)

    def add(self, planners: Mapping[str, ModulePlanner]) -> bool:
        """Add what the last round of planning shows; whether there was nothing of that."""
        before = len(self.causes) + len(self.tests)
        if any(each.facts.pack.shared or each.facts.pack.own for each in planners.values()):
            return True
        for names in _together(planners):
            planned = [planners[name] for name in names]
            taker = next((each for planner in planned for each in _takers(planner)), None)
            if taker is not None:
                message = MESSAGE.format(source_of(taker))
                migrated = _migrated(planned[0].left)
                for planner in planned:
                    self._add(planner, migrated, message)
        return len(self.causes) + len(self.tests) == before

    def _add(self, planner: ModulePlanner, migrated: Collection[cst.CSTNode], message: str) -> None:
        facts, left = planner.facts, planner.left
        for site in facts.bindings:
            seen = site in left.nodes or left.group(site) in migrated
            if not seen and _is_given(facts, site):
                self.causes.setdefault(site, Cause(HALFWAY, message, site, alone=True))
        for node, name in facts.legacy_symbols():
            asked = asked_for_class(facts, node) if name in facts.pack.names else None
            if asked is not None and not _is_migrated(facts, left, asked):
                self.tests.add(node)


def _migrated(left: LeftAlone) -> set[cst.CSTNode]:
    """The groups of calls that are rewritten and take what is made for them."""
    return {
        left.group(call)
        for call, rules in left.calls.items()
        if call not in left.nodes and any(_takes(rule) for rule in rules)
    }


def _together(planners: Mapping[str, ModulePlanner]) -> Iterator[list[str]]:
    """The modules that import each other, also through others."""
    groups = Groups(planners)
    for name, planner in planners.items():
        for other in planner.module.imports.values():
            groups.join(name, other)
    yield from (
        [name for name in names if name in planners] for names in groups.by_leader().values()
    )


def _takers(planner: ModulePlanner) -> Iterator[cst.BaseExpression]:
    """What is left of a module, is marked, and can be given objects of the legacy SDK."""
    facts, left = planner.facts, planner.left
    if planner.plan.ignores.anything:
        return
    for call, rules in facts.bindings.items():
        cause = left.causes.get(call)
        if cause is not None and cause.message and cause.rule.id != HALFWAY.id:
            if any(_takes(rule) for rule in rules):
                yield call.func
    for node in planner.remains.nodes:
        if isinstance(node, cst.BaseExpression) and _names_taker(facts, node):
            yield node


def _takes(rule: CallRule) -> bool:
    """Whether a call makes a model, or is given what one is to answer."""
    if rule.mechanism == "constructor" or rule.manual is not None:
        return False
    return rule.mechanism == "settings" or bool(conversions(rule, TAKING))


def _names_taker(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a name stands for the SDK, for a class of models, or for a call that takes one."""
    name = facts.legacy_name(node, facts.value(node))
    call = facts.pack.calls.get(name) if name is not None else None
    return name in facts.pack.packages or (call is not None and _takes(call))


def _is_given(facts: Facts, site: cst.CSTNode) -> bool:
    """Whether what is made is made for calls of the SDK."""
    rules = facts.interpreter.bindings.get(site, {}) if isinstance(site, cst.Call) else {}
    for rule in rules:
        kind = facts.pack.kinds.get((rule.returns or "").removeprefix("list[").removesuffix("]"))
        if rule.mechanism == "constructor" or (kind is not None and kind.given):
            return True
    return False


def _is_migrated(facts: Facts, left: LeftAlone, node: cst.CSTNode) -> bool:
    """Whether a value is seen to be made, by nothing that is left."""
    value = facts.value(node)
    atoms = present(value)
    made = all(isinstance(atom, Instance) for atom in atoms)
    return bool(atoms) and made and not left.value_left(value)
