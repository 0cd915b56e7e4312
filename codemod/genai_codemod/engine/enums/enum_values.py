"""Plans values that were integers and are named members in the new SDK."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.answers.printing import formatted_as_number, is_printed
from genai_codemod.engine.enums.as_numbers import AsNumbers, is_used_as_number
from genai_codemod.engine.enums.enum_numbers import ORDERS, Numbers, number_rule, written_numbers
from genai_codemod.engine.enums.number_texts import is_read
from genai_codemod.engine.enums.ordering import orders
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Bound,
    Container,
    Instance,
    Plain,
    Symbol,
    Value,
    present,
    symbol_names,
)
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import literal, source_of, string_value
from genai_codemod.engine.syntax.uses import Use, compared_with, comparison_of
from genai_codemod.engine.tracing.kept_elements import KeptElements, is_key

# Builtins that make no difference between a number and a named member.
HARMLESS = frozenset({"builtins.bool", "builtins.getattr", "builtins.hasattr", "builtins.type"})
_MAKING_TEXT = frozenset(f"builtins.{name}" for name in ("format", "repr", "str", "str.format"))
GOES_ON = "where it was a number: check what reads it."
GROWING = frozenset({"append", "add", "insert", "setdefault", "extend"})


class EnumPlanner:
    """Plans every value of a kind that the rules declare an enum."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone, as_numbers: AsNumbers) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.left = left
        self.as_numbers = as_numbers
        self.elements = KeptElements(facts)

    def plan_all(self) -> None:
        for node, _ in self.facts.held.of(Instance):
            if isinstance(node, cst.BaseExpression):
                self._plan(node)
        for call, rules in self.facts.bindings.items():
            for rule, binding in rules.items():
                if rule.mechanism == "constructor" and call not in self.left:
                    self._plan_fields(call, rule, binding)

    def _plan_fields(self, call: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Numbers given to the fields of an object that are named members now."""
        for parameter in binding.arguments:
            field = self.pack.attribute(rule.returns or "", parameter)
            declared = self.pack.kinds.get(field.returns or "") if field is not None else None
            given = binding.argument(call, parameter)
            if declared is None or declared.enum is None or given is None:
                continue
            number = literal(given)
            member = declared.numbers.get(number) if isinstance(number, int) else None
            if member is not None:
                self.plan.found(call, number_rule(declared), "rewritten")
                self.plan.replace[given] = self._member_writer(declared.enum, member)
            elif Plain("int") in self.facts.value(given):
                message = f"{parameter} must be a member of {declared.enum} now, not a number."
                self.plan.found(call, number_rule(declared), "review", message)

    def _plan(self, node: cst.BaseExpression) -> None:
        """A value that was an integer and is a named member now."""
        value = present(self.facts.value(node))
        declared = self._kind(value)
        if declared is None or self.left.value_left(value):
            return
        use = self.facts.use(node)
        numbers = Numbers(self.facts, self.plan, declared)
        if use.role == "compared":
            self._compare(node, declared, numbers)
        elif is_printed(self.facts, node):
            self._print(node, use, declared)
        elif use.role == "matched" and isinstance(use.parent, cst.Match):
            self._match(node, use.parent, declared, numbers)
        elif (table := self._looked_up(use)) is not None:
            self._look_up(node, use, table, declared, numbers)
        elif is_used_as_number(self.facts, use):
            if not self.as_numbers.write_used(node, use):
                self._review(node, declared, "do not use it as a number.")
        elif self._goes_on(node, use) and not orders(self.facts, node):
            self._review(node, declared, GOES_ON)

    def _print(self, node: cst.BaseExpression, use: Use, kind: Kind) -> None:
        if self._is_formatted_as_number(use) and self.as_numbers.write_formatted(node, use):
            return
        if self._text_is_read(node, use):
            self._review(node, kind, "its text is a name, and was a number.")
        else:
            self._note_printed(node, kind)

    def _kind(self, value: Value) -> Kind | None:
        """The kind of a member; kinds of one enum, such as that of a chunk, are as good."""
        names = {a.kind for a in value if isinstance(a, Instance)}
        kinds = [self.pack.kinds.get(name) for name in sorted(names)]
        enums = {kind.enum if kind is not None else None for kind in kinds}
        return kinds[0] if len(enums) == 1 and None not in enums else None

    def _member_writer(self, enum: str, member: str) -> Replace:
        head, _, tail = f"{enum}.{member}".partition(".")
        return lambda _: attribute(f"{self.plan.name(head)}.{tail}")

    def _note_printed(self, node: cst.BaseExpression, kind: Kind) -> None:
        rule = number_rule(kind)
        message = f"{source_of(node)} is a named member now and prints as such, not as a number."
        self.plan.found(node, rule, "note", message)

    def _review(self, node: cst.BaseExpression, kind: Kind, what: str) -> None:
        joint = " " if what.startswith("where") else ": "
        message = f"{source_of(node)} is a named member now{joint}{what}"
        self.plan.found(node, number_rule(kind), "review", message)

    # -- comparing ----------------------------------------------------------------------------

    def _compare(self, node: cst.BaseExpression, kind: Kind, numbers: Numbers) -> None:
        comparison = comparison_of(node, self.facts.index.parents)
        assert comparison is not None
        others = compared_with(node, self.facts.index.parents)
        if any(isinstance(target.operator, ORDERS) for target in comparison.comparisons):
            self._order(node, comparison, others, kind, numbers)
            return
        if len(others) == 1 and literal(others[0]) == 0 and self._is_zero_test(comparison):
            self.plan.replace[comparison] = lambda updated: _none_test(
                updated, node is comparison.left
            )
            return
        for other in others:
            if numbers.named(other) is False:
                if len(others) == 1 and self.as_numbers.write_compared(comparison):
                    return
                what = f"or None: compare it with members of {kind.enum}, not with numbers."
                self._review(node, kind, what)
            elif _has_text(other):
                what = "comparing it with a name can be true, as a number it never was."
                self._review(node, kind, what)

    @staticmethod
    def _is_zero_test(comparison: cst.Comparison) -> bool:
        return isinstance(comparison.comparisons[0].operator, cst.Equal | cst.NotEqual)

    def _order(
        self,
        node: cst.BaseExpression,
        comparison: cst.Comparison,
        others: list[cst.BaseExpression],
        kind: Kind,
        numbers: Numbers,
    ) -> None:
        limit = self._number(others[0], kind) if len(others) == 1 else None
        if limit is not None:
            numbers.ordered(comparison, node, limit)
        elif not self.as_numbers.write_ordered(comparison, kind):
            self._review(node, kind, "its members have no order.")

    def _number(self, node: cst.BaseExpression, kind: Kind) -> int | None:
        """The number of a written number, or of a written legacy member."""
        value = literal(node)
        if isinstance(value, int):
            return value
        atoms = present(self.facts.value(node))
        atom = next(iter(atoms)) if len(atoms) == 1 else None
        if isinstance(atom, Symbol) and self.pack.is_legacy(atom.name):
            member = atom.name.rpartition(".")[2]
            return next((n for n, name in kind.numbers.items() if name == member), None)
        return None

    # -- looking up ---------------------------------------------------------------------------

    def _looked_up(self, use: Use) -> cst.BaseExpression | None:
        """The table that is asked for the member: ``table[member]``, ``table.get(member)``."""
        if use.role == "index" and isinstance(use.parent, cst.Subscript):
            return use.parent.value
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
            if call.func.attr.value == "get" and call.args[0] is use.parent:
                return call.func.value
        return None

    def _look_up(
        self,
        node: cst.BaseExpression,
        use: Use,
        table: cst.BaseExpression,
        kind: Kind,
        numbers: Numbers,
    ) -> None:
        if numbers.named(table) is False or self._is_sequence(table):
            if not self.as_numbers.write_looked_up(node, table):
                self._review(node, kind, "do not look it up by its number.")
        elif self._is_new_key(use) and not numbers.only_members(table):
            self._review(node, kind, GOES_ON)

    def _is_sequence(self, table: cst.BaseExpression) -> bool:
        """Whether something is a list or tuple, which only numbers are positions of."""
        sites = [a.site for a in self.facts.value(table) if isinstance(a, Container)]
        return any(isinstance(site, cst.List | cst.Tuple | cst.ListComp) for site in sites)

    def _is_new_key(self, use: Use) -> bool:
        """Whether something is stored in a table under the member."""
        outer = self.facts.index.parents.get(use.parent)
        target = isinstance(outer, cst.AugAssign) and outer.target is use.parent
        return use.role == "index" and (target or isinstance(outer, cst.AssignTarget))

    def _match(
        self, node: cst.BaseExpression, match: cst.Match, kind: Kind, numbers: Numbers
    ) -> None:
        written = [n for case in match.cases for n in written_numbers(case.pattern)]
        named = [numbers.named(number) for number in written]
        if False in named or any(literal(number) == 0 for number in written):
            self._review(node, kind, f"match the members of {kind.enum}.")

    # -- going on -----------------------------------------------------------------------------

    def _called(self, use: Use) -> set[str]:
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        if not isinstance(call, cst.Call):
            return set()
        return symbol_names(self.facts.value(call.func))

    def _is_formatted_as_number(self, use: Use) -> bool:
        if isinstance(use.parent, cst.BinaryOperation):
            return "%d" in (string_value(use.parent.left) or "")
        return isinstance(use.parent, cst.FormattedStringExpression) and formatted_as_number(
            use.parent
        )

    def _text_is_read(self, node: cst.BaseExpression, use: Use) -> bool:
        """Whether the text of a value is compared or looked up, or must be one of a number."""
        if self._is_formatted_as_number(use):
            return True
        if isinstance(use.parent, cst.BinaryOperation):
            return False
        if isinstance(use.parent, cst.FormattedStringExpression):
            text = self.facts.enclosing(node, cst.FormattedString)
        else:
            text = self.facts.index.parents[use.parent] if use.role == "argument" else None
            if isinstance(text, cst.Call) and "%d" in (string_value(text.args[0].value) or ""):
                return True
        return isinstance(text, cst.FormattedString | cst.Call) and self._goes_where_read(text)

    def _goes_where_read(self, text: cst.FormattedString | cst.Call) -> bool:
        """Whether an expression is the text of a value, and is read as such."""
        is_text = isinstance(text, cst.FormattedString) or not _MAKING_TEXT.isdisjoint(
            symbol_names(self.facts.value(text.func))
        )
        return is_text and is_read(self.facts, text)

    def _goes_on(self, node: cst.BaseExpression, use: Use) -> bool:
        """Whether the value reaches code that cannot be followed."""
        if use.role == "argument":
            call = self.facts.index.parents[use.parent]
            bound = self.facts.bound_methods(call.func) if isinstance(call, cst.Call) else []
            if any(isinstance(b, Bound) and b.method in GROWING for b in bound):
                return not self.elements.keeps(*(b.instance.site for b in bound))
            known = self._called(use) <= HARMLESS and bool(self._called(use))
            return not known and not self.facts.flows_to_known_function(use.parent)
        if use.role == "returned":
            function = self.facts.enclosing(node, cst.FunctionDef, cst.Lambda)
            return isinstance(function, cst.Lambda) or not (
                function is not None and self.facts.callers.has_any(function)
            )
        if use.role == "stored" and isinstance(use.parent, cst.Assign):
            owners = [
                target.target.value
                for target in use.parent.targets
                if isinstance(target.target, cst.Subscript)
            ]
            return not all(self.elements.keeps(*self.elements.sites(each)) for each in owners)
        return use.role == "element" and self._leaves_with(node, use.parent)

    def _leaves_with(self, node: cst.BaseExpression, container: cst.CSTNode) -> bool:
        """Whether a value reaches code that is not seen in the container that it is put into."""
        if self._is_target(container):
            return False
        return is_key(node, container) or not self.elements.keeps(self.elements.made(container))

    def _is_target(self, node: cst.CSTNode) -> bool:
        """Whether a tuple is unpacked to, not made."""
        parent = self.facts.index.parents.get(node)
        if isinstance(parent, cst.Element):
            return self._is_target(self.facts.index.parents[parent])
        return isinstance(parent, cst.AssignTarget) or getattr(parent, "target", None) is node


def _none_test(updated: cst.CSTNode, is_left: bool) -> cst.BaseExpression:
    """``value is None`` for ``value == 0``."""
    assert isinstance(updated, cst.Comparison)
    (target,) = updated.comparisons
    value = updated.left if is_left else target.comparator
    operator = cst.Is() if isinstance(target.operator, cst.Equal) else cst.IsNot()
    none = cst.ComparisonTarget(operator, cst.Name("None"))
    return updated.with_changes(left=value, comparisons=[none])


def _has_text(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return any(_has_text(element.value) for element in node.elements)
    return string_value(node) is not None
