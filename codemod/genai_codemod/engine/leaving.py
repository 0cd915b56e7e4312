"""What must be left because something is ignored that it belongs to.

Planning finds what would be changed although it is ignored; that is left in the next round, with
all that cannot be told apart from it.  Where this does not come to an end, or legacy values would
still come to migrated code, nothing of the program is migrated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.catalogue import catalogue
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.left import Cause
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.selection import ALL, means
from genai_codemod.engine.syntax import leftmost
from genai_codemod.engine.values import Bound, Container, Instance, Symbol, Value

UNKNOWN = Rule("ignore.unknown")
_EXPRESSIONS = (
    cst.BaseExpression, cst.Arg, cst.BaseElement, cst.BaseDictElement, cst.ComparisonTarget,
    cst.SubscriptElement, cst.Index, cst.Slice, cst.FormattedStringExpression,
)  # fmt: skip


@dataclass(slots=True)
class Ignored:
    """The nodes of a program that are left because they are ignored, and the rule for each."""

    causes: dict[cst.CSTNode, Cause] = field(default_factory=dict)
    _hits: list[tuple[cst.CSTNode, Rule]] = field(default_factory=list)

    def add(self, whole: Facts, plans: Iterable[Plan]) -> bool:
        """Add what was planned although it is ignored; whether anything of that is new."""
        before = len(self.causes)
        for plan in plans:
            for node, rule in plan.hits:
                self._add(whole, plan, node, rule)
            self._hits += plan.hits
        return len(self.causes) > before

    def report(self, plan: Plan) -> None:
        """Record in a plan what is ignored in its module, also what nothing is planned for now."""
        for node, rule in self._hits:
            if node in plan.facts.index:
                plan.found(node, rule, "manual")

    def _add(self, whole: Facts, plan: Plan, node: cst.CSTNode, rule: Rule) -> None:
        cause = Cause(rule, "", node)
        self.causes.setdefault(node, cause)
        ignores, index = plan.ignores, plan.facts.index
        area: cst.CSTNode | None = ignores.statement(index, node, rule.id)
        if ignores.whole:
            area = plan.facts.module
        elif area is not None and ALL in ignores.statements[area]:
            self.causes.setdefault(area, cause)
        elif isinstance(node, cst.Call):
            return
        else:
            area = _whole_expression(plan.facts, node)
        if area is plan.facts.module:
            self.causes.setdefault(area, cause)
        for part in index.within(area):
            if isinstance(part, cst.Call) and part in whole.interpreter.bindings:
                if area is plan.facts.module or ALL in ignores.statements.get(area, ()):
                    self.causes.setdefault(part, cause)
            for site in sites(whole.value(part)):
                self.causes.setdefault(site, cause)


def sites(value: Value) -> Iterator[cst.CSTNode]:
    """Where the objects of the SDK were made that a value can be."""
    for atom in value:
        if isinstance(atom, Instance):
            yield atom.site
        elif isinstance(atom, Bound):
            yield atom.instance.site


def mixes(whole: Facts, plans: Mapping[str, Plan], ignored: Ignored) -> bool:
    """Whether values made of legacy names come from what is ignored to what is not, or back.

    Names are seen where they stand; what is looked for are variables and collections of them.
    """
    kept = set(ignored.causes)

    def is_kept(node: cst.CSTNode) -> bool:
        return any(each in kept for each in (node, *whole.index.ancestors(node)))

    named = {id(node) for plan in plans.values() for node, _ in plan.facts.legacy_symbols()}
    inside: dict[cst.CSTNode, bool] = {}

    def holds_names(site: cst.CSTNode) -> bool:
        if site not in inside:
            inside[site] = False
            inside[site] = any(
                _is_legacy(whole, part) and id(part) in named for part in whole.index.within(site)
            )
        return inside[site]

    for node, value in whole.values.items():
        here: bool | None = None
        for atom in value:
            if isinstance(atom, Container) and atom.site is not node and holds_names(atom.site):
                here = is_kept(node) if here is None else here
                if is_kept(atom.site) != here:
                    return True
            elif isinstance(atom, Symbol) and whole.pack.is_legacy(atom.name):
                if id(node) in named or _is_spelled(whole, node):
                    continue
                here = is_kept(node) if here is None else here
                origins = [n for n in _named_so(plans, atom.name) if is_kept(n) != here]
                if origins:
                    return True
    return False


def _named_so(plans: Mapping[str, Plan], name: str) -> Iterator[cst.CSTNode]:
    for plan in plans.values():
        for node, found in plan.facts.legacy_symbols():
            if found == name:
                yield node


def _is_legacy(whole: Facts, node: cst.CSTNode) -> bool:
    return any(
        isinstance(atom, Symbol) and whole.pack.is_legacy(atom.name) for atom in whole.value(node)
    )


def _is_spelled(whole: Facts, node: cst.CSTNode) -> bool:
    """Whether a node is a part of a dotted legacy name, or of an import."""
    if whole.in_import(node):
        return True
    parent = whole.index.parents.get(node)
    while isinstance(parent, cst.Attribute):
        if _is_legacy(whole, parent):
            return True
        parent = whole.index.parents.get(parent)
    return isinstance(node, cst.Attribute) and leftmost(node) == ""


def _whole_expression(facts: Facts, node: cst.CSTNode) -> cst.CSTNode:
    """The outermost expression around a node."""
    for parent in facts.index.ancestors(node):
        if not isinstance(parent, _EXPRESSIONS):
            break
        node = parent
    return node


def note_unknown_names(plan: Plan) -> None:
    """Note the comments that name a rule which there is not, and so leave nothing."""
    listed = {
        name: statement
        for statement, names in plan.ignores.statements.items()
        for name in names
        if name != ALL
    }
    known = catalogue(plan.facts.pack) if listed else ()
    for name, statement in listed.items():
        if not any(means(name, rule) for rule in known):
            message = f"the comment ignores {name!r}, and there is no such rule"
            plan.found(statement, UNKNOWN, "note", message)


def bare(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement without the lines above it."""
    return statement.with_changes(leading_lines=[])
