"""Attributes and methods that are asked for by name: ``attrgetter("text")``, ``methodcaller(...)``.

They are no attributes that could be rewritten, so what differs in the new SDK is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.answers.attributes import gone
from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Instance,
    Symbol,
    Unknown,
    Value,
    instances,
    present,
    symbol_names,
)
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import AttributeRule, Rule
from genai_codemod.engine.syntax.module_syntax import string_value

GETTER = Rule("legacy.getter", guide="https://ai.google.dev/gemini-api/docs/migrate")
_APPLYING = frozenset({
    "builtins.map", "builtins.max", "builtins.min", "builtins.sorted", "builtins.filter",
    "heapq.nlargest", "heapq.nsmallest", "itertools.groupby",
})  # fmt: skip


def plan_getters(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark what asks a migrated object for something that differs now."""
    for call in facts.index.calls:
        called = symbol_names(facts.value(call.func))
        if "operator.attrgetter" in called:
            for path in _texts(call.args):
                for rule, message in _differences(facts, left, call, path):
                    plan.found(call, rule, "review", message)
        elif "operator.methodcaller" in called:
            for name in _texts(call.args[:1]):
                _plan_method(facts, plan, left, call, name)


def _texts(arguments: Sequence[cst.Arg]) -> Iterator[str]:
    for argument in arguments:
        if (text := string_value(argument.value)) is not None:
            yield text


def _plan_method(facts: Facts, plan: Plan, left: LeftAlone, call: cst.Call, name: str) -> None:
    for kind in _kinds(facts, left, call):
        rule = facts.pack.method(kind, name)
        if rule is not None:
            message = f"write a function or lambda that calls google.genai instead of {name}."
            plan.found(call, Rule(rule.id, guide=rule.guide), "manual", message)
            return


def _differences(
    facts: Facts, left: LeftAlone, call: cst.Call, path: str
) -> Iterator[tuple[Rule, str]]:
    """What differs on the way along ``usage_metadata.total_token_count``."""
    pack, names = facts.pack, path.split(".")
    for kind in _kinds(facts, left, call):
        rules: list[AttributeRule] = []
        for name in names:
            rule = pack.attribute(kind, name)
            if rule is None:
                break
            rules.append(rule)
            kind = rule.returns or ""
        for position, rule in enumerate(rules):
            if said := rule.manual or rule.review:
                yield rule, said
                return
            message = _difference(facts, call, rule, last=position == len(names) - 1)
            if message:
                yield GETTER, message
                return


def _difference(facts: Facts, call: cst.Call, rule: AttributeRule, *, last: bool) -> str:
    if rule.becomes is not None:
        return gone(rule)
    if rule.guards is not None and not last:
        return f"{rule.name} can be None now, so write a lambda that asks for it first."
    declared = facts.pack.kinds.get(rule.returns or "")
    if declared is not None and declared.enum is not None and last and not _is_key(facts, call):
        return f"{rule.name} is a named member now where it was a number: check what takes it."
    if rule.empty is not None and rule.returns != "str":
        return f"{rule.name} can be None now where it was {rule.empty}: check what takes it."
    if rule.raises is not None and Failures(facts).noticed(call, rule.error, unseen=False):
        return f"{rule.name} is None now where it raised {rule.error}."
    return ""


def _is_key(facts: Facts, call: cst.Call) -> bool:
    """Whether a getter is ``key=`` of something, where members of enums are looked at already."""
    argument = facts.use(call).parent
    return isinstance(argument, cst.Arg) and argument.keyword is not None


def _kinds(facts: Facts, left: LeftAlone, call: cst.Call) -> list[str]:
    """The kinds of what a getter is called with; all there are where that cannot be seen."""
    given = present(_given(facts, call))
    if not given or Unknown() in given:
        given = frozenset(a for _, value in facts.held.of(Instance) for a in instances(value))
    kept = [atom for atom in instances(given) if not left.value_left(frozenset({atom}))]
    return list(dict.fromkeys(atom.kind for atom in kept))


def _given(facts: Facts, getter: cst.Call) -> Value:
    """What a getter is given, as in ``map(getter, values)`` or ``values.sort(key=getter)``."""
    use, iterated = facts.use(getter), facts.interpreter.iterated
    if use.role == "callee" and isinstance(use.parent, cst.Call) and use.parent.args:
        return facts.value(use.parent.args[0].value)
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    if not isinstance(call, cst.Call):
        return frozenset()
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "sort":
        return iterated(facts.value(call.func.value))
    if any(isinstance(a, Symbol) and a.name in _APPLYING for a in facts.value(call.func)):
        values = (each.value for each in call.args if each is not use.parent)
        return frozenset().union(*(iterated(facts.value(each)) for each in values))
    return frozenset()
