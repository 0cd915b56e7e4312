"""Holds a rule pack against the installed google-generativeai: what is missing, what is stale.

Everything here yields problems as texts that begin with the legacy name, so that a failing test
is a list of what to write.
"""

from __future__ import annotations

import ast
import enum
import importlib
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

from tests.rules.legacy_surface import (
    MESSAGES,
    Legacy,
    Parameters,
    by_name,
    message_packages,
    raised_names,
    walk,
)

from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule

# The settings of a call, which templates name together.
SETTINGS = {
    "generation_config", "safety_settings", "tools", "tool_config", "request_options",
    "system_instruction", "model_name", "labels",
}  # fmt: skip
# Python of a mechanism takes these parameters where no template names them.
BY_MECHANISM = {"chat": {"enable_automatic_function_calling"}, "counting": {"tools"}}
MODULES = {"client", "errors", "genai", "self", "types"}
PLAIN = ("dict", "value", "error", "enum")


def problems(pack: RulePack) -> set[str]:
    """What is wrong with the map of a pack."""
    return {*_missing(pack), *_stale(pack)}


@cache
def canonical_surface(aliases: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Legacy], ...]:
    """The legacy surface under the names that rules are written for."""
    pack = RulePack(name="", packages=(), aliases=aliases, calls={}, names={}, kinds={})
    return tuple((pack.canonical(legacy.name), legacy) for legacy in walk())


# -- completeness -------------------------------------------------------------------------------


def _missing(pack: RulePack) -> Iterator[str]:
    for package in message_packages():
        if pack.canonical(package) != pack.canonical(MESSAGES):
            yield f"{package} has no alias"
    for name, legacy in canonical_surface(pack.aliases):
        yield from unanswered(pack, name, legacy)
    for name in raised_names():
        if name not in pack.exceptions:
            yield f"{name} has no rule"


def unanswered(pack: RulePack, name: str, legacy: Legacy) -> Iterator[str]:
    """What a pack does not say of something that a legacy package has under a canonical name."""
    if _is_manual(pack, name):
        return
    if legacy.sort == "function":
        rule = pack.calls.get(name)
        yield from [f"{name} has no rule"] if rule is None else _call(name, rule, legacy)
    elif name not in pack.names:
        # A constructor that is left to a person answers for its class too.
        made = pack.calls.get(name)
        yield from [f"{name} has no rule"] if made is None else _call(name, made, legacy)
    elif legacy.sort not in PLAIN:
        yield from _class(pack, name, legacy)


def _is_manual(pack: RulePack, name: str) -> bool:
    """Whether a name is left to a person, whatever is done with it."""
    own = pack.names.get(name)
    if own is not None:
        return own.manual is not None
    if name in pack.calls:
        name = name.rpartition(".")[0]
    return pack.manual(name) is not None


def _class(pack: RulePack, name: str, legacy: Legacy) -> Iterator[str]:
    """What a class that becomes another one is lacking: a constructor, and its members."""
    rule = pack.calls.get(name)
    if rule is None:
        yield f"{name} has no rule for calling it"
    elif rule.manual is None and rule.mechanism == "constructor" and legacy.sort == "message":
        yield from _fields(name, rule, legacy)
    elif rule.manual is None:
        yield from _call(name, rule, legacy)
    yield from _bound(pack, name, legacy)
    kinds = [kind for kind in pack.kinds.values() if name in kind.annotation]
    if not kinds and legacy.sort == "class":
        yield f"{name} has no kind"
    for kind in kinds:
        yield from _members(name, kind, legacy)


def _is_left(rule: AttributeRule | None) -> bool:
    """Whether a method is left to a person as soon as it is named."""
    return rule is not None and rule.manual is not None


def _fields(name: str, rule: CallRule, legacy: Legacy) -> Iterator[str]:
    """A message is made with exactly its fields; proto-plus takes ``type`` for ``type_`` too."""
    fields = set(legacy.attributes) | {field.rstrip("_") for field in legacy.attributes}
    for field in fields.symmetric_difference(_living(rule)):
        yield f"{name}({field}) differs from the rule {rule.id}"


def _bound(pack: RulePack, name: str, legacy: Legacy) -> Iterator[str]:
    """The methods of the class itself are functions with a longer name."""
    for method in legacy.bound:
        full = f"{name}.{method}"
        rule = pack.calls.get(full)
        if rule is not None:
            yield from _signature(full, rule, legacy.methods[method])
        elif pack.manual(full) is None:
            yield f"{full} has no rule"


def _members(name: str, kind: Kind, legacy: Legacy) -> Iterator[str]:
    for attribute in legacy.attributes:
        if attribute not in kind.attributes:
            yield f"{name}.{attribute} has no rule in kind {kind.name}"
    for method, parameters in legacy.methods.items():
        if method in legacy.bound:
            continue
        rule = kind.methods.get(method)
        if rule is not None:
            yield from _signature(f"{name}.{method}", rule, parameters)
        elif not _is_left(kind.attributes.get(method)):
            yield f"{name}.{method} has no rule in kind {kind.name}"


def _call(name: str, rule: CallRule, legacy: Legacy) -> Iterator[str]:
    assert legacy.parameters is not None
    yield from _signature(name, rule, legacy.parameters)


