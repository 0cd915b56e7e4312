"""Which environment variable holds the key that a module configures."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.origins import origin
from genai_codemod.engine.signature import Binding
from genai_codemod.engine.syntax import string_value
from genai_codemod.engine.values import Symbol, present


def configured_variable(facts: Facts, beside: Collection[str] | None = None) -> str | None:
    """The variable that all configurations of a module read their key from.

    Empty where they set no key, so that the SDK finds one by itself; None where they set anything
    else than a key and parameters ``beside`` it, which are those that the new client has no use
    for if none are given.
    """
    found: set[str | None] = set()
    for call, rules in facts.bindings.items():
        for rule, binding in rules.items():
            if rule.mechanism == "configuration":
                allowed = rule.drops if beside is None else beside
                found.add(_variable_of(facts, call, binding, allowed))
    return found.pop() if len(found) == 1 else None


def _variable_of(
    facts: Facts, call: cst.Call, binding: Binding, beside: Collection[str]
) -> str | None:
    given = {name: call.args[place].value for name, place in binding.arguments.items()}
    if binding.unmatched or given.keys() - {"api_key", *beside}:
        return None
    return _read_by(facts, given["api_key"]) if "api_key" in given else ""


def _read_by(facts: Facts, value: cst.BaseExpression) -> str | None:
    """The variable that an expression reads, if that is all it does."""
    match origin(facts, value):
        case cst.Call(func=func, args=[argument]) if _is(facts.whole, func, _READERS):
            return string_value(argument.value)
        case cst.Subscript(value=read, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return string_value(index) if _is(facts.whole, read, {"os.environ"}) else None
    return None


_READERS = {"os.getenv", "os.environ.get"}


def _is(facts: Facts, node: cst.BaseExpression, names: Collection[str]) -> bool:
    found = {atom.name if isinstance(atom, Symbol) else "" for atom in present(facts.value(node))}
    return bool(found) and found <= set(names)
