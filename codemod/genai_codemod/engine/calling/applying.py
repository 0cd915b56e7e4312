"""Whether a call is what a rule is about, where that depends on texts that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import NOTHING, Symbol, Value, Written, present
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import bind
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.engine.tracing.origins import origin

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts
    from genai_codemod.engine.plan import Plan


def may_apply(rule: CallRule, call: cst.Call, values: Mapping[cst.CSTNode, Value]) -> bool:
    """Whether a call is given what the rule asks for, and each text can be one that it wants."""
    if not rule.when and not rule.given:
        return True
    binding = bind(call, rule.legacy)
    if rule.given and binding.arguments.keys().isdisjoint(rule.given):
        return False
    for parameter, pattern in rule.when.items():
        given = binding.argument(call, parameter)
        texts = _texts(values.get(given, NOTHING) if given is not None else NOTHING)
        if not any(fnmatchcase(text, pattern) for text in texts):
            return False
    return True


def is_undecided(rule: CallRule, call: cst.Call, values: Mapping[cst.CSTNode, Value]) -> bool:
    """Whether nothing is known yet of a text that the rule asks about."""
    binding = bind(call, rule.legacy)
    given = [binding.argument(call, parameter) for parameter in rule.when]
    return any(each is not None and not values.get(each) for each in given)


def certainly_applies(facts: Facts, call: cst.Call, rule: CallRule) -> bool:
    """Whether each text that the rule asks about is one that it wants, and can be no other."""
    binding = facts.binding(call, rule)
    for parameter, pattern in rule.when.items():
        given = binding.argument(call, parameter)
        written = string_value(origin(facts, given)) if given is not None else None
        if written is None or not fnmatchcase(written, pattern):
            return False
    return True


def note_unsure(facts: Facts, plan: Plan) -> None:
    """Note the calls that may be what a rule is about, although nothing shows that they are."""
    for call in facts.index.calls:
        if call in facts.interpreter.bindings:
            continue
        for rule in _conditional(facts, call):
            binding = bind(call, rule.legacy)
            given = [binding.argument(call, parameter) for parameter in rule.when]
            if any(each is not None and not _is_written(facts, each) for each in given):
                plan.found(call, rule, "note", rule.unsure or "")


def _conditional(facts: Facts, call: cst.Call) -> Iterator[CallRule]:
    for atom in present(facts.value(call.func)):
        if isinstance(atom, Symbol):
            rule = facts.pack.calls.get(atom.name)
            if rule is not None and rule.when:
                yield rule


def _is_written(facts: Facts, given: cst.BaseExpression) -> bool:
    found = origin(facts, given)
    return isinstance(found, cst.SimpleString | cst.ConcatenatedString | cst.Name) and (
        not isinstance(found, cst.Name) or found.value == "None"
    )


def _texts(value: Value) -> Iterator[str]:
    return (atom.site.raw_value for atom in value if isinstance(atom, Written))
