"""The settings of a model and of single calls, as one configuration expression.

The legacy SDK merges the settings of a call over those of the model; the new one takes a single
configuration.  Settings are gathered here from the arguments of a legacy call, and written either
as a new configuration or as an update of an existing one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Container,
    Instance,
    Plain,
    Symbol,
    Unknown,
    Value,
    present,
)
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import (
    WrittenDict,
    atomic,
    call,
    keyword,
    text_literal,
)

# What gives a number, or fails.
_NUMBERS = (cst.BinaryOperation, cst.UnaryOperation, cst.Integer, cst.Float)
CONFIG_CLASS = "GenerateContentConfig"


@dataclass(slots=True)
class Settings:
    """``fields`` by name over an optional ``base``: a dict, a config object or unknown.

    ``merges_safety`` says that the configuration these go over may have safety settings, which
    the legacy SDK merged by category, and ``over_none`` that it may be None.  ``changes_later``
    says that the base is changed where that must change nothing any more.  Where one of the
    ``silent`` fields may be None, that left what was there as it was.
    """

    fields: dict[str, cst.BaseExpression] = field(default_factory=dict)
    base: cst.BaseExpression | None = None
    base_kind: str = ""
    merges_safety: bool = False
    over_none: bool = False
    changes_later: bool = False
    silent: set[str] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        return not self.fields and self.base is None

    def configuration(self, plan: Plan) -> cst.BaseExpression | None:
        """The settings as one configuration, or None where there are none."""
        if self.base is not None and self.base_kind in ("object", "unknown"):
            if not self.fields:
                return self._unchanging(self.base, plan) if self.changes_later else self.base
            if self.base_kind == "object":
                return self._copy(self.base, self._update(plan))
            helper = cst.Name(plan.helper("_with_settings"))
            arguments = [keyword(name, value) for name, value in self.fields.items()]
            return call(helper, cst.Arg(self.base), *arguments)
        if self.empty:
            return None
        arguments = [keyword(name, value) for name, value in self.fields.items()]
        if self.base is not None:
            arguments.insert(0, cst.Arg(star="**", value=self.base))
        config = cst.Attribute(plan.module("types"), cst.Name(CONFIG_CLASS))
        return call(config, *arguments)

    def over(self, config: cst.BaseExpression, plan: Plan) -> cst.BaseExpression:
        """``config`` with these settings over it."""
        if self.empty:
            return config
        if self.merges_safety and "safety_settings" in self.fields:
            usual: cst.BaseExpression = cst.Attribute(atomic(config), cst.Name("safety_settings"))
            if self.over_none:
                usual = cst.BooleanOperation(config, cst.And(), usual)
            self.fields["safety_settings"] = call(
                cst.Name(plan.helper("_merge_safety_settings")),
                cst.Arg(usual),
                cst.Arg(self.fields["safety_settings"]),
            )
        if self.over_none:
            return self._over_unknown(config, plan)
        if self.base is None:
            return self._copy(config, self._update(plan))
        values = self.base
        if self.base_kind != "dict":
            values = call(cst.Name(plan.helper("_settings_of")), cst.Arg(values))
        return self._copy(config, self._update(plan, values) if self.fields else values)

    def _over_unknown(self, config: cst.BaseExpression, plan: Plan) -> cst.BaseExpression:
        """``_with_settings(config, temperature=...)``, which also takes None."""
        arguments = [keyword(name, value) for name, value in self.fields.items()]
        if self.base is not None:
            base = self.base
            if self.base_kind != "dict":
                base = call(cst.Name(plan.helper("_settings_of")), cst.Arg(base))
            arguments.insert(0, cst.Arg(star="**", value=base))
        helper = cst.Name(plan.helper("_with_settings"))
        return call(helper, cst.Arg(config), *arguments)

    def _unchanging(self, base: cst.BaseExpression, plan: Plan) -> cst.BaseExpression:
        """A copy of a configuration, which may be None or a dict where it is unknown."""
        if self.base_kind == "object":
            return call(cst.Attribute(atomic(base), cst.Name("model_copy")))
        return call(cst.Name(plan.helper("_with_settings")), cst.Arg(base))

    def _update(self, plan: Plan, *before: cst.BaseExpression) -> cst.BaseExpression:
        """The fields as one dict, with other dicts before them."""
        spread = [*before]
        given = [keyword(name, self.fields[name]) for name in self.fields if name in self.silent]
        if given:
            spread.append(call(cst.Name(plan.helper("_given")), *given))
        written: list[cst.BaseDictElement] = [cst.StarredDictElement(each) for each in spread]
        for name, value in self.fields.items():
            if name not in self.silent:
                written.append(cst.DictElement(text_literal(name), value))
        return spread[0] if given and len(written) == 1 else WrittenDict(written)

    @staticmethod
    def _copy(config: cst.BaseExpression, update: cst.BaseExpression) -> cst.BaseExpression:
        return call(
            cst.Attribute(atomic(config), cst.Name("model_copy")), keyword("update", update)
        )


def add_generation_config(
    settings: Settings, facts: Facts, original: cst.BaseExpression, updated: cst.BaseExpression
) -> None:
    """Add the value of a legacy ``generation_config`` argument."""
    value = facts.value(original)
    if isinstance(updated, cst.Name) and updated.value == "None":
        return
    if isinstance(updated, cst.Dict) and _plain_keys(updated):
        for element in updated.elements:
            assert isinstance(element, cst.DictElement)
            assert isinstance(element.key, cst.SimpleString)
            settings.fields[str(element.key.evaluated_value)] = element.value
        return
    if _is_config_call(updated) or _is_dict_call(facts, original):
        assert isinstance(updated, cst.Call)
        if _is_config_call(updated):
            settings.silent |= _maybe_none(facts, original)
        for argument in updated.args:
            if argument.keyword is not None:
                settings.fields[argument.keyword.value] = argument.value
            else:
                settings.base, settings.base_kind = argument.value, "dict"
        return
    settings.base, settings.base_kind = updated, base_kind(value)
    if settings.base_kind == "dict" and value & {Plain("None"), Plain("json")}:
        settings.base = cst.BooleanOperation(
            atomic(updated), cst.Or(), cst.Dict([]), lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
        )


def may_be_none(value: Value) -> bool:
    """Whether a value is None in some runs."""
    return Plain("None") in value


def may_be_absent(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether an expression is None in some runs, or nobody knows what it is."""
    value = facts.value(node)
    unknown = any(isinstance(atom, Unknown) for atom in value) and not isinstance(node, _NUMBERS)
    return unknown or may_be_none(value)


