"""Which findings of a program belong together: they can only be accepted, or refused, as one.

That are those in one statement, those about one object of the SDK and all that comes of it, those
about a variable that stands for a legacy name, and a handler of errors with what it guards.  A test
for a legacy class or value belongs to all that is done, where nobody knows what it may be given.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

import libcst as cst

from genai_codemod.engine.clients.configured import configurations
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.planning.components import sites
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.planning.module_planning import ModulePlanner
from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.engine.syntax.headers import Headers
from genai_codemod.engine.syntax.reproduction import Original
from genai_codemod.groups import Groups

_TESTS = ("isinstance", "issubclass")
_Results = Mapping[str, Migration | SourceError]


def with_flows(
    results: _Results, planners: Mapping[str, ModulePlanner], originals: Mapping[str, Original]
) -> dict[str, Migration | SourceError]:
    """The results with a name for each flow in their findings.

    What only follows from other findings, as imports and the client do, gets none.
    """
    flows = _Flows()
    nodes: dict[tuple[str, int], cst.CSTNode] = {}
    unknown: cst.CSTNode | None = None
    for name, result in results.items():
        if not isinstance(result, Migration) or not result.findings or name not in planners:
            continue
        planner = planners[name]
        lines = originals[name].tree_lines
        module = _Module(planner.facts, planner.left)
        for finding in result.findings:
            node = module.headers.at(lines.get(finding.line, finding.line))
            if node is not None and not module.only_follows(node):
                nodes[name, finding.line] = node
                flows.add(node, module.ties(node))
                if module.tests_unknown(node):
                    unknown = node
    if unknown is not None:
        for node in nodes.values():
            flows.add(node, iter((unknown,)))
    names: dict[Hashable, str] = {}
    for (name, line), node in nodes.items():
        names.setdefault(flows.leader(node), f"{name}:{line}")
    found = {key: names[flows.leader(node)] for key, node in nodes.items()}
    return {name: _named(name, result, found) for name, result in results.items()}


def _named(
    name: str, result: Migration | SourceError, flows: Mapping[tuple[str, int], str]
) -> Migration | SourceError:
    if isinstance(result, SourceError):
        return result
    findings = tuple(
        replace(each, flow=flows.get((name, each.line), "")) if _matters(each) else each
        for each in result.findings
    )
    return replace(result, findings=findings)


def _matters(finding: Finding) -> bool:
    return finding.status not in ("note", "ignored")


class _Flows:
    def __init__(self) -> None:
        self._groups: Groups[Hashable] = Groups()

    def add(self, statement: cst.CSTNode, ties: Iterator[Hashable]) -> None:
        self._groups.join(statement, statement)
        for tie in ties:
            self._groups.join(statement, tie)

    def leader(self, statement: cst.CSTNode) -> Hashable:
        return self._groups.leader(statement)


class _Module:
    """What the statements of one module are tied to."""

    def __init__(self, facts: Facts, left: LeftAlone) -> None:
        self.headers = Headers(facts.index)
        self._facts = facts
        self._left = left
        self._configuring = {facts.index.statement(call) for call in configurations(facts)}

    def only_follows(self, statement: cst.CSTNode) -> bool:
        """Whether a statement is an import, or configures the SDK for the others."""
        if statement in self._configuring:
            return True
        return isinstance(statement, cst.SimpleStatementLine) and any(
            isinstance(each, cst.Import | cst.ImportFrom) for each in statement.body
        )

    def ties(self, statement: cst.CSTNode) -> Iterator[Hashable]:
        """What a statement shares with those that it cannot be told apart from."""
        for part in self.headers.within(statement):
            if isinstance(part, cst.BaseExpression):
                yield self._left.group(part)
            for site in sites(self._facts.value(part)):
                yield self._left.group(site)
            if isinstance(part, cst.Name) and part.value not in self._facts.index.imported:
                yield from self._aliases(part)
        if isinstance(statement, cst.ExceptHandler | cst.ExceptStarHandler):
            yield from self._guarded(statement)

    def tests_unknown(self, statement: cst.CSTNode) -> bool:
        """Whether something is held against a legacy name, and not seen to be made here."""
        return any(
            self._is_test(part) and self._names_legacy(part) and not self._is_known(part)
            for part in self.headers.within(statement)
        )

    def _is_test(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call):
            return isinstance(node.func, cst.Name) and node.func.value in _TESTS
        return isinstance(node, cst.Comparison) or isinstance(
            self._facts.index.parents.get(node), cst.MatchClass | cst.MatchValue
        )

    def _names_legacy(self, node: cst.CSTNode) -> bool:
        return any(
            isinstance(atom, Symbol) and self._facts.pack.is_legacy(atom.name)
            for part in self._facts.index.within(node)
            for atom in self._facts.value(part)
        )

    def _is_known(self, node: cst.CSTNode) -> bool:
        """Whether something in a node is seen to be made elsewhere."""
        parts = set(self._facts.index.within(node))
        return any(site not in parts for part in parts for site in sites(self._facts.value(part)))

    def _aliases(self, name: cst.Name) -> Iterator[Hashable]:
        for atom in self._facts.value(name):
            if isinstance(atom, Symbol) and self._facts.pack.is_legacy(atom.name):
                yield ("alias", atom.name)

    def _guarded(self, handler: cst.CSTNode) -> Iterator[Hashable]:
        guarding = self._facts.index.parents[handler]
        assert isinstance(guarding, cst.Try | cst.TryStar)
        for part in self._facts.index.within(guarding.body):
            if part in self._left.calls:
                yield self._left.group(part)
