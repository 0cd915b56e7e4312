"""Members of enums that the program names itself and then uses as the numbers they were."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.answers.printing import formatted_as_number, is_printed
from genai_codemod.engine.enums.as_numbers import AsNumbers, is_used_as_number
from genai_codemod.engine.enums.enum_numbers import ORDERS, enums_by_class, number_rule
from genai_codemod.engine.enums.unset_members import gives_unset
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Symbol, Value, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.result import Status
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod.engine.syntax.uses import compared_with, comparison_of


class MemberPlanner:
    """Marks where a variable that holds a legacy member or its class is used as a number."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone, as_numbers: AsNumbers) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left
        self.as_numbers = as_numbers
        self.kinds = enums_by_class(facts.pack)

    def plan_all(self) -> None:
        for node, value in self.facts.held.of(Symbol):
            if not isinstance(node, cst.BaseExpression):
                continue
            if (kind := self._kind(value, member=True)) is not None:
                self._plan_renamed(node, value)
                self._plan_member(node, kind)
            elif (kind := self._kind(value, member=False)) is not None:
                self._plan_class(node, value, kind)
            elif (kind := self._possible(value)) is not None and self._is_put_in_order(node):
                self._mark_number(node, kind)

    def _kind(self, value: Value, *, member: bool) -> Kind | None:
        """The enum that all of a value are members of, or are the class of."""
        found = [
            self.kinds.get(atom.name.rpartition(".")[0] if member else atom.name)
            for atom in present(value)
            if isinstance(atom, Symbol)
        ]
        whole = len(found) == len(present(value)) and len(set(map(id, found))) == 1
        return found[0] if whole else None

    def _plan_renamed(self, node: cst.BaseExpression, value: Value) -> None:
        """``Reason.MEMBER`` of a class in a variable, where the member has a rule of its own."""
        if not isinstance(node, cst.Attribute) or self.facts.legacy_name(node, value) is not None:
            return
        names = {atom.name for atom in present(value) if isinstance(atom, Symbol)}
        rule = self.facts.pack.names.get(names.pop()) if len(names) == 1 else None
        if rule is None or rule.becomes is None:
            return
        member = cst.Name(rule.becomes.rpartition(".")[2])
        if member.value != node.attr.value:
            self.plan.replace[node] = lambda updated: updated.with_changes(attr=member)
        given = rule.unset and gives_unset(self.facts, self.plan, self.left, node, rule)
        status: Status = "rewritten" if rule.review is None or given else "review"
        self.plan.found(node, rule, status, rule.review or "")

    def _plan_member(self, node: cst.BaseExpression, kind: Kind) -> None:
        use = self.facts.use(node)
        named = self.facts.legacy_name(node, self.facts.value(node)) is not None
        written = False
        if is_used_as_number(self.facts, use) and not is_printed(self.facts, node):
            # What is written as one name is marked where names are.
            wrong = not (named and isinstance(use.parent, cst.Attribute))
            written = wrong and self.as_numbers.write_used(node, use)
        elif isinstance(use.parent, cst.FormattedStringExpression):
            wrong = formatted_as_number(use.parent)
            written = wrong and self.as_numbers.write_formatted(node, use)
        else:
            wrong = use.role == "compared" and self._compared_as_number(node)
            comparison = comparison_of(node, self.facts.index.parents)
            written = (
                wrong and comparison is not None and self.as_numbers.write_compared(comparison)
            )
        if written:
            return
        if wrong:
            self._mark_number(node, kind)
        elif is_printed(self.facts, node):
            message = f"{source_of(node)} is a named member now and prints as such."
            self.plan.found(node, number_rule(kind), "note", message)

    def _compared_as_number(self, node: cst.BaseExpression) -> bool:
        comparison = comparison_of(node, self.facts.index.parents)
        if comparison is None:
            return False
        others = compared_with(node, self.facts.index.parents)
        return any(isinstance(literal(other), int) for other in others) or (
            self._is_put_in_order(node)
        )

    def _is_put_in_order(self, node: cst.BaseExpression) -> bool:
        """Whether a member is compared by order; with what an answer gives that is written anew."""
        comparison = comparison_of(node, self.facts.index.parents)
        if comparison is None or comparison in self.plan.replace:
            return False
        if not any(isinstance(target.operator, ORDERS) for target in comparison.comparisons):
            return False
        others = [self.facts.value(o) for o in compared_with(node, self.facts.index.parents)]
        answered = any(isinstance(atom, Instance) for other in others for atom in other)
        first = node is comparison.left or not all(map(self._possible, others))
        return first and not answered

    def _possible(self, value: Value) -> Kind | None:
        """An enum that a value can be a member of."""
        names = (atom.name for atom in value if isinstance(atom, Symbol))
        kinds = (self.kinds.get(name.rpartition(".")[0]) for name in names)
        return next((kind for kind in kinds if kind is not None), None)

    def _mark_number(self, node: cst.BaseExpression, kind: Kind) -> None:
        message = f"{source_of(node)} is a named member now: do not use it as a number."
        self.plan.found(node, number_rule(kind), "review", message)

    def _plan_class(self, node: cst.BaseExpression, value: Value, kind: Kind) -> None:
        """``FinishReason(3)`` and loops through a variable; names are marked where names are."""
        use = self.facts.use(node)
        if self.facts.legacy_name(node, value) is not None:
            return
        if use.role == "callee":
            message = f"{kind.enum} has names, not numbers: name the member."
        elif use.role == "iterated":
            message = f"{kind.enum} may have other members: write out those that are meant."
        else:
            return
        self.plan.found(node, number_rule(kind), "review", message)
