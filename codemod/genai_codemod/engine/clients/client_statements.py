"""The statements that bind a client where the legacy code configured the SDK."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.clients.client_reach import gives_only_a_key, may_be_replaced_in_use
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.template import call
from genai_codemod.engine.tracing.homes import Home, home_of


def declaration(plan: Plan, name: str) -> str:
    """A statement that gives a client its name before there is one."""
    return f"{name}: {plan.name('genai')}.Client | None = None"


@dataclass(frozen=True, slots=True)
class ClientStatements:
    """Writes the client of one module, which some uses may miss and which may be ``scoped``."""

    facts: Facts
    plan: Plan
    name: str
    configurations: Sequence[cst.Call]
    uses: Sequence[cst.CSTNode]
    missed: Collection[cst.CSTNode]
    scoped: bool

    def bind(
        self, configuration: cst.Call, home: Home, target: cst.BaseAssignTargetExpression
    ) -> None:
        """Write ``target = genai.Client(...)`` in place of a configuration."""
        statement = self.facts.index.parents[configuration]
        line = self.facts.index.parents[statement]
        if isinstance(target, cst.Name):
            self._declare_first(line, home)
        if isinstance(statement, cst.Expr):
            self.plan.assign(statement, target)
        else:
            self._assign_before(configuration, line, target)

    def declare_global(self, scope: cst.CSTNode | None) -> None:
        """Say once in a function or class that configures that its client is the module's."""
        if scope is not None:
            self.plan.declare_global(scope, self.name)

    def declare_for_all(self) -> None:
        """Give the name a value in the module, once, where a use may come before the client."""
        if self.missed and not self.plan.declared:
            self.plan.declared.add(self.facts.module)
            self.plan.definitions.append(f"{declaration(self.plan, self.name)}\n")

    def keep_what_is_in_use(self, configuration: cst.Call) -> None:
        """Do not close a client that another one takes the place of, if it may still be needed."""
        if self.missed or may_be_replaced_in_use(self.facts, self.uses):
            self.keep(configuration)

    def keep(self, configuration: cst.Call) -> None:
        """Have one client per key, so that the one before stays open for what it made."""
        if gives_only_a_key(configuration):
            self.plan.wrap[configuration] = self._kept

    def _kept(self, updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        return call(cst.Name(self.plan.helper("_kept_client")), cst.Arg(updated.args[0].value))

    def _assign_before(
        self,
        configuration: cst.Call,
        line: cst.CSTNode,
        target: cst.BaseAssignTargetExpression,
    ) -> None:
        """Build the client in a line before a configuration whose result is stored or returned."""
        build = self.plan.replace[configuration]
        wrap: Replace = self.plan.wrap.pop(configuration, lambda updated: updated)
        built: list[cst.BaseExpression] = []

        def replace(updated: cst.CSTNode) -> cst.CSTNode:
            new = wrap(build(updated))
            assert isinstance(new, cst.BaseExpression)
            built.append(new)
            return cst.Name("None")

        self.plan.replace[configuration] = replace
        self.plan.before[line].append(lambda: [cst.Assign([cst.AssignTarget(target)], built[-1])])

    def _declare_first(self, line: cst.CSTNode, home: Home) -> None:
        """Where only some paths configure, give the name a value on all of them."""
        if home.function is not None and not self.scoped:
            return
        block = self.facts.index.parents[line]
        outside = [use for use in self.uses if block not in self.facts.index.ancestors(use)]
        outside = [use for use in outside if self._home(use).function is home.function]
        outermost: cst.CSTNode | None = None
        for parent in self.facts.index.ancestors(line):
            if isinstance(parent, cst.FunctionDef | cst.Module):
                break
            if isinstance(parent, cst.If | cst.Try | cst.For | cst.While):
                outermost = parent
        missed = self.missed and home.function is None
        if not (outside or missed) or outermost is None or outermost in self.plan.declared:
            return
        if self._has_one_before(outermost, home):
            return
        self.plan.declared.add(outermost)
        declared = declaration(self.plan, self.name)
        if self.facts.enclosing(line, cst.ClassDef) is not None and home.function is None:
            self.plan.definitions.append(f"{declared}\n")
        else:
            self.plan.before[outermost].append(lambda: [declared])

    def _has_one_before(self, statement: cst.CSTNode, home: Home) -> bool:
        """Whether another configuration gives the client of a scope a value above a statement."""
        position = self.facts.index.position
        return any(
            self._home(other).function is home.function and position(other) < position(statement)
            for other in self.configurations
        )

    def _home(self, node: cst.CSTNode) -> Home:
        return home_of(self.facts, node)


def in_a_line(client: Callable[[], cst.CSTNode]) -> list[str | cst.BaseSmallStatement]:
    """A statement that is put into a line of its own."""
    made = client()
    assert isinstance(made, cst.BaseSmallStatement)
    return [made]


def in_the_line(more: Callable[[], cst.CSTNode], updated: cst.CSTNode) -> cst.CSTNode:
    """A statement and another one, in the line that both stand in."""
    return cst.FlattenSentinel([updated, more()])  # type: ignore[return-value]
