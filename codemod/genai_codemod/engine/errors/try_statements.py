"""Decides, for each ``try`` statement that names legacy exceptions, what its handlers become."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import libcst as cst

from genai_codemod.engine.errors.besides import Besides
from genai_codemod.engine.errors.conditions import Errors
from genai_codemod.engine.errors.handlers import (
    Clause,
    class_list,
    groups,
    reordered,
    rewritten,
)
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Symbol
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import ErrorRule
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.engine.syntax.parts import names_in, parts
from genai_codemod.engine.tracing.reach import Reach, Reached
from genai_codemod.engine.writing.layout import Layout

BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
FRESH_NAMES = ("error", "api_error", "genai_error", "error_", "api_error_", "genai_error_")


class TryPlanner:
    """Plans ``try`` statements; ``gone`` collects the references that no longer stand there.

    ``besides`` is what handlers catch besides the errors of the SDK, which was one of those before.
    """

    def __init__(
        self, facts: Facts, plan: Plan, reach: Reach, *, legacy_stays: bool, uses_legacy: bool
    ) -> None:
        self.facts = facts
        self.plan = plan
        self.reach = reach
        self.legacy_stays = legacy_stays
        self.uses_legacy = uses_legacy
        self.gone: set[cst.CSTNode] = set()
        self.besides: dict[cst.ExceptHandler, Besides] = {}

    @cached_property
    def layout(self) -> Layout:
        """How wide the lines of the module are; few modules have a handler to rewrite."""
        return Layout(self.facts.index)

    # -- which library ------------------------------------------------------------------------

    def library(self, reached: Reached) -> str:
        """Whose errors come: of the ``new`` SDK, of ``old`` libraries, or of ``both``."""
        old = reached.left or reached.siblings
        if reached.new:
            return "both" if old else "new"
        if old or not self.uses_legacy:
            return "old"
        return self.module_library

    @property
    def module_library(self) -> str:
        """Whose errors come where it cannot be seen what is called."""
        return "both" if self.legacy_stays or self.reach.has_siblings else "new"

    def _may_be_new(self, reached: Reached) -> bool:
        """Whether errors of the new SDK may come from what is called here and cannot be seen."""
        if self.uses_legacy or reached.siblings or self.reach.has_siblings:
            return False
        return self.reach.left.migrates and self.reach.may_send(reached)

    # -- statements ---------------------------------------------------------------------------

    def plan_try(self, statement: cst.Try, references: dict[cst.CSTNode, ErrorRule]) -> bool:
        """Plan a statement, if there is a right way to write it."""
        reached = self.reach.of(statement.body)
        library = self.library(reached)
        if library == "old":
            return not (reached.left or self._may_be_new(reached))
        besides = self._besides(statement, references, reached)
        clauses = [
            self._clause(handler, references, caught.classes, keep=library == "both")
            for handler, caught in zip(statement.handlers, besides, strict=True)
        ]
        joined = groups(clauses)
        names: dict[int, str] = {}
        for group in joined:
            if reordered(clauses, group):
                return False
            if len(group) > 1 or clauses[group[0]].limited:
                name = self._name(statement, [clauses[position] for position in group])
                if name is None:
                    return False
                names[group[-1]] = name

        depth = sum(isinstance(p, cst.IndentedBlock) for p in self.facts.index.ancestors(statement))
        width = self.layout.width - self.layout.indent * (depth + 1) - len("elif :")

        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Try)
            return rewritten(clauses, lambda group: names[group[-1]], self.spell, width, updated)

        self.plan.replace[statement] = build
        pairs = zip(statement.handlers, besides, strict=True)
        self.besides |= {handler: caught for handler, caught in pairs if caught.classes}
        self._report(statement, clauses, references, keep=library == "both")
        return True

    def spell(self, name: str) -> str:
        head, _, tail = name.partition(".")
        if head != "errors":
            self.plan.imports.add(f"import {head}")
            return name
        return f"{self.plan.name(head)}.{tail}"

    def _report(
        self,
        statement: cst.Try,
        clauses: Sequence[Clause],
        references: dict[cst.CSTNode, ErrorRule],
        *,
        keep: bool,
    ) -> None:
        function = self.facts.enclosing(statement, cst.FunctionDef)
        waits = isinstance(function, cst.FunctionDef) and function.asynchronous is not None
        for clause in clauses:
            for node in class_list(clause.handler.type):
                rule = references.get(node)
                if rule is None:
                    continue
                if not keep:
                    self.gone.add(node)
                messages = [rule.review, rule.awaited if waits and clause.extra else None]
                for message in filter(None, messages):
                    self.plan.found(node, rule, "review", message)
                if not any(messages):
                    self.plan.found(node, rule, "rewritten")
            self.plan.imports |= {f"import {text.rpartition('.')[0]}" for text in clause.extra}

    def _clause(
        self,
        handler: cst.ExceptHandler,
        references: dict[cst.CSTNode, ErrorRule],
        besides: tuple[str, ...],
        *,
        keep: bool,
    ) -> Clause:
        nodes = class_list(handler.type)
        rules = [references[node] for node in nodes if node in references]
        return Clause(
            handler,
            Errors.of(rules, (), self.facts.pack),
            tuple(p for p, node in enumerate(nodes) if keep or node not in references),
            besides,
            handler.type is None
            or any(self._broad(node) for node in nodes if node not in references),
        )

    def _besides(
        self, statement: cst.Try, references: dict[cst.CSTNode, ErrorRule], reached: Reached
    ) -> list[Besides]:
        """What each handler catches besides that those before it do not."""
        found: list[Besides] = []
        for handler in statement.handlers:
            rules = [references[n] for n in class_list(handler.type) if n in references]
            found.append(self.caught_besides(rules, reached, found))
        return found

    def caught_besides(
        self,
        rules: Sequence[ErrorRule],
        reached: Reached | None,
        earlier: Sequence[Besides] = (),
    ) -> Besides:
        """What a call in reach raises besides, where one of these errors said so before.

        Where it is not seen what is called, it can be any.
        """
        given = [rule for rule in rules if self._given(rule, reached)]
        return Besides.of(rules, given, earlier)

    def _given(self, rule: ErrorRule, reached: Reached | None) -> bool:
        """Whether a call in reach has the argument that limits its time, if one must."""
        bindings = self.facts.interpreter.bindings
        calls = bindings.keys() if reached is None else reached.migrated
        return rule.limited_by is None or any(
            rule.limited_by in present_parameters(call, binding)
            for call in calls
            for binding in bindings[call].values()
        )

    def limits(self, reached: Reached) -> bool:
        """Whether a call in reach is seen to be given a limit of its time."""
        rules = {
            rule.limited_by: rule for rule in self.facts.pack.exceptions.values() if rule.limit
        }
        return any(
            self._has_field(given, str(rule.limit))
            for parameter, rule in rules.items()
            for call in reached.migrated
            for binding in self.facts.interpreter.bindings[call].values()
            if (given := binding.argument(call, parameter or "")) is not None
        )

    def _has_field(self, given: cst.BaseExpression, field: str) -> bool:
        """Whether an argument is a dict with a key, or an object made with a keyword."""
        for atom in self.facts.value(given):
            site = atom.site if isinstance(atom, Container | Instance) else None
            if isinstance(site, cst.Dict):
                keys = [each.key for each in site.elements if isinstance(each, cst.DictElement)]
                if any(string_value(key) == field for key in keys):
                    return True
            elif isinstance(site, cst.Call):
                if any(each.keyword and each.keyword.value == field for each in site.args):
                    return True
        return False

    def _broad(self, node: cst.BaseExpression) -> bool:
        atoms = self.facts.value(node)
        return any(isinstance(atom, Symbol) and atom.name in BROAD for atom in atoms)

    # -- names --------------------------------------------------------------------------------

    def _name(self, statement: cst.Try, clauses: Sequence[Clause]) -> str | None:
        """A name for the caught error that all these handlers can use."""
        own = [clause.name for clause in reversed(clauses) if clause.name is not None]
        candidates = dict.fromkeys((*own, *FRESH_NAMES))
        return next((n for n in candidates if self._usable(n, statement, clauses)), None)

    def _usable(self, name: str, statement: cst.Try, clauses: Sequence[Clause]) -> bool:
        if all(clause.name == name for clause in clauses):
            return True
        scope = self.facts.index.scope(statement).node
        if any(self._handler_of(name, statement)):
            return False
        for occurrence in names_in(scope):
            if occurrence.value == name and not any(self._handler_of(name, occurrence)):
                return False
        return all(
            clause.name in (None, name) or self._can_rename(clause.handler.body, clause.name or "")
            for clause in clauses
        )

    def _handler_of(self, name: str, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The handlers around a node that bind this name."""
        return [
            parent
            for parent in self.facts.index.ancestors(node)
            if isinstance(parent, cst.ExceptHandler)
            and parent.name is not None
            and isinstance(parent.name.name, cst.Name)
            and parent.name.name.value == name
        ]

    def _can_rename(self, body: cst.BaseSuite, name: str) -> bool:
        """Whether a name means the same wherever it stands in a handler."""
        todo: list[cst.CSTNode] = [body]
        while todo:
            node = todo.pop()
            scope = self.facts.index.scopes.get(node)
            if scope is not None and name in scope.names:
                return False
            binds: cst.CSTNode | None = None
            if isinstance(node, cst.CompFor):
                binds = node.target
            elif isinstance(node, cst.ExceptHandler):
                binds = node.name
            elif isinstance(node, cst.Global | cst.Nonlocal):
                binds = node
            if binds is not None and any(each.value == name for each in names_in(binds)):
                return False
            todo.extend(parts(node))
        return True
