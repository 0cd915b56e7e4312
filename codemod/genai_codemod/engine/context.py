"""What converters and mechanisms of a rule pack work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.clients.placement import ClientPlacement
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Value
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.template import call


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a legacy call, as the user wrote it and with its parts rewritten."""

    original: cst.BaseExpression
    updated: cst.BaseExpression
    call: cst.Call
    parameter: str


@dataclass(slots=True)
class Context:
    """What converters may ask for: values, names of the new SDK, helpers, markers."""

    facts: Facts
    plan: Plan
    pack: RulePack
    placement: ClientPlacement | None = None

    def value(self, node: cst.CSTNode) -> Value:
        return self.facts.value(node)

    def type(self, name: str) -> cst.BaseExpression:
        """``types.<name>``."""
        return cst.Attribute(self.plan.module("types"), cst.Name(name))

    def client(self, node: cst.CSTNode) -> cst.BaseExpression:
        assert self.placement is not None
        return self.placement.expression(node)

    def helper(self, name: str, *arguments: cst.BaseExpression) -> cst.Call:
        """A call of a run-time helper, which is then written into the module."""
        self.plan.helper(name)
        return call(cst.Name(name), *(cst.Arg(argument) for argument in arguments))

    def convert(self, name: str, argument: Argument) -> cst.BaseExpression:
        converter: Callable[[Argument, Context], cst.BaseExpression] = self.pack.converters[name]
        return converter(argument, self)
