"""Where values that were integers are put in order: as named members they have another one."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.enums.as_numbers import AsNumbers
from genai_codemod.engine.enums.enum_numbers import enums_by_class, number_rule
from genai_codemod.engine.enums.ordering import SUM, attribute_asked_for, compared, key_of
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Atom,
    Container,
    Instance,
    Symbol,
    Value,
    present,
    symbol_names,
)
from genai_codemod.engine.imports.unused_imports import drop_unused
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.rule_packs.template import call as call_of
from genai_codemod.engine.rule_packs.template import expression, given_to, keyword
from genai_codemod.engine.syntax.module_syntax import source_of

# What the new key functions call each element.
_EACH = "each"


def plan_orders(facts: Facts, plan: Plan, left: LeftAlone, as_numbers: AsNumbers) -> None:
    """Have calls compare numbers that put members of an enum in order, or mark them."""
    enums = _Enums(facts, left)
    orders = _Orders(facts, plan, as_numbers)
    for call in facts.index.calls:
        values = compared(facts, call)
        kind = next((found for value in values if (found := enums.of(value)) is not None), None)
        if kind is None:
            continue
        rule = number_rule(kind)
        if orders.write(call, values):
            plan.found(call, rule, "rewritten")
            continue
        markers = plan.markers.get(facts.index.statement(call), ())
        if not any(marker.endswith(f"[{rule.id}]") for marker in markers):
            message = f"members of {kind.enum} are in the order of their names now, not of numbers."
            plan.found(call, rule, "review", message)
    drop_unused(facts, plan, orders.gone)


class _Orders:
    """Writes keys that give numbers; ``gone`` are the functions that made keys before."""

    def __init__(self, facts: Facts, plan: Plan, as_numbers: AsNumbers) -> None:
        self.facts = facts
        self.plan = plan
        self.as_numbers = as_numbers
        self.gone: set[cst.CSTNode] = set()

    def write(self, call: cst.Call, values: list[Value]) -> bool:
        """Have a call compare the numbers; False if it may compare something else, too."""
        if SUM in symbol_names(self.facts.value(call.func)):
            return False
        key = key_of(call)
        if isinstance(key, cst.Lambda):
            return self._write_body(key.body)
        whole = frozenset(atom for value in values for atom in value)
        kind = self.as_numbers.kind(whole)
        if kind is None or kind.number is None or (key is not None and self._is_held(key)):
            return False
        helper = self.plan.helper(kind.number)
        if key is None:
            self.plan.replace[call] = lambda updated: _with_key(updated, helper)
            return True
        name = attribute_asked_for(self.facts, key)
        if name is not None:
            assert isinstance(key, cst.Call)
            self.gone.add(key.func)
        self.plan.replace[key] = lambda updated: _numbered(helper, name, updated)
        return True

    def _write_body(self, body: cst.BaseExpression) -> bool:
        """The same in a lambda that gives one value, or a tuple of them."""
        parts = [e.value for e in body.elements] if isinstance(body, cst.Tuple) else [body]
        plain = [part for part in parts if self._may_be_member(part)]
        certain = [self.as_numbers.kind(self.facts.value(part)) is not None for part in plain]
        return (
            bool(plain)
            and all(certain)
            and not [part for part in plain if not self.as_numbers.write(part)]
        )

    def _may_be_member(self, part: cst.BaseExpression) -> bool:
        return any(
            isinstance(atom, Instance | Symbol | Container)
            and not (isinstance(atom, Instance) and self._has_no_number(atom))
            for atom in self.facts.value(part)
        )

    def _has_no_number(self, atom: Instance) -> bool:
        kind = self.facts.pack.kinds.get(atom.kind)
        return kind is not None and kind.enum is None

    def _is_held(self, key: cst.BaseExpression) -> bool:
        """Whether a key calls something that would be called once for each element then."""
        asked = attribute_asked_for(self.facts, key)
        return asked is None and any(
            isinstance(each, cst.Call | cst.Await) for each in (key, *self.facts.index.within(key))
        )


def _with_key(updated: cst.CSTNode, helper: str) -> cst.CSTNode:
    """A call with a key of its own behind its other arguments."""
    assert isinstance(updated, cst.Call)
    return call_of(updated.func, *updated.args, keyword("key", cst.Name(helper)))


def _numbered(helper: str, attribute: str | None, key: cst.CSTNode) -> cst.CSTNode:
    """``lambda each: number(key(each))``."""
    read = f"{_EACH}.{attribute}" if attribute else f"{source_of(key)}({_EACH})"
    number = given_to(helper, expression(read))
    return cst.Lambda(cst.Parameters([cst.Param(cst.Name(_EACH))]), number)


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
