"""Writes into a line before a statement what must be evaluated before the rest of it."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.hoisting import first_argument
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding


class Hoisted:
    """The expressions that are taken into variables of their own."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        self.plan = plan
        self._names: dict[cst.BaseExpression, str] = {}
        self._taken: dict[cst.BaseExpression, cst.BaseExpression] = {}

    def take(self, part: cst.BaseExpression, *names: str) -> None:
        """Assign an expression to the first variable that is free, in a line before."""
        self._names[part] = next(name for name in names if name not in self.plan.taken)

        def build() -> list[str | cst.BaseSmallStatement]:
            target = cst.AssignTarget(cst.Name(self._names[part]))
            return [cst.Assign([target], self._taken[part])]

        self.plan.before[self.facts.index.place(part)].append(build)

    def take_argument(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Take the argument that must be evaluated before the client of a call is looked up."""
        place = first_argument(self.facts, node, rule)
        if place is not None:
            parameters = {index: name for name, index in binding.arguments.items()}
            name = parameters.get(place, "value")
            self.take(node.args[place].value, name, f"chosen_{name}", f"{name}_")

    def written(self, part: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        """What stands in place of an expression."""
        if part not in self._names:
            return updated
        self._taken[part] = updated
        return cst.Name(self._names[part])

    def call(self, node: cst.Call, updated: cst.Call) -> cst.Call:
        """A call with the variables in place of the arguments that are taken."""
        if not any(argument.value in self._names for argument in node.args):
            return updated
        return updated.with_changes(
            args=[
                argument.with_changes(value=self.written(original.value, argument.value))
                for original, argument in zip(node.args, updated.args, strict=True)
            ]
        )
