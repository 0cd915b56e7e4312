"""Rules in YAML, carried out as rules in Python are."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, NameRule
from genai_codemod.engine.rule_packs.template import text_literal
from genai_codemod.rules.edits import Edit, Part, Rearranged
from genai_codemod.rules.objects import Attribute, Call, Expression, Name

Mapped = Sequence[tuple[object, str]]


def call_edit(rule: CallRule, call: Call) -> Edit | None:
    """What becomes of a call by a rule in YAML, or None where nothing has to."""
    if rule.manual is not None:
        return call.marked(rule.manual)
    reviews = [why for parameter, why in rule.refuses.items() if parameter in call.arguments]
    if rule.keeps_arguments:
        return _rearranged(rule, call, reviews)
    if call.unmatched:
        shown = ", ".join(call.unmatched)
        return call.marked(f"write the arguments of this call out: {shown} cannot be translated.")
    assert rule.becomes is not None
    values, unsure = _values(rule, call)
    template = rule.becomes
    return call.becomes(template, review=_joined(rule.review, *reviews, *unsure), **values)


def _rearranged(rule: CallRule, call: Call, reviews: Sequence[str]) -> Edit | None:
    """The edit of a rule that leaves alone what it does not name."""
    concerned = {*rule.renames, *rule.drops, *rule.values}
    spread = [text for text in call.unmatched if text.startswith("*")]
    values, unsure = _values(rule, call)
    if spread and concerned:
        names = ", ".join(sorted(concerned))
        unsure = [*unsure, f"see whether {', '.join(spread)} holds any of {names}."]
    changes = {*rule.renames, *rule.drops} & call.arguments.keys()
    if rule.becomes is None and not (changes or values or unsure or reviews):
        return None
    return Rearranged(
        call.node,
        rule.becomes,
        rule.renames,
        frozenset(rule.drops),
        values,
        review=_joined(rule.review, *reviews, *unsure),
    )


def name_edit(rule: NameRule, name: Name) -> Edit | None:
    """What becomes of a name."""
    if rule.manual is not None:
        return name.marked(rule.manual)
    assert rule.becomes is not None
    return name.becomes(rule.becomes, review=rule.review)


def attribute_edit(rule: AttributeRule, attribute: Attribute) -> Edit | None:
    """What becomes of an attribute."""
    if rule.manual is not None:
        return attribute.marked(rule.manual)
    if rule.becomes is None:
        return None
    return attribute.becomes(rule.becomes, review=rule.review)


def _joined(*sentences: str | None) -> str | None:
    return " ".join(filter(None, sentences)) or None


def _values(rule: CallRule, call: Call) -> tuple[dict[str, Part], list[str]]:
    """The new values of parameters, and what cannot be seen of others."""
    values: dict[str, Part] = {}
    unsure: list[str] = []
    for parameter, mapping in rule.values.items():
        given = call.arguments.get(parameter)
        if given is None:
            continue
        value = _mapped(given, mapping)
        if value is not None:
            values[parameter] = value
        elif not given.is_literal and given.value.names.isdisjoint(new for _, new in mapping):
            shown = ", ".join(f"{old!r} is {new} now" for old, new in mapping)
            unsure.append(f"see what {given.text} is: {shown}.")
    return values, unsure


def _mapped(given: Expression, mapping: Mapped) -> Part | None:
    """The new value for one that is written out, or None."""
    if not given.is_literal:
        return None
    literal = given.literal
    for old, new in mapping:
        if old == literal and type(old) is type(literal):
            return _as_written(given.node, new)
    return None


def _as_written(node: cst.BaseExpression, new: str) -> Part:
    """The source of a new value; a text has the quotes of the old one."""
    expression = cst.parse_expression(new)
    if isinstance(expression, cst.SimpleString) and isinstance(node, cst.SimpleString):
        value = expression.evaluated_value
        if isinstance(value, str) and len(node.quote) == 1:
            return text_literal(value, node.quote)
    return new
