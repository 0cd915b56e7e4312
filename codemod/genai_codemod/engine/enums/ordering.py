"""Calls that put values in order, and what they compare of each."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.enums.enum_numbers import enums_by_class
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    NOTHING,
    Bound,
    Function,
    Symbol,
    Value,
    symbol_names,
)
from genai_codemod.engine.syntax.module_syntax import string_value

SUM = "builtins.sum"
# Functions that compare what they are given, by the position of what they go through.
_ORDERING = {
    "builtins.max": 0,
    "builtins.min": 0,
    "builtins.sorted": 0,
    SUM: 0,
    "heapq.nlargest": 1,
    "heapq.nsmallest": 1,
}


def compared(facts: Facts, call: cst.Call) -> list[Value]:
    """The values that a call compares with each other, if it is one that does."""
    given = [argument.value for argument in call.args if argument.keyword is None]
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "sort":
        elements = [facts.interpreter.iterated(facts.value(call.func.value))]
    else:
        called = symbol_names(facts.value(call.func))
        name = next(iter(called)) if len(called) == 1 else ""
        position = _ORDERING.get(name, len(given))
        if position >= len(given):
            return []
        alone = position == len(given) - 1
        whole = given[position:] if not alone else []
        elements = [facts.value(each) for each in whole] or [
            _elements(facts, facts.value(given[position]))
        ]
    key = key_of(call)
    return elements if key is None else [_key(facts, key, value) for value in elements]


def key_of(call: cst.Call) -> cst.BaseExpression | None:
    """What a call is told to compare of each element."""
    return next((a.value for a in call.args if a.keyword and a.keyword.value == "key"), None)


def attribute_asked_for(facts: Facts, key: cst.BaseExpression) -> str | None:
    """The attribute that ``operator.attrgetter("...")`` asks for, if it asks for one."""
    if not isinstance(key, cst.Call) or len(key.args) != 1:
        return None
    if symbol_names(facts.value(key.func)) != {"operator.attrgetter"}:
        return None
    return string_value(key.args[0].value)


def orders(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a value is only compared: what ``key=lambda each: each.level`` gives, or a part."""
    child = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.Lambda):
            given = facts.index.parents[parent]
            call = facts.index.parents.get(given)
            return (
                child is parent.body
                and isinstance(call, cst.Call)
                and key_of(call) is parent
                and bool(compared(facts, call))
            )
        if not isinstance(parent, cst.Tuple | cst.Element):
            return False
        child = parent
    return False


def _elements(facts: Facts, value: Value) -> Value:
    """What is gone through: of the class of an enum its members."""
    classes = enums_by_class(facts.pack)
    members = {
        Symbol(f"{atom.name}.any")
        for atom in value
        if isinstance(atom, Symbol) and atom.name in classes
    }
    return facts.interpreter.iterated(value) | members


def _key(facts: Facts, key: cst.BaseExpression, element: Value) -> Value:
    """What a key function gives for an element."""
    if (name := attribute_asked_for(facts, key)) is not None:
        for step in name.split("."):
            element = facts.interpreter.attribute(element, step)
        return element
    result: Value = NOTHING
    for atom in facts.value(key):
        if isinstance(atom, Function):
            result |= facts.interpreter.load(("return", atom.node))
        elif isinstance(atom, Bound) and atom.method == "get":
            result |= facts.interpreter.load(("item", atom.instance.site, "*"))
    return result
