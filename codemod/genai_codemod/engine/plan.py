"""What is to be done to a module, collected before anything is edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.calling.chosen_methods import Choice
from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.objects.companions import CompanionNames
from genai_codemod.engine.planning.ignoring import NOTHING_IGNORED, Ignores
from genai_codemod.engine.result import Finding, Status
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import attribute

Replace = Callable[[cst.CSTNode], cst.CSTNode]
Build = Callable[[], "list[str | cst.BaseSmallStatement]"]

# What is only said in a text can be left without anything else.
TEXTS = frozenset({"legacy.named-in-text", "model.retired"})
MARKER = "# TODO(genai-codemod): "


def marker(rule: Rule, message: str) -> str:
    """The comment that asks a person to look."""
    message = " ".join(message.split())
    link = f" See {rule.guide}" if rule.guide else ""
    return f"{MARKER}{message}{link} [{rule.id}]"


def is_marked(module: cst.Module, node: cst.CSTNode) -> bool:
    """Whether a statement of a module has a marker above it."""
    lines = list(getattr(node, "leading_lines", ()))
    if module.body and node is module.body[0]:
        lines = [*module.header, *lines]
    return any(line.comment and line.comment.value.startswith(MARKER) for line in lines)


@dataclass(slots=True)
class Plan:
    """Replacements, new statements and markers, all keyed by nodes of the original module.

    ``replace`` functions get the node with its children already rewritten.  ``before`` and
    ``after`` hold statements (as small statements or source lines) to put around a statement,
    built once its own parts are rewritten.  ``imports`` are lines to add,
    ``added_names`` what existing imports name as well,
    ``borrowed`` what is imported from other modules of the program (the module, its name for it,
    and the name here), and ``definitions`` whole definitions at the top.  ``needs`` are
    module names (``types``, ``errors``), and ``helpers`` the run-time functions to write into the
    module.
    ``renewed`` are attributes whose change makes their owner anew, and the calls that made those
    owners.  ``kept_sources`` are the lines after which it is stored what such owners are made
    of, and how much of it.  ``declared_names`` are what ``global`` and ``nonlocal`` name as well.
    ``choices`` are what is written around the two calls that a flag chooses one of.
    ``client_name`` is what the client is to be called where that is free.
    ``plans`` are those of all modules of the program.  ``ignores`` says what is to be left, and
    ``hits`` are the places where something was planned nevertheless, with the rules.
    """

    facts: Facts
    client_name: str = CLIENT
    replace: dict[cst.CSTNode, Replace] = field(default_factory=dict)
    wrap: dict[cst.CSTNode, Replace] = field(default_factory=dict)
    choices: dict[cst.CSTNode, Choice] = field(default_factory=dict)
    before: dict[cst.CSTNode, list[Build]] = field(default_factory=lambda: defaultdict(list))
    after: dict[cst.CSTNode, list[Build]] = field(default_factory=lambda: defaultdict(list))
    body_start: dict[cst.CSTNode, list[Build]] = field(default_factory=lambda: defaultdict(list))
    remove: set[cst.CSTNode] = field(default_factory=set)
    converted: set[cst.CSTNode] = field(default_factory=set)
    markers: dict[cst.CSTNode, list[str]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)
    helpers: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    added_names: dict[cst.CSTNode, set[str]] = field(default_factory=dict)
    checked: set[cst.CSTNode] = field(default_factory=set)
    handled: set[cst.CSTNode] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    existing: frozenset[str] = frozenset()
    guarded: bool = False
    local: bool = False
    quoted: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    borrowed: list[tuple[str, str, str]] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    companions: CompanionNames = field(default_factory=CompanionNames)
    module_values: set[str] = field(default_factory=set)
    renewed: set[cst.CSTNode] = field(default_factory=set)
    kept_sources: dict[cst.CSTNode, set[str]] = field(default_factory=dict)
    declared_names: dict[cst.CSTNode, list[Callable[[], str | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    kept_calls: set[cst.CSTNode] = field(default_factory=set)
    declared: set[cst.CSTNode] = field(default_factory=set)
    made_global: set[tuple[cst.CSTNode, str]] = field(default_factory=set)
    plans: dict[cst.CSTNode, Plan] = field(default_factory=dict)
    lazy_client: Callable[[], cst.BaseExpression] | None = None
    lazy_at: cst.CSTNode | None = None
    lazy_marker: tuple[Rule, str] | None = None
    ignores: Ignores = NOTHING_IGNORED
    hits: list[tuple[cst.CSTNode, Rule]] = field(default_factory=list)
    kept_texts: list[cst.CSTNode] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is to be changed or reported."""
        edits = (self.replace, self.wrap, self.before, self.after, self.body_start, self.remove)
        return not any((self.findings, self.markers, self.borrowed, *edits))

    def at(self, node: cst.CSTNode) -> Plan:
        """The plan of the module that a node stands in."""
        *_, root = (node, *self.facts.index.ancestors(node))
        return self.plans.get(root, self)

    def choice(self, node: cst.CSTNode) -> Choice:
        """What is written around the two calls that an expression, or its await, stands for."""
        if node not in self.choices:
            self.choices[node] = Choice()
            self.wrap[node] = self.choices[node].written
        return self.choices[node]

    def declare_global(self, scope: cst.CSTNode, name: str) -> None:
        """Say once in a function or class that a name which it assigns is the module's."""
        if (scope, name) not in self.made_global:
            self.made_global.add((scope, name))
            self.body_start[scope].append(lambda: [cst.Global([cst.NameItem(cst.Name(name))])])

    def assign(self, statement: cst.Expr, target: cst.BaseAssignTargetExpression) -> None:
        """Make an expression statement an assignment of its value."""

        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Expr)
            return cst.Assign([cst.AssignTarget(target)], updated.value)

        self.replace[statement] = build

    def name(self, module: str) -> str:
        """The name a module of the new SDK has in this file; asking for it imports it."""
        self.needs.add(module)
        return self.names.get(module, module)

    def module(self, name: str) -> cst.BaseExpression:
        """A module of the new SDK, as this file spells it."""
        return attribute(self.name(name))

    def helper(self, name: str) -> str:
        self.helpers.add(name)
        return name

    def found(
        self,
        node: cst.CSTNode,
        rule: Rule,
        status: Status,
        message: str = "",
        *,
        marked: bool = True,
    ) -> None:
        """Record a finding; ``review`` and ``manual`` also mark the statement of ``node``."""
        if self.ignores.anything and self.ignores.covers(self.facts.index, node, rule.id):
            self._ignore(node, rule, status)
            return
        line, column = self.facts.index.position(node)
        finding = Finding(line, column, rule.id, status, message, rule.guide)
        if finding not in self.findings:
            self.findings.append(finding)
        if status in ("review", "manual") and marked:
            self.mark(node, rule, message)

    def _ignore(self, node: cst.CSTNode, rule: Rule, status: Status) -> None:
        """Record that something is ignored, and that more is planned for it, if it is so."""
        if rule.id in TEXTS:
            self.kept_texts.append(node)
        elif status in ("rewritten", "review"):
            self.hits.append((node, rule))
        if status != "note":
            line, column = self.facts.index.position(node)
            finding = Finding(line, column, rule.id, "ignored", "left as legacy code")
            if finding not in self.findings:
                self.findings.append(finding)

    def marked(self, node: cst.CSTNode, rule: Rule) -> bool:
        """Whether the statement of ``node`` carries a marker of ``rule`` from an earlier run."""
        lines = list(getattr(self.facts.index.statement(node), "leading_lines", ()))
        if self.facts.module.body and self.facts.index.statement(node) is self.facts.module.body[0]:
            lines = [*self.facts.module.header, *lines]
        return any(line.comment and line.comment.value.endswith(f"[{rule.id}]") for line in lines)

    def mark(self, node: cst.CSTNode, rule: Rule, message: str) -> None:
        text = marker(rule, message)
        place = self.facts.index.place(node)
        becomes_block = isinstance(place, cst.SimpleStatementSuite) and (
            self.before.get(place) or self.after.get(place)
        )
        markers = self.markers[place if becomes_block else self.facts.index.statement(node)]
        if text not in markers:
            markers.append(text)
