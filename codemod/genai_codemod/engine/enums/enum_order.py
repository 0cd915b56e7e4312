"""Where values that were integers are put in order: as named members they have another one."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.enums.enum_numbers import enums_by_class, number_rule
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    NOTHING,
    Atom,
    Bound,
    Container,
    Function,
    Instance,
    Symbol,
    Value,
    present,
    symbol_names,
)
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.syntax.module_syntax import string_value

# Functions that compare what they are given, by the position of what they go through.
_ORDERING = {
    "builtins.max": 0,
    "builtins.min": 0,
    "builtins.sorted": 0,
    "builtins.sum": 0,
    "heapq.nlargest": 1,
    "heapq.nsmallest": 1,
}


def plan_orders(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark calls that put members of an enum in order."""
    enums = _Enums(facts, left)
    for call in facts.index.calls:
        values = _compared(facts, call)
        kind = next((found for value in values if (found := enums.of(value)) is not None), None)
        if kind is None:
            continue
        rule = number_rule(kind)
        markers = plan.markers.get(facts.index.statement(call), ())
        if not any(marker.endswith(f"[{rule.id}]") for marker in markers):
            message = f"members of {kind.enum} are in the order of their names now, not of numbers."
            plan.found(call, rule, "review", message)


def _compared(facts: Facts, call: cst.Call) -> list[Value]:
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
    key = next((a.value for a in call.args if a.keyword and a.keyword.value == "key"), None)
    return elements if key is None else [_key(facts, key, value) for value in elements]


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
    if isinstance(key, cst.Call) and key.args:
        called = symbol_names(facts.value(key.func))
        name = string_value(key.args[0].value)
        if called == {"operator.attrgetter"} and name is not None:
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


class _Enums:
    """Tells which enum a value is a member of, or a tuple of such members, or its class.

    A tuple can be seen to hold itself: ``path = (path, step)``.
    """

    def __init__(self, facts: Facts, left: LeftAlone) -> None:
        self.facts = facts
        self.left = left
        self.by_class = enums_by_class(facts.pack)

    def of(self, value: Value) -> Kind | None:
        return self._of(value, set())

    def _of(self, value: Value, seen: set[cst.Tuple]) -> Kind | None:
        for atom in present(value):
            if (found := self._of_atom(atom, seen)) is not None:
                return found
        return None

    def _of_atom(self, atom: Atom, seen: set[cst.Tuple]) -> Kind | None:
        match atom:
            case Instance(kind=name) if not self.left.value_left(frozenset({atom})):
                kind = self.facts.pack.kinds.get(name)
                return kind if kind is not None and kind.enum is not None else None
            case Symbol(name=name):
                return self.by_class.get(name.rpartition(".")[0])
            case Container(site=cst.Tuple() as site) if site not in seen:
                seen.add(site)
                return self._of(self.facts.interpreter.load(("item", site, "*")), seen)
        return None
