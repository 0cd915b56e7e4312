"""Calls that raised when an answer was refused, where the new SDK returns it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Checks:
    """The helpers that raise what a stream, and what an answer, raised; None for nothing."""

    of_stream: str | None = None
    of_answer: str | None = None

    @property
    def helpers(self) -> list[str]:
        return [each for each in (self.of_stream, self.of_answer) if each is not None]

    @property
    def anything(self) -> bool:
        return bool(self.helpers)

    def write(self, plan: Plan, target: cst.CSTNode, *, chosen: bool) -> None:
        """Plan the helpers around a call, inside of what is written around it anyway.

        ``chosen`` says that the call is a stream only where its flag says so.
        """
        plan.checked.add(target)
        if not chosen:
            for each in self.helpers:
                plan.wrap[target] = inside(plan.helper(each), plan.wrap.get(target))
            return
        choice = plan.choice(target)
        for helper, makings in (
            (self.of_stream, choice.of_first),
            (self.of_answer, choice.of_second),
        ):
            if helper is not None:
                makings.insert(0, partial(given_to, plan.helper(helper)))


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
        target = with_await(node, self.facts.index.parents)
        later = rule.awaits and target is node
        checks_stream = streams in (True, ...) and not later and self._mistakes_chunks(node)
        checks_answer = streams in (False, ...) and self._notices_refusal(node)
        answer = rule.raises_later if later and streams is False else rule.raises
        checks = Checks(
            rule.stream_raises if checks_stream else None,
            answer if checks_answer and not (later and streams is ...) else None,
        )
        if checks.anything:
            checks.write(self.plan, target, chosen=streams is ...)
        if checks.of_answer is not None and rule.kept is not None:
            self.plan.found(node, rule, "review", rule.kept)

    def _notices_refusal(self, node: cst.Call) -> bool:
        """Whether anybody notices that an answer was refused."""
        reads = self._raising_reads(node)
        told = any(self.failures.noticed(read, READ_ERROR, unseen=False) for read in reads)
        return told or self.failures.noticed(node, ERROR, unseen=not reads)

    def _mistakes_chunks(self, node: cst.Call) -> bool:
        """Whether code would take a blocked prompt for a chunk without text."""
        return any(map(self._is_mistaken, self._raising_reads(node)))

    def _is_mistaken(self, read: cst.Attribute) -> bool:
        """Whether what handles a chunk without text is not what handles a blocked prompt."""
        noticed, told_apart = self.failures.noticed, self.failures.told_apart
        return noticed(read, READ_ERROR, unseen=False) and (
            told_apart(read, READ_ERROR, ERROR) or not noticed(read, ERROR, unseen=False)
        )

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
