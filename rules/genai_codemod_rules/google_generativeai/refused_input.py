"""What cannot be sent: it was refused with TypeError, and is with ValueError, or is sent."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.syntax.module_syntax import literal

REFUSED = Rule("errors.refused-input", guide="https://ai.google.dev/gemini-api/docs/migrate")
OTHERWISE = (
    "google.genai refuses what it cannot send with ValueError, where this handled {}, and "
    "sends an empty text: handle ValueError as well, and test for an empty text."
)
HISTORY = "history"
CONTENTS = frozenset({"content", "contents", "generation_config", "history"})
# What was refused where it is empty.
PROMPTS = frozenset({"content", "contents"})


def plan_refused_input(rewriter: Rewriter) -> None:
    """Mark calls that may be given what was refused where only a TypeError is handled."""
    facts, failures = rewriter.facts, Failures(rewriter.facts)
    for node, rules in facts.bindings.items():
        if node in rewriter.left.nodes or node not in rewriter.plan.handled:
            continue
        given = [each for rule, binding in rules.items() for each in _given(node, rule, binding)]
        if not any(_may_be_refused(each) for each in given):
            continue
        if failures.noticed(node, "ValueError", unseen=False):
            continue
        # A message without parts was refused with KeyError.
        remembers = any(HISTORY in binding.arguments for binding in rules.values())
        for error in ("TypeError", *(["KeyError"] if remembers else [])):
            if failures.noticed(node, error, unseen=False):
                rewriter.plan.found(node, REFUSED, "review", OTHERWISE.format(error))
                break


def _given(node: cst.Call, rule: CallRule, binding: Binding) -> Iterator[cst.BaseExpression]:
    """What a call sends; of a configuration, the fields that it may not have."""
    if rule.mechanism == "embedding":
        return
    if rule.returns == "Config":
        bound = set(binding.arguments.values())
        yield from (each.value for at, each in enumerate(node.args) if at not in bound)
    for parameter in CONTENTS & binding.arguments.keys():
        value = node.args[binding.arguments[parameter]].value
        is_empty = isinstance(value, cst.List | cst.Dict) and not value.elements
        if parameter in PROMPTS or not is_empty:
            yield value


def _may_be_refused(given: cst.BaseExpression) -> bool:
    """Whether something is not written out as a text, a number or a collection of those."""
    match given:
        case cst.FormattedString():
            return False
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            return not elements or any(_may_be_refused(each.value) for each in elements)
        case cst.Dict(elements=fields):
            return not fields or any(_may_be_refused(each.value) for each in fields)
    return literal(given) in (..., None, "")
