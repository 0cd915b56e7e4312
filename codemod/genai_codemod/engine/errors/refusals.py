"""Calls that raised when an answer was refused, where the new SDK returns it."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Instance
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import given_to
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.syntax.uses import with_await

ERROR = "RuntimeError"
# What attributes of an answer raise instead, which code can tell from that.
READ_ERROR = "ValueError"


class Refusals:
    """The calls of a module that raise, by a helper, as they did."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        self.plan = plan
        self.failures = Failures(facts)

    def plan_check(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Check the answer where anybody notices that it was refused."""
        if switched_off(self.facts, node, rule):
            return
        flag = binding.argument(node, "stream")
        streams = literal(flag) if flag is not None else False
        if streams is True:
            self._check_stream(node, rule)
        if rule.raises is None or streams is not False:
            return
        reads = self._raising_reads(node)
        told = any(self.failures.noticed(read, READ_ERROR, unseen=False) for read in reads)
        if not told and not self.failures.noticed(node, ERROR, unseen=not reads):
            return
        target = with_await(node, self.facts.index.parents)
        chosen = rule.raises_later if rule.awaits and target is node else rule.raises
        if chosen is None:
            return
        self._wrap(target, chosen)
        if rule.kept is not None:
            self.plan.found(node, rule, "review", rule.kept)

    def _check_stream(self, node: cst.Call, rule: CallRule) -> None:
        """Check the chunks where code would take a blocked prompt for a chunk without text."""
        target = with_await(node, self.facts.index.parents)
        mistaken = any(map(self._is_mistaken, self._raising_reads(node)))
        if mistaken and rule.stream_raises is not None and (target is not node or not rule.awaits):
            self._wrap(target, rule.stream_raises)

    def _is_mistaken(self, read: cst.Attribute) -> bool:
        """Whether what handles a chunk without text is not what handles a blocked prompt."""
        noticed, told_apart = self.failures.noticed, self.failures.told_apart
        return noticed(read, READ_ERROR, unseen=False) and (
            told_apart(read, READ_ERROR, ERROR) or not noticed(read, ERROR, unseen=False)
        )

    def _wrap(self, target: cst.CSTNode, helper: str) -> None:
        self.plan.wrap[target] = inside(self.plan.helper(helper), self.plan.wrap.get(target))
        self.plan.checked.add(target)

    def _raising_reads(self, node: cst.Call) -> list[cst.Attribute]:
        """Where an attribute that raises itself is read from the answer."""
        found: list[cst.Attribute] = []
        for read in self.facts.by_site.get(node, ()):
            parent = self.facts.index.parents.get(read)
            if isinstance(parent, cst.Attribute) and parent.value is read:
                rules = (
                    self.facts.pack.attribute(atom.kind, parent.attr.value)
                    for atom in self.facts.instances(read)
                )
                if any(rule is not None and rule.raises is not None for rule in rules):
                    found.append(parent)
        return found


def switched_off(facts: Facts, node: cst.Call, rule: CallRule) -> bool:
    """Whether the object that a call belongs to was made so that nothing is raised."""
    return rule.unless is not None and any(
        literal(binding.argument(atom.instance.site, rule.unless)) is False
        for atom in facts.value(node.func)
        if isinstance(atom, Bound) and isinstance(atom.instance.site, cst.Call)
        for binding in facts.interpreter.bindings.get(atom.instance.site, {}).values()
    )


def inside(helper: str, around: Replace | None) -> Replace:
    """A call of the helper with an expression, inside of what is written around it anyway."""

    def wrap(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.BaseExpression)
        checked = given_to(helper, updated)
        return checked if around is None else around(checked)

    return wrap


def goes_on_after_refusal(facts: Facts, plan: Plan, owners: Collection[Instance]) -> bool:
    """Whether the program goes on when an answer of one of these objects is refused."""
    failures = Failures(facts)
    sites = {owner.site for owner in owners}
    return any(
        isinstance(atom, Bound)
        and atom.instance.site in sites
        and (rule := facts.pack.method(atom.instance.kind, atom.method)) is not None
        and rule.raises is not None
        and not switched_off(facts, call, rule)
        and (
            with_await(call, facts.index.parents) in plan.at(call).checked
            or failures.noticed(call, ERROR, unseen=True)
        )
        for call in facts.whole.index.calls
        for atom in facts.value(call.func)
    )