def _signature(name: str, rule: CallRule, parameters: Parameters) -> Iterator[str]:
    signature = Parameters(_living(rule), _positional(rule))
    if not parameters.allows(signature):
        yield f"{name}{parameters} differs from the rule {rule.id}: {signature}"
    for parameter in rule.legacy.parameters:
        if not _goes_somewhere(rule, parameter):
            yield f"{name}({parameter}) goes nowhere in the rule {rule.id}"


def _living(rule: CallRule) -> tuple[str, ...]:
    return tuple(p for p in rule.legacy.parameters if p not in rule.gone_parameters)


def _positional(rule: CallRule) -> int:
    given = rule.legacy.parameters[: rule.legacy.positional]
    return sum(parameter not in rule.gone_parameters for parameter in given)


def _goes_somewhere(rule: CallRule, parameter: str) -> bool:
    if rule.manual is not None or rule.mechanism in ("constructor", "settings"):
        return True
    if parameter in (*rule.drops, *rule.refuses):
        return True
    if parameter == "stream" and rule.stream is not None:
        return True
    if parameter in BY_MECHANISM.get(rule.mechanism or "", ()):
        return True
    named = names_in(rule.becomes) - MODULES
    return parameter in named or ("settings" in named and parameter in SETTINGS)


@cache
def names_in(template: str | None) -> set[str]:
    """The names that a template reads."""
    tree = ast.parse(template or "None", mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


# -- staleness ----------------------------------------------------------------------------------


def _stale(pack: RulePack) -> Iterator[str]:
    for name, gone in subjects(pack):
        if exists(pack, name) and gone:
            yield f"{name} exists, but its rule says that it is gone since {gone}"
        elif not exists(pack, name) and not gone:
            yield f"{name} does not exist"
    for kind in pack.kinds.values():
        yield from _stale_members(pack, kind)
    for name, rule in pack.calls.items():
        if rule.manual is not None and not rule.gone and name in by_name():
            yield from _call(name, rule, by_name()[name])


def subjects(pack: RulePack) -> Iterable[tuple[str, str | None]]:
    """Every legacy name that has a rule, and whether the rule says that it is gone."""
    tables = (pack.calls, pack.names, pack.exceptions)
    yield from ((name, rule.gone) for table in tables for name, rule in table.items())
    yield from ((name, None) for kind in pack.kinds.values() for name in kind.annotation)
    yield from ((prefix, None) for prefix, _ in pack.aliases if not _is_old_module(prefix))


def _is_old_module(prefix: str) -> bool:
    return prefix.rpartition(".")[2] in ("text", "discuss", "discuss_types")


def _stale_members(pack: RulePack, kind: Kind) -> Iterator[str]:
    surface = canonical_surface(pack.aliases)
    classes = [legacy for name, legacy in surface if name in kind.annotation]
    if not classes:
        return
    known = {"name", "value"} if kind.enum else set()
    for legacy in classes:
        known |= {*legacy.attributes, *legacy.methods}
        # proto-plus shows a field such as type_ as type too.
        known |= {each.rstrip("_") for each in legacy.attributes}
    for name, rule in {**kind.attributes, **kind.methods}.items():
        if name not in known and not name.startswith("_") and not rule.gone:
            yield f"{kind.annotation[0]}.{name} does not exist"
    if kind.enum:
        yield from _stale_numbers(pack, kind)


def _stale_numbers(pack: RulePack, kind: Kind) -> Iterator[str]:
    """Number 0 stands for "not set", which is None in the new SDK, so it is no member there."""
    expected = {}
    for name in kind.annotation:
        for member in _members_of(pack, name):
            if int(member) and pack.manual(f"{name}.{member.name}") is None:
                expected[int(member)] = member.name
    for number in {**expected, **kind.numbers}:
        if expected.get(number) != kind.numbers.get(number):
            named = expected.get(number, "no member")
            yield f"{kind.annotation[0]}({number}) is {named}: kind {kind.name} has another"


def _members_of(pack: RulePack, name: str) -> Iterable[enum.IntEnum]:
    found = next(filter(None, map(_resolved, spellings(pack, name))), ())
    return cast("Iterable[enum.IntEnum]", found)


def exists(pack: RulePack, name: str) -> bool:
    """Whether a canonical name exists, in one of the places that it stands for."""
    return any(_resolved(spelling) is not None for spelling in spellings(pack, name))


def spellings(pack: RulePack, name: str) -> tuple[str, ...]:
    """A canonical name, and what its aliases make of it."""
    return _spellings(pack.aliases, name)


@cache
def _spellings(aliases: tuple[tuple[str, str], ...], name: str) -> tuple[str, ...]:
    return (name, *_aliased(aliases, name))


def _aliased(aliases: tuple[tuple[str, str], ...], name: str) -> Iterator[str]:
    for prefix, replacement in aliases:
        if name == replacement or name.startswith(replacement + "."):
            spelled = prefix + name[len(replacement) :]
            if not _is_old_module(prefix):
                yield spelled


@cache
def _resolved(dotted: str) -> object | None:
    """The object with a dotted name, looking into modules, classes and their members."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found: object = importlib.import_module(".".join(parts[:size]))
        except ImportError:
            continue
        for part in parts[size:]:
            fields = getattr(getattr(found, "meta", None), "fields", {})
            found = fields[part] if part in fields else getattr(found, part, None)
            if found is None:
                return None
        return found
    return None
