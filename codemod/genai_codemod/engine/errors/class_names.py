"""Comparisons of the name of an error's class, which is another one in the new SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from genai_codemod.engine.errors.conditions import Errors, Spell
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import ErrorRule, NameRule
from genai_codemod.engine.rule_packs.template import expression
from genai_codemod.engine.syntax.module_syntax import source_of, string_value
from genai_codemod.engine.syntax.uses import operands
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod.engine.writing.insertion import with_needed

# What a call raises besides the errors of the SDK, where a test asks for what said so before.
Others = Callable[[cst.CSTNode, str, Sequence[ErrorRule]], tuple[str, ...]]
# Where a condition can stand without parentheses.
HOLDERS = (cst.If, cst.While, cst.Assert, cst.Return, cst.Assign, cst.AnnAssign, cst.Arg)


class ClassNames:
    """Plans ``type(error).__name__ == "ResourceExhausted"`` and the like."""

    def __init__(self, facts: Facts, plan: Plan, spell: Spell, besides: Others) -> None:
        self.facts = facts
        self.plan = plan
        self.spell = spell
        self.besides = besides
        pack = facts.pack
        self._errors = {
            name.rpartition(".")[2]: rule
            for name, rule in pack.exceptions.items()
            if rule.becomes is not None
        }
        self._restored = {
            name.rpartition(".")[2]: rule for name, rule in pack.names.items() if rule.restored
        }

    def plan_comparison(self, node: cst.Comparison, alias: str) -> None:
        """Plan one comparison in code to which the error is known as ``alias``."""
        if not any(self._is_of_class(side, alias) for side in operands(node)):
            return
        rules = self._rules_named(node) if self._is_name(node.left, alias) else None
        if rules is not None:
            self._rewrite(node, alias, rules)
            return
        for text in self._texts(node):
            name = string_value(text)
            if name in self._restored:
                self._plan_restored(text, self._restored[name])
            elif name in self._errors:
                rule = self._errors[name]
                message = f"the class has another name now: ask for {rule.becomes}."
                self.plan.found(text, rule, "manual", message)

    def _is_name(self, node: cst.BaseExpression, alias: str) -> bool:
        """Whether an expression is the name of the error's class."""
        names = (f"type({alias}).__name__", f"{alias}.__class__.__name__")
        return any(source_of(each) in names for each in self._meant(node))

    def _is_of_class(self, node: cst.BaseExpression, alias: str) -> bool:
        """Whether an expression tells of the error's class."""
        classes = {f"type({alias})", f"{alias}.__class__"}
        return any(
            source_of(part) in classes
            for each in self._meant(node)
            for part in self.facts.index.within(each)
            if isinstance(part, cst.Call | cst.Attribute)
        )

    def _meant(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """An expression, and what a variable is assigned."""
        return [node, *(assigned(self.facts, node) if isinstance(node, cst.Name) else ())]

    def _texts(self, node: cst.Comparison) -> Iterator[cst.SimpleString]:
        return (
            each for each in self.facts.index.within(node) if isinstance(each, cst.SimpleString)
        )

    def _rules_named(self, node: cst.Comparison) -> list[ErrorRule] | None:
        """The rules of the class names that something is compared with, if all have one."""
        if len(node.comparisons) != 1:
            return None
        (target,) = node.comparisons
        nodes = [target.comparator]
        if isinstance(target.operator, cst.In | cst.NotIn):
            if not isinstance(target.comparator, cst.Tuple | cst.List | cst.Set):
                return None
            nodes = [element.value for element in target.comparator.elements]
        rules = [self._errors.get(string_value(each) or "") for each in nodes]
        found = [rule for rule in rules if rule is not None]
        return found if found and len(found) == len(nodes) else None

    def _rewrite(self, node: cst.Comparison, alias: str, rules: list[ErrorRule]) -> None:
        errors = Errors.of(rules, self.besides(node, alias, rules), self.facts.pack)
        negative = isinstance(node.comparisons[0].operator, cst.NotEqual | cst.NotIn)

        def build(_: cst.CSTNode) -> cst.CSTNode:
            text = errors.test(alias, self.spell, certain=False)
            return condition(self.facts, node, f"not ({text})" if negative else text)

        self.plan.replace[node] = build
        for rule in rules:
            self.plan.found(node, rule, "rewritten")

    def _plan_restored(self, text: cst.SimpleString, rule: NameRule) -> None:
        """The name of a class that only a helper of this module raises."""
        if str(rule.restored) in with_needed(self.plan.helpers, self.facts.pack.helpers):
            value = f"{text.prefix}{text.quote}{rule.restored}{text.quote}"
            self.plan.replace[text] = lambda _: cst.SimpleString(value)
            self.plan.found(text, rule, "rewritten")
        else:
            self.plan.found(text, rule, "manual", rule.manual or "")


def condition(facts: Facts, node: cst.BaseExpression, text: str) -> cst.BaseExpression:
    """A condition in the place of an expression, in parentheses where it needs them."""
    test = expression(text)
    if isinstance(test, cst.Call) or isinstance(facts.index.parents.get(node), HOLDERS):
        return test
    return expression(f"({text})")
