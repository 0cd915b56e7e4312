"""Writes the number that a named member was, where a program wants nothing but that.

A helper gives it: ``_probability_number(rating.probability)``.  What is read of it afterwards is a
number in the legacy program as well, so that nobody can miss the member.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.enums.enum_numbers import enums_by_class, number_rule
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    UNKNOWN,
    Atom,
    Container,
    Instance,
    Plain,
    Symbol,
    Unknown,
    Value,
    present,
    symbol_names,
)
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.rule_packs.template import given_to
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.engine.syntax.uses import ARITHMETIC_SIGNS, Use, operands

NUMBERS = frozenset({Plain("int"), Plain("float"), Plain("bool")})
_SEQUENCES = (cst.List, cst.Tuple, cst.ListComp)


class AsNumbers:
    """Gives members of enums as numbers, each expression once."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left
        self._by_class = enums_by_class(facts.pack)
        self._written: set[cst.CSTNode] = set()

    def kind(self, value: Value) -> Kind | None:
        """The enum with numbers that a value can be a member of, if it can be of no other.

        The helpers give back what is no member, as numbers are and what nobody knows may be.
        """
        atoms = present(value) - {Plain("int"), Unknown()}
        kinds = [self._kind(atom) for atom in atoms]
        helpers = {kind.number if kind is not None else None for kind in kinds}
        if len(helpers) != 1 or None in helpers or self.left.value_left(value):
            return None
        return kinds[0]

    def _kind(self, atom: Atom) -> Kind | None:
        match atom:
            case Instance(kind=name):
                return self.facts.pack.kinds.get(name)
            case Symbol(name=name) if not name.endswith(".any"):
                return self._by_class.get(name.rpartition(".")[0])
        return None

    def write(self, node: cst.CSTNode) -> bool:
        """Write the number instead of a member; False if it may be one of another enum."""
        return self._write(node, node, _itself)

    def _write(self, node: cst.CSTNode, place: cst.CSTNode, member_in: Replace) -> bool:
        """Write the number of a member in a place, of which another function finds the member."""
        kind = self.kind(self.facts.value(node))
        if kind is None or kind.number is None or place not in self.facts.index:
            return False
        self._give(place, kind, member_in)
        return True

    def _give(self, place: cst.CSTNode, kind: Kind, member_in: Replace) -> None:
        if place in self._written:
            return
        self._written.add(place)
        helper, around = self.plan.helper(str(kind.number)), self.plan.wrap.get(place)

        def number(updated: cst.CSTNode) -> cst.CSTNode:
            member = member_in(updated if around is None else around(updated))
            assert isinstance(member, cst.BaseExpression)
            return given_to(helper, member.with_changes(lpar=[], rpar=[]))

        self.plan.wrap[place] = number
        self.plan.found(place, number_rule(kind), "rewritten")

    # -- uses as numbers ----------------------------------------------------------------------

    def write_used(self, node: cst.BaseExpression, use: Use) -> bool:
        """Write the number where ``int()``, ``.value``, a sign or an operator asks for it."""
        parent = use.parent
        if isinstance(parent, cst.Attribute):
            is_certain = Unknown() not in self.facts.value(node)
            return is_certain and self._write(node, parent, _asked_for_value)
        if isinstance(parent, cst.AugAssign):
            return parent.value is node and self.write(node)
        if isinstance(parent, cst.BinaryOperation | cst.UnaryOperation):
            return self.write(node)
        call = self.facts.index.parents[parent] if use.role == "argument" else None
        if not isinstance(call, cst.Call) or len(call.args) != 1 or not self.write(node):
            return False
        if Unknown() not in self.facts.value(node):
            self.plan.replace[call] = _only_argument
        return True

    def write_formatted(self, node: cst.BaseExpression, use: Use) -> bool:
        """Write the number that is formatted as one: ``"%d" % member``."""
        if isinstance(use.parent, cst.BinaryOperation):
            text = string_value(use.parent.left) or ""
            return text.count("%") == 1 and self.write(node)
        return isinstance(use.parent, cst.FormattedStringExpression) and self.write(node)

    def write_compared(self, comparison: cst.Comparison) -> bool:
        """Write the numbers of all members that are compared with numbers or each other."""
        values = [(side, self.facts.value(side)) for side in operands(comparison)]
        members = [side for side, value in values if self.kind(value) is not None]
        others = [value for side, value in values if side not in members]
        if not all(is_number(value) or self.holds_numbers(value) for value in others):
            return False
        return not [side for side in members if not self.write(side)]

    def write_ordered(self, comparison: cst.Comparison, kind: Kind) -> bool:
        """The same for ``member > other``, of which nobody may know what the other is.

        If that is a member, the helper gives its number, too, and otherwise the thing itself.
        """
        if self.write_compared(comparison):
            return True
        values = [(side, self.facts.value(side)) for side in operands(comparison)]
        unknown = [side for side, value in values if present(value) <= UNKNOWN]
        known = [(side, value) for side, value in values if side not in unknown]
        if kind.number is None or not all(
            is_number(value) or self.kind(value) == kind for _, value in known
        ):
            return False
        for side in (*unknown, *(side for side, value in known if not is_number(value))):
            self._give(side, kind, _itself)
        return True

    def write_looked_up(self, node: cst.BaseExpression, table: cst.BaseExpression) -> bool:
        """Write the number for what a list, or a dict with numbers as keys, is asked for."""
        return self.holds_numbers(self.facts.value(table), asked=True) and self.write(node)

    def holds_numbers(self, value: Value, *, asked: bool = False) -> bool:
        """Whether nothing but numbers can be found in something, or are the keys of it."""
        sites = [a.site if isinstance(a, Container) else None for a in present(value)]
        return bool(sites) and all(
            site is not None and self._holds_numbers(site, asked) for site in sites
        )

    def _holds_numbers(self, site: cst.CSTNode, asked: bool) -> bool:
        load = self.facts.interpreter.load
        if isinstance(site, cst.Dict):
            return is_number(load(("keys", site)))
        is_sequence = isinstance(site, _SEQUENCES)
        return is_sequence if asked else is_number(load(("item", site, "*")))


def _itself(member: cst.CSTNode) -> cst.CSTNode:
    return member


def _only_argument(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Call)
    return updated.args[0].value


def _asked_for_value(updated: cst.CSTNode) -> cst.CSTNode:
    """``a.b`` of ``a.b.value``, and the same where it is asked first whether that is there."""
    match updated:
        case cst.Attribute(value=member):
            return member
        case cst.BooleanOperation(left=member):
            return member
        case cst.Call(args=[cst.Arg(value=member), *_]):
            return member
    raise AssertionError(type(updated))


def is_number(value: Value) -> bool:
    """Whether a value is certainly a number."""
    atoms = present(value)
    return bool(atoms) and atoms <= NUMBERS


def is_used_as_number(facts: Facts, use: Use) -> bool:
    """Whether ``int()``, ``.value``, a sign or an operator takes a value for a number."""
    if isinstance(use.parent, cst.Attribute):
        return use.role == "attribute" and use.parent.attr.value == "value"
    if isinstance(use.parent, cst.UnaryOperation):
        return isinstance(use.parent.operator, ARITHMETIC_SIGNS)
    if isinstance(use.parent, cst.BinaryOperation | cst.AugAssign):
        return True
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and "builtins.int" in symbol_names(facts.value(call.func))
