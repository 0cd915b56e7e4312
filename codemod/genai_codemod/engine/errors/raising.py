"""Which calls raised an exception that the new SDK does not raise, and what raises it again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.errors.refusals import Checks, switched_off
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Symbol, Unknown
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.tracing.reach import Reach


@dataclass(frozen=True, slots=True)
class Raising:
    """A call that raised: what raises instead, around which expression.

    There are no ``checks`` where none can be written around it; ``chosen`` says that the call is a
    stream only where its flag says so.
    """

    call: cst.Call
    rule: CallRule
    target: cst.CSTNode
    checks: Checks
    chosen: bool = False

    @property
    def reads_stream(self) -> bool:
        """Whether it raises only where a stream is read."""
        return self.checks.of_answer is None and self.checks.anything


class RaisingCalls:
    """The calls of a program that raised exceptions of the legacy SDK itself."""

    def __init__(self, facts: Facts, left: LeftAlone, *, unseen: bool) -> None:
        self.facts = facts
        self.left = left
        self.unseen = unseen
        self.reach = Reach(facts, left)
        self._iterated: dict[cst.CSTNode, set[cst.Call]] = {}
        self._names = {
            name
            for kind in facts.pack.kinds.values()
            for name, rule in kind.methods.items()
            if rule.raises is not None
        }

    def below(self, node: cst.CSTNode) -> list[Raising]:
        """Those in reach of a piece of code, and those whose streams are read there."""
        reached = self.reach.of(node)
        calls = set(reached.migrated)
        for body in reached.bodies:
            calls |= self._iterated_in(body)
        return self.of(calls - self.left.nodes)

    def _iterated_in(self, body: cst.CSTNode) -> set[cst.Call]:
        """The calls whose results a piece of code iterates; found once."""
        if body not in self._iterated:
            self._iterated[body] = {
                atom.site
                for expression in self._expressions([body])
                if self.facts.instances(expression)
                if self.facts.use(expression).role == "iterated"
                for atom in self.facts.instances(expression)
                if isinstance(atom.site, cst.Call)
            }
        return self._iterated[body]

    def of(self, calls: Iterable[cst.Call]) -> list[Raising]:
        """What raised of some calls."""
        found = [
            self._raising(call, rule)
            for call in calls
            for rule in self.facts.interpreter.bindings.get(call, {})
        ]
        return [each for each in found if each is not None]

    def _raising(self, call: cst.Call, rule: CallRule) -> Raising | None:
        position = self.facts.binding(call, rule).arguments.get("stream")
        flag = literal(call.args[position].value) if position is not None else False
        streams, answers = flag in (True, ...), flag in (False, None, ...)
        checks = Checks(rule.stream_raises if streams else None, rule.raises if answers else None)
        if not checks.anything or switched_off(self.facts, call, rule):
            return None
        chosen = streams and answers
        if not rule.awaits:
            return Raising(call, rule, call, checks, chosen)
        parent = self.facts.index.parents[call]
        if isinstance(parent, cst.Await):
            return Raising(call, rule, parent, checks, chosen)
        return Raising(call, rule, call, Checks(of_answer=None if streams else rule.raises_later))

    # -- what cannot be seen ------------------------------------------------------------------

    def left_below(self, node: cst.CSTNode) -> bool:
        """Whether a call that stays one of the legacy SDK is in reach."""
        return self.reach.of(node).left

    def may_raise(self, node: cst.CSTNode) -> bool:
        """Whether a call in reach may raise although that cannot be seen."""
        return any(
            isinstance(expression, cst.Call)
            and (self.is_unknown(expression) or self._runs_unseen(expression))
            for expression in self._expressions(self.reach.of(node).bodies)
        )

    def is_unknown(self, call: cst.Call) -> bool:
        """Whether a call is called as one that raised, of an object that is not known."""
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else None
        return name in self._names and call not in self.facts.interpreter.bindings

    def _runs_unseen(self, call: cst.Call) -> bool:
        """Whether the callee was given by somebody, or is of a file that was not given."""
        value = self.facts.value(call.func)
        if not isinstance(call.func, cst.Attribute) and (not value or Unknown() in value):
            return True
        return self.unseen and any(
            isinstance(atom, Symbol) and self._is_of_project(atom.name) for atom in value
        )

    def _is_of_project(self, name: str) -> bool:
        """Whether what is imported may be of the same project."""
        pack, first = self.facts.pack, name.partition(".")[0]
        if pack.is_legacy(name) or name.startswith("google."):
            return False
        return first not in sys.stdlib_module_names and first != "builtins"

    def _expressions(self, bodies: Iterable[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
        for body in bodies:
            yield from (
                each
                for each in self.facts.index.within(body)
                if isinstance(each, cst.BaseExpression)
            )


def read_with_care(facts: Facts, raising: Raising, body: cst.CSTNode) -> bool:
    """Whether code reads a result in a way that raises anyway, or reads a stream."""
    if raising.reads_stream:
        return True
    for node in facts.index.within(body):
        if isinstance(node, cst.Attribute):
            for atom in facts.value(node.value):
                if isinstance(atom, Instance) and atom.site is raising.call:
                    read = facts.pack.attribute(atom.kind, node.attr.value)
                    if read is not None and read.raises is not None:
                        return True
    return False
