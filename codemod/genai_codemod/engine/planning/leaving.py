"""What must be left because something is ignored that it belongs to.

Planning finds what would be changed although it is ignored; that is left in the next round, with
all that cannot be told apart from it.  Where this does not come to an end, or legacy values would
still come to migrated code, nothing of the program is migrated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.clients.configured import configurations
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Container, Instance, Symbol, Value
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import Cause
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.selection import ALL, means
from genai_codemod.engine.syntax.module_syntax import leftmost

UNKNOWN = Rule("ignore.unknown")
EDITED = Rule("legacy.left")
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
        """Add what was planned although it is ignored; whether there was nothing of that.

        Raises:
            Inseparable: it was left already, and is planned again.
        """
        before, planned = len(self.causes), False
        for plan in plans:
            for node, rule in (*plan.hits, *_edits(plan)):
                planned = True
                self._add(whole, plan, node, rule)
            self._hits += plan.hits
        if planned and len(self.causes) == before:
            raise InseparableError
        return not planned

    def report(self, plan: Plan) -> None:
        """Record in a plan what is ignored in its module, also what nothing is planned for now."""
        for node, rule in self._hits:
            if node in plan.facts.index:
                plan.found(node, rule, "manual")

    def _add(self, whole: Facts, plan: Plan, node: cst.CSTNode, rule: Rule) -> None:
        cause = Cause(rule, "", node)
        self.causes.setdefault(node, cause)
        area = _area(plan, node, rule.id)
        if area is None and isinstance(node, cst.Call):
            return
        if area is not None:
            self.causes.setdefault(area, cause)
        for part in plan.facts.index.within(area or _whole_expression(plan.facts, node)):
            if area is not None and part in whole.interpreter.bindings:
                self.causes.setdefault(part, cause)
            for site in sites(whole.value(part)):
                self.causes.setdefault(site, cause)


class InseparableError(Exception):
    """What is ignored cannot be told apart from what is not."""


def _area(plan: Plan, node: cst.CSTNode, rule: str = "") -> cst.CSTNode | None:
    """The statement or module around a node of which nothing is to be changed."""
    if plan.ignores.whole:
        return plan.facts.module
    area = plan.ignores.statement(plan.facts.index, node, rule)
    return area if area is not None and ALL in plan.ignores.statements[area] else None


def _edits(plan: Plan) -> Iterator[tuple[cst.CSTNode, Rule]]:
    """What is to be edited where nothing is to be changed.

    Imports and configurations stay in another way, and texts are put back.
    """
    if not (plan.ignores.whole or plan.ignores.statements):
        return
    index = plan.facts.index
    configuring = {index.statement(call) for call in configurations(plan.facts)}
    for node in (*plan.replace, *plan.wrap):
        if node in index and node not in plan.kept_texts and not plan.facts.in_import(node):
            if index.statement(node) not in configuring and _area(plan, node) is not None:
                yield node, EDITED


def sites(value: Value) -> Iterator[cst.CSTNode]:
    """Where the objects of the SDK were made that a value can be."""
    for atom in value:
        if isinstance(atom, Instance):
            yield atom.site
        elif isinstance(atom, Bound):
            yield atom.instance.site


def mixes(whole: Facts, plans: Collection[Plan], ignored: Ignored) -> bool:
    """Whether what is made for one of the SDKs comes to code for the other, where that is ignored.

    Legacy names are seen where they stand, and objects stay together anyway; what is looked for are
    variables that hold such names, and collections with names or other things that are edited.
    """
    if not any(plan.ignores.anything for plan in plans):
        return False
    check = _Mixing(whole, plans, ignored)
    return any(map(check.at, whole.values))


class _Mixing:
    def __init__(self, whole: Facts, plans: Collection[Plan], ignored: Ignored) -> None:
        self.whole = whole
        self._kept = set(ignored.causes)
        self._special: set[cst.CSTNode] = set()
        self._edited: set[cst.CSTNode] = set()
        self._named: dict[str, list[cst.CSTNode]] = defaultdict(list)
        for plan in plans:
            statements = plan.ignores.statements.items()
            self._kept.update(statement for statement, names in statements if ALL in names)
            if plan.ignores.whole:
                self._kept.add(plan.facts.module)
            for node, name in plan.facts.legacy_symbols():
                self._named[name].append(node)
                self._special.add(node)
            edits = (*plan.replace, *plan.wrap)
            self._special.update(edits)
            around = (*edits, *plan.before, *plan.after, *plan.markers, *plan.remove)
            self._edited.update(plan.facts.index.statement(each) for each in around)
        self._direct = {node for nodes in self._named.values() for node in nodes}
        self._inside: dict[cst.CSTNode, bool] = {}

    def at(self, node: cst.CSTNode) -> bool:
        """Whether a node gets what is made for the SDK that it does not work with."""
        for atom in self.whole.values[node]:
            if isinstance(atom, Container) and atom.site is not node:
                if self._is_special(atom.site) and self._are_apart(node, atom.site):
                    return True
            elif isinstance(atom, Symbol) and atom.name in self._named:
                if node in self._direct or _is_spelled(self.whole, node):
                    continue
                if any(self._are_apart(node, each) for each in self._named[atom.name]):
                    return True
        return False

    def _are_apart(self, user: cst.CSTNode, made: cst.CSTNode) -> bool:
        if not self._is_kept(made):
            return self._is_kept(user)
        # Where nothing is edited, what is left as it was goes on working.
        return not self._is_kept(user) and self.whole.index.statement(user) in self._edited

    def _is_kept(self, node: cst.CSTNode) -> bool:
        return any(each in self._kept for each in (node, *self.whole.index.ancestors(node)))

    def _is_special(self, site: cst.CSTNode) -> bool:
        """Whether something in a collection is legacy, or becomes something else."""
        if site not in self._inside:
            self._inside[site] = any(
                part in self._special for part in self.whole.index.within(site)
            )
        return self._inside[site]


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
    pack = plan.facts.pack
    known = [rule for each in (pack, *pack.beside) for rule in catalogue(each)] if listed else ()
    for name, statement in listed.items():
        if not any(means(name, rule) for rule in known):
            message = f"the comment ignores {name!r}, and there is no such rule"
            plan.found(statement, UNKNOWN, "note", message)


def bare(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement without the lines above it."""
    return (
        statement.with_changes(leading_lines=[])
        if hasattr(statement, "leading_lines")
        else (statement)
    )
