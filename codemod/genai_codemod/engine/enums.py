"""Plans values that were integers and are named members in the new SDK."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts, Use
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rules import CallRule, Rule
from genai_codemod.engine.signature import Binding, source_of
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import attribute
from genai_codemod.engine.values import Instance, Plain, Symbol, present

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"


class EnumPlanner:
    """Plans every value of a kind that the rules declare an enum."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.left = left

    def plan_all(self) -> None:
        for node in list(self.facts.values):
            if isinstance(node, cst.BaseExpression):
                self._plan(node)
        for call, rules in self.facts.interpreter.bindings.items():
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
            number_rule = Rule(f"{declared.name.lower()}.number", guide=GUIDE)
            if member is not None:
                self.plan.found(call, number_rule, "rewritten")
                self.plan.replace[given] = self._member_writer(declared.enum, member)
            elif Plain("int") in self.facts.value(given):
                message = f"{parameter} must be a member of {declared.enum} now, not a number."
                self.plan.found(call, number_rule, "review", message)

    def _plan(self, node: cst.BaseExpression) -> None:
        """A value that was an integer and is a named member now."""
        value = present(self.facts.value(node))
        kinds = {a.kind for a in value if isinstance(a, Instance)}
        declared = self.pack.kinds.get(next(iter(kinds))) if len(kinds) == 1 else None
        if declared is None or declared.enum is None or self.left.value_left(value):
            return
        use = self.facts.use(node)
        rule = Rule(f"{declared.name.lower()}.number", guide=GUIDE)
        if use.role == "compared":
            comparison: cst.CSTNode | None = node
            while comparison is not None and not isinstance(comparison, cst.Comparison):
                comparison = self.facts.index.parents.get(comparison)
            for number in _integers(comparison) if comparison is not None else ():
                member = declared.numbers.get(int(number.value))
                if member is None:
                    message = (
                        f"{source_of(node)} is a named member or None now, never {number.value}: "
                        "compare it with its members."
                    )
                    self.plan.found(node, rule, "review", message)
                else:
                    self.plan.found(node, rule, "rewritten")
                    self.plan.replace[number] = self._member_writer(declared.enum, member)
            if comparison is not None and self._compares_numbers(comparison):
                message = (
                    f"{source_of(node)} is a named member now: compare it with {declared.enum}."
                )
                self.plan.found(node, rule, "review", message)
        elif use.role == "formatted" or self._calls(use, {"builtins.print", "builtins.str"}):
            message = (
                f"{source_of(node)} is a named member now and prints as such, not as a number."
            )
            self.plan.found(node, rule, "review", message)
        elif use.role in ("index", "matched") or self._used_as_number(use):
            message = f"{source_of(node)} is a named member now: do not use it as a number."
            self.plan.found(node, rule, "review", message)

    def _used_as_number(self, use: Use) -> bool:
        if use.role == "attribute" and isinstance(use.parent, cst.Attribute):
            return use.parent.attr.value == "value"
        if use.role != "argument":
            return False
        call = self.facts.index.parents[use.parent]
        func = call.func if isinstance(call, cst.Call) else None
        looked_up = isinstance(func, cst.Attribute) and func.attr.value == "get"
        return looked_up or self._calls(use, {"builtins.int"})

    def _compares_numbers(self, node: cst.CSTNode) -> bool:
        """Whether something compared is an int that is not written out."""
        for child in node.children:
            if isinstance(child, cst.Name | cst.Attribute):
                if Plain("int") in self.facts.value(child):
                    return True
            elif isinstance(
                child, cst.ComparisonTarget | cst.List | cst.Tuple | cst.Set | cst.Element
            ) and self._compares_numbers(child):
                return True
        return False

    def _member_writer(self, enum: str, member: str) -> Replace:
        head, _, tail = f"{enum}.{member}".partition(".")
        return lambda _: attribute(f"{self.plan.name(head)}.{tail}")

    def _calls(self, use: Use, names: set[str]) -> bool:
        if use.role != "argument":
            return False
        call = self.facts.index.parents[use.parent]
        return isinstance(call, cst.Call) and any(
            isinstance(atom, Symbol) and atom.name in names for atom in self.facts.value(call.func)
        )


def _integers(node: cst.CSTNode) -> Iterator[cst.Integer]:
    """The integer literals a comparison compares with, also inside a list."""
    if isinstance(node, cst.Integer) and isinstance(literal(node), int):
        yield node
    elif isinstance(
        node,
        cst.Comparison | cst.ComparisonTarget | cst.List | cst.Tuple | cst.Set | cst.Element,
    ):
        for child in node.children:
            yield from _integers(child)
