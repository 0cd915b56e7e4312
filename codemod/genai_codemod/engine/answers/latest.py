"""Attributes that gave what the last call of a method gave: its result is kept in a variable."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import source_of

NAMES = ("response", "reply", "last_response")


class LatestResults:
    """The variables that hold, or from now on hold, the results of calls."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        self.plan = plan
        self._named: dict[cst.CSTNode, cst.Name] = {}

    def variable(self, node: cst.Attribute, method: str) -> cst.Name | None:
        """The variable with the result of the last call of ``method`` before ``node``.

        The call must be a statement in the same block as that of ``node``; None if there is none,
        or if another one between the two may have been the last.
        """
        receiver = source_of(node.value)
        for statement in self._before(node):
            calls = self._calls(statement, method)
            if calls:
                always = isinstance(statement, cst.SimpleStatementLine | cst.For | cst.With)
                known = always and len(calls) == 1 and self._is_of(calls[0], receiver)
                return self._result(calls[0]) if known else None
        return None

    def _before(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The statements before that of ``node`` in its block, the last one first."""
        statement = self.facts.index.statement(node)
        block = self.facts.index.parents.get(statement)
        body = list(getattr(block, "body", ()))
        return list(reversed(body[: body.index(statement)])) if statement in body else []

    def _calls(self, statement: cst.CSTNode, method: str) -> list[cst.Call]:
        """The calls of a method inside a statement, on whatever object."""
        return [
            call
            for call in self.facts.index.calls
            if (call is statement or statement in self.facts.index.ancestors(call))
            and any(
                isinstance(atom, Bound) and atom.method.startswith(method)
                for atom in self.facts.value(call.func)
            )
        ]

    def _is_of(self, call: cst.Call, receiver: str) -> bool:
        return isinstance(call.func, cst.Attribute) and source_of(call.func.value) == receiver

    def _result(self, call: cst.Call) -> cst.Name | None:
        """The variable that a call is assigned to, or will be where its result is dropped."""
        parent: cst.CSTNode | None = self.facts.index.parents.get(call)
        if isinstance(parent, cst.Await):
            parent = self.facts.index.parents.get(parent)
        if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
            target = parent.targets[0].target
            return target if isinstance(target, cst.Name) else None
        if not isinstance(parent, cst.Expr):
            return None
        if parent not in self._named:
            free = (name for name in NAMES if name not in self.plan.taken)
            self._named[parent] = cst.Name(next(free, NAMES[-1] + "_"))
            self.plan.assign(parent, self._named[parent])
        return self._named[parent]