def _maybe_none(facts: Facts, node: cst.BaseExpression) -> set[str]:
    """The keywords of a call whose values may be None."""
    arguments = node.args if isinstance(node, cst.Call) else ()
    return {
        argument.keyword.value
        for argument in arguments
        if argument.keyword is not None and may_be_absent(facts, argument.value)
    }


# What is read from JSON and given as settings is a dict, or null.
DICTS = frozenset({Plain("dict"), Plain("json")})


def base_kind(value: Value) -> str:
    """``dict``, ``object`` or ``unknown``."""
    atoms = present(value)
    if atoms and all(isinstance(atom, Container) or atom in DICTS for atom in atoms):
        return "dict"
    only_configs = all(isinstance(a, Instance) and a.kind == "Config" for a in atoms)
    if atoms and only_configs and Plain("None") not in value:
        return "object"
    return "unknown"


def _plain_keys(node: cst.Dict) -> bool:
    return all(
        isinstance(element, cst.DictElement)
        and isinstance(element.key, cst.SimpleString)
        and isinstance(element.key.evaluated_value, str)
        and element.key.evaluated_value.isidentifier()
        for element in node.elements
    )


def _is_config_call(node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    return node.func.attr.value == CONFIG_CLASS and _spreads_once(node)


def _is_dict_call(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether an expression is ``dict(temperature=0.5)``, a dict written out by keywords."""
    if not isinstance(node, cst.Call) or facts.value(node.func) != {Symbol("builtins.dict")}:
        return False
    return _spreads_once(node) and all(each.keyword or each.star for each in node.args)


def _spreads_once(node: cst.Call) -> bool:
    stars = [argument for argument in node.args if argument.star]
    return len(stars) <= 1 and all(argument.star == "**" for argument in stars)


def present_parameters(call_node: cst.Call, binding: Binding) -> dict[str, cst.BaseExpression]:
    """The arguments of a call by parameter, explicit ``None`` left out."""
    found = {}
    for parameter, position in binding.arguments.items():
        value = call_node.args[position].value
        if not (isinstance(value, cst.Name) and value.value == "None"):
            found[parameter] = value
    return found


def refusals(rule: CallRule, given: Mapping[str, cst.BaseExpression]) -> list[str]:
    """Why a person should look at what a call was given; an empty list or dict says nothing."""
    return [
        reason
        for parameter, reason in rule.refuses.items()
        if parameter in given and not _is_empty(given[parameter])
    ]


def _is_empty(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.List | cst.Tuple | cst.Dict) and not value.elements
