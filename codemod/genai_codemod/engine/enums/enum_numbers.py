"""Finds the numbers that a former integer is compared with, and writes its members instead."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Plain, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.syntax.parts import parts
from genai_codemod.engine.syntax.uses import operands

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"
Displays = cst.List | cst.Tuple | cst.Set
BELOW = (cst.LessThan, cst.LessThanEqual)
ABOVE = (cst.GreaterThan, cst.GreaterThanEqual)
ORDERS = (*BELOW, *ABOVE)
_MIRRORED: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.GreaterThan,
    cst.LessThanEqual: cst.GreaterThanEqual,
    cst.GreaterThan: cst.LessThan,
    cst.GreaterThanEqual: cst.LessThanEqual,
}


def number_rule(kind: Kind) -> Rule:
    """The rule for numbers of an enum that are named members now."""
    return Rule(f"{kind.name.lower()}.number", guide=GUIDE)


def enums_by_class(pack: RulePack) -> dict[str, Kind]:
    """The enums of integers that are named members now, by the names of their legacy classes."""
    kinds = [kind for kind in pack.kinds.values() if kind.enum is not None]
    return {name: kind for kind in kinds for name in kind.annotation}


class Numbers:
    """The numbers that stand for members of one enum in a module."""

    def __init__(self, facts: Facts, plan: Plan, kind: Kind) -> None:
        self.facts = facts
        self.plan = plan
        self.kind = kind
        self._found: list[cst.Integer] = []

    def named(self, node: cst.BaseExpression) -> bool | None:
        """Write members for the numbers that ``node`` is or holds.

        None if it holds no number, False if they have no names or are used otherwise, too.
        """
        self._found.clear()
        named = self._named(node)
        for number in self._found if named else ():
            self._write(number)
        return named

    def _named(self, node: cst.BaseExpression) -> bool | None:
        if isinstance(node, cst.Integer):
            return self._name(node)
        if isinstance(node, Displays):
            found = [self._named(element.value) for element in node.elements]
            return None if set(found) <= {None} else False not in found
        if isinstance(node, cst.Dict):
            return self._name_all(self._keys(node))
        atoms = present(self.facts.value(node))
        if atoms == {Plain("int")}:
            return self._name_constant(node)
        if any(atom == Plain("int") for atom in atoms):
            return False
        sites = [atom.site for atom in atoms if isinstance(atom, Container)]
        if not sites:
            return None
        if len(atoms) != 1 or not isinstance(sites[0], Displays | cst.Dict):
            return False if any(self._holds_number(site) for site in sites) else None
        if not self._holds_number(sites[0]):
            return None
        return self._only_looked_up(sites[0]) and self._named(sites[0])

    def _holds_number(self, site: cst.CSTNode) -> bool:
        if isinstance(site, cst.Dict):
            return bool(self._keys(site))
        return Plain("int") in self.facts.interpreter.load(("item", site, "*"))

    @staticmethod
    def _keys(node: cst.Dict) -> list[cst.Integer]:
        return [
            element.key
            for element in node.elements
            if isinstance(element, cst.DictElement) and isinstance(element.key, cst.Integer)
        ]

    def _name_all(self, numbers: list[cst.Integer]) -> bool | None:
        return all(self._name(number) for number in numbers) if numbers else None

    def _name(self, number: cst.Integer) -> bool:
        value = literal(number)
        if value != 0 and value not in self.kind.numbers:
            return False
        if number not in self.facts.index:
            return False
        self._found.append(number)
        return True

    def _write(self, number: cst.Integer) -> None:
        value = literal(number)
        assert isinstance(value, int)
        self.plan.replace[number] = lambda _: self.member(value)
        self.plan.found(number, number_rule(self.kind), "rewritten")

    def member(self, number: int) -> cst.BaseExpression:
        """The member of a number; zero was what an unset field had."""
        if number == 0:
            return cst.Name("None")
        assert self.kind.enum is not None
        head, _, tail = f"{self.kind.enum}.{self.kind.numbers[number]}".partition(".")
        return attribute(f"{self.plan.name(head)}.{tail}")

    # -- constants ----------------------------------------------------------------------------

    def _name_constant(self, node: cst.BaseExpression) -> bool:
        """A variable that is assigned a number once, and only compared with the enum."""
        if not isinstance(node, cst.Name):
            return False
        scope = self.facts.index.scope(node).binding_scope(node.value)
        numbers = []
        for other in self.facts.values:
            if not isinstance(other, cst.Name) or other.value != node.value:
                continue
            if self.facts.index.scope(other).binding_scope(other.value) is not scope:
                continue
            parent = self.facts.index.parents.get(other)
            if isinstance(parent, cst.AssignTarget):
                assign = self.facts.index.parents.get(parent)
                numbers.append(assign.value if isinstance(assign, cst.Assign) else None)
            elif not self._compared_with_enum(other):
                return False
        number = numbers[0] if len(numbers) == 1 else None
        return isinstance(number, cst.Integer) and self._name(number)

    def only_members(self, table: cst.BaseExpression) -> bool:
        """Whether a dict is known, and only ever asked for members of the enum."""
        atoms = present(self.facts.value(table))
        return bool(atoms) and all(
            isinstance(atom, Container) and self._only_looked_up(atom.site) for atom in atoms
        )

    def _only_looked_up(self, site: cst.CSTNode) -> bool:
        """Whether a constant list or dict is only ever searched for members of the enum."""
        for node in self.facts.by_site.get(site, ()):
            if node is site or isinstance(self.facts.index.parents.get(node), cst.AssignTarget):
                continue
            use = self.facts.use(node)
            if use.role == "compared" and self._compared_with_enum(node):
                continue
            if use.role == "item" and isinstance(use.parent, cst.Subscript):
                index = use.parent.slice[0].slice
                if isinstance(index, cst.Index) and self._is_enum(index.value):
                    continue
            if use.role == "attribute" and isinstance(use.parent, cst.Attribute):
                getter = self.facts.index.parents.get(use.parent)
                if use.parent.attr.value == "get" and isinstance(getter, cst.Call):
                    if getter.args and self._is_enum(getter.args[0].value):
                        continue
            return False
        return True

    def _compared_with_enum(self, node: cst.CSTNode) -> bool:
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.Comparison):
                ordered = any(isinstance(t.operator, ORDERS) for t in parent.comparisons)
                return not ordered and any(
                    self._is_enum(side) for side in operands(parent) if side is not child
                )
            if not isinstance(parent, Displays | cst.Element | cst.ComparisonTarget):
                return False
            if not isinstance(parent, cst.ComparisonTarget):
                child = parent
        return False

    def _is_enum(self, node: cst.CSTNode) -> bool:
        atoms = present(self.facts.value(node))
        return bool(atoms) and all(
            isinstance(atom, Instance) and self._same_enum(atom.kind) for atom in atoms
        )

    def _same_enum(self, name: str) -> bool:
        kind = self.facts.pack.kinds.get(name)
        return kind is not None and kind.enum == self.kind.enum

    # -- order --------------------------------------------------------------------------------

    def ordered(self, node: cst.Comparison, value: cst.BaseExpression, number: int) -> None:
        """``value > 2`` as ``value in (<the members above>)``."""
        written = type(node.comparisons[0].operator)
        operator = written if node.left is value else _MIRRORED[written]
        below = [n for n in sorted({0, *self.kind.numbers}) if _is_below(operator, n, number)]
        above = [n for n in sorted({0, *self.kind.numbers}) if n not in below]
        is_above = operator in ABOVE
        few = above if len(above) <= len(below) else below
        negated = (few is above) is not is_above
        self.plan.found(node, number_rule(self.kind), "rewritten")
        self.plan.replace[node] = lambda updated: self._membership(
            updated, few, value is node.left, negated=negated
        )

    def _membership(
        self, updated: cst.CSTNode, few: list[int], is_left: bool, *, negated: bool
    ) -> cst.BaseExpression:
        assert isinstance(updated, cst.Comparison)
        value = updated.left if is_left else updated.comparisons[0].comparator
        operator = cst.NotIn() if negated else cst.In()
        elements = [cst.Element(self.member(number)) for number in few]
        target = cst.ComparisonTarget(operator, cst.Tuple(elements))
        return updated.with_changes(left=value, comparisons=[target])


def _is_below(operator: type[cst.BaseCompOp], number: int, limit: int) -> bool:
    """Whether a number lies on the lower side of ``value <operator> limit``."""
    return number < limit or (number == limit and operator in (cst.LessThanEqual, cst.GreaterThan))


def written_numbers(node: cst.CSTNode) -> Iterator[cst.Integer]:
    """The number literals in a part of a pattern."""
    if isinstance(node, cst.MatchValue) and isinstance(node.value, cst.Integer):
        yield node.value
    elif isinstance(node, cst.MatchOr | cst.MatchOrElement | cst.MatchAs):
        for child in parts(node):
            yield from written_numbers(child)
