"""What must be left as it is, and why.

Objects of the two SDKs cannot be mixed, so a legacy call that cannot be rewritten keeps everything
that is connected with it: what it is called on, what it is given, and what is done with its result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import libcst as cst

from genai_codemod.engine.calling.applying import certainly_applies
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Bound,
    Container,
    Instance,
    Symbol,
    Unknown,
    Value,
    present,
)
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.fillings import fillings
from genai_codemod.engine.objects.object_plans import SettledObjects
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.hoisting import (
    can_be_first,
    first_argument,
    may_be_first,
    must_be_first,
)
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, Rule
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.out_of_sight import handed_on
from genai_codemod.engine.tracing.sources import source_argument
from genai_codemod.engine.tracing.wrapped import Wrapped
from genai_codemod.groups import Groups

FIRST = "take {} into a variable first, then run genai-codemod again."
PROMISED = Rule("model.parameter", guide="https://ai.google.dev/gemini-api/docs/migrate")
UNKNOWN_CALL = Rule("legacy.unknown-call", guide="https://ai.google.dev/gemini-api/docs/migrate")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a call is left: the rule, the sentence for a person, and where.

    The sentence is empty when it is left because somebody wants that.  One that stands ``alone``
    is all that is said in its statement.
    """

    rule: Rule
    message: str
    node: cst.CSTNode
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of code does itself, and the code that it ``runs``.

    ``migrated`` are the legacy calls in it that are rewritten; ``new`` says that it reads a stream
    of such a call, ``left`` that it has calls which are not.  It calls a ``foreign`` library with
    the same exceptions, or a parameter that is ``unknown``.
    """

    migrated: frozenset[cst.Call]
    new: bool
    left: bool
    foreign: bool
    unknown: bool
    runs: tuple[cst.CSTNode, ...]


class LeftAlone:
    """The legacy calls of a module that are not rewritten, with the reason for each."""

    def __init__(
        self,
        facts: Facts,
        objects: SettledObjects,
        chats: Chats,
        ignored: Mapping[cst.CSTNode, Cause] | None = None,
        tests: Collection[cst.CSTNode] = (),
    ) -> None:
        self.facts = facts
        self.objects = objects
        self.chats = chats
        self.tests = tests
        self.pieces: dict[cst.CSTNode, Piece] = {}
        self.wrapped = Wrapped(facts)
        self._groups: Groups[cst.CSTNode] = Groups()
        self._inside: dict[tuple[cst.CSTNode, int], tuple[cst.CSTNode, ...]] = {}
        self.calls = {
            node: rules
            for node, rules in facts.interpreter.bindings.items()
            if node in facts.values
        }
        for call in facts.index.calls:
            self._connect_passed_methods(call)
            self._connect_parts(call)
        self.unknown = {node: self._unknown_cause(node) for node in self._unknown_calls()}
        for node in (*self.calls, *self.unknown):
            for connected in self._connected(node):
                self._groups.join(node, connected)
        for made, given in fillings(facts, self.unknown):
            direct = [given] if given in self.calls else []
            for site in (*direct, *self._sites(facts.value(given))):
                self._groups.join(made, site)
        self.handed_on = list(handed_on(facts)) if facts.pack.keeps_kinds else []
        causes: dict[cst.CSTNode, Cause] = {}
        for site, cause in self._own_causes():
            causes.setdefault(self._groups.leader(site), cause)
        ignored = ignored or {}
        for site, cause in ignored.items():
            causes.setdefault(self._groups.leader(site), cause)
        self.causes = {
            node: causes[leader]
            for leader, members in self._groups.by_leader().items()
            if leader in causes
            for node in members
        }
        self.nodes = {*self.causes, *ignored}
        self.nodes |= self._caught()

    def _caught(self) -> set[cst.CSTNode]:
        """The names of exceptions that calls which are left may raise."""
        left = (rules for node, rules in self.calls.items() if node in self.nodes)
        if not any(rule.raises is not None for rules in left for rule in rules):
            return set()
        handlers = self.facts.index.nodes(cst.ExceptHandler)
        return {each.name for each in handlers if isinstance(each, cst.ExceptHandler) and each.name}

    def __contains__(self, node: cst.CSTNode) -> bool:
        """Whether a node is left, or stands inside something that is left."""
        if node in self.nodes:
            return True
        return any(parent in self.nodes for parent in self.facts.index.ancestors(node))

    def group(self, node: cst.CSTNode) -> cst.CSTNode:
        """What stands for all that a call or an object cannot be told apart from."""
        return self._groups.leader(node)

    @property
    def migrates(self) -> bool:
        """Whether any call is rewritten other than those which configure the SDK."""
        return any(
            node not in self.nodes and any(rule.mechanism != "configuration" for rule in rules)
            for node, rules in self.calls.items()
        )

    @property
    def keeps_all(self) -> bool:
        """Whether all calls are left, and some of them because something is ignored."""
        return not self.migrates and any(not cause.message for cause in self.causes.values())

    def value_left(self, value: Value) -> bool:
        return any(
            isinstance(atom, Instance | Container) and atom.site in self.nodes for atom in value
        )

    def holds_left(self, value: Value) -> bool:
        """Whether a value, or anything in the collections that it can be, is left."""
        return any(site in self.nodes for site in self._sites(value))

    def mark(self, plan: Plan) -> None:
        """Mark each call that is left."""
        known = {node: next(iter(rules)) for node, rules in self.calls.items()}
        said: set[tuple[cst.CSTNode, str]] = set()
        for node, rule in (known | {node: own.rule for node, own in self.unknown.items()}).items():
            cause = self.causes.get(node)
            if cause is None or node not in plan.facts.index:
                continue
            if self._stands_with(node, cause):
                continue
            same = bool(cause.message) and cause.message == rule.manual
            if cause.node is node or same:
                plan.found(node, rule if same else cause.rule, "manual", cause.message)
            else:
                what = (
                    f"{source_of(cause.node.func)}(...)"
                    if isinstance(cause.node, cst.Call)
                    else source_of(cause.node)
                )
                state = "marked too" if cause.message else "ignored"
                message = f"migrate this together with {what}, which is {state}."
                place = plan.facts.index.statement(node), message
                kind = Rule(rule.id, guide=cause.rule.guide)
                plan.found(node, kind, "manual", message, marked=place not in said)
                said.add(place)
        for read, kept in (*self.keeping_attributes, *self.handed_on, *self.promised):
            if read in plan.facts.index:
                plan.found(read, kept, "manual", kept.manual or "")

    def _stands_with(self, node: cst.CSTNode, cause: Cause) -> bool:
        """Whether a statement has a marker for what is handed on in it already."""
        index = self.facts.index
        handed = any(cause.node is each for each, _ in self.handed_on)
        said = handed or (cause.alone and node is not cause.node)
        return said and index.statement(node) is index.statement(cause.node)

    @cached_property
    def keeping_attributes(self) -> list[tuple[cst.Attribute, AttributeRule]]:
        """The attributes that only objects of the legacy SDK have."""
        return [
            (node, rule)
            for node in self.facts.attributes
            for owner in self.facts.instances(node.value)
            if (rule := self.facts.pack.attribute(owner.kind, node.attr.value)) is not None
            if rule.keeps
        ]

    @cached_property
    def promised(self) -> list[tuple[cst.CSTNode, Rule]]:
        """The annotations that promise an object which cannot be migrated where it goes."""
        return [
            (node, replace(PROMISED, manual=f"migrate this object by hand: {group.problem}."))
            for node, group in self.objects.groups.items()
            if group.problem and not isinstance(node, cst.Call)
        ]

    def _connect_passed_methods(self, call: cst.Call) -> None:
        """``to_thread(model.generate_content, prompt)``: what is passed along goes with it."""
        values = [self.facts.value(argument.value) for argument in call.args]
        passed = [
            atom.instance.site
            for value in values
            for atom in value
            if isinstance(atom, Bound) and atom.instance.kind != "container"
        ]
        for site in passed:
            for value in values:
                for other in self._sites(value):
                    self._groups.join(site, other)

    def _connect_parts(self, call: cst.Call) -> None:
        """``content.parts.append(part)``: an object goes with what becomes a part of it."""
        if call in self.calls or not isinstance(call.func, cst.Attribute):
            return
        given = [site for each in call.args for site in self._sites(self.facts.value(each.value))]
        owner: cst.BaseExpression = call.func.value
        while given and isinstance(owner, cst.Attribute | cst.Subscript):
            owner = owner.value
            for site in self._sites(self.facts.value(owner)):
                for part in given:
                    self._groups.join(site, part)

    def _unknown_calls(self) -> list[cst.Call]:
        """Calls of legacy functions that no rule is about."""
        return [
            node
            for node in self.facts.index.calls
            if node not in self.calls
            and (name := self.facts.legacy_name(node.func, self.facts.value(node.func))) is not None
            and not self._is_exception(name)
            and not self.facts.pack.shared
        ]

    def _unknown_cause(self, node: cst.Call) -> Cause:
        """Why a call that no call rule is about is left."""
        shown = source_of(node.func)
        name = self.facts.legacy_name(node.func, self.facts.value(node.func)) or ""
        named = self.facts.pack.names.get(name)
        if named is not None and named.becomes is not None:
            message = f"{named.becomes} takes other arguments than {shown}: call it by hand."
            return Cause(Rule(named.id, guide=named.guide), message, node)
        manual = self.facts.pack.manual(name)
        if manual is not None and manual.manual is not None:
            return Cause(manual, manual.manual, node)
        return Cause(UNKNOWN_CALL, f"{shown} has no counterpart that is known here.", node)

    def _is_exception(self, name: str) -> bool:
        """Whether a name is that of an exception that code raises for itself."""
        rule = self.facts.pack.names.get(name)
        return rule is not None and rule.restored is not None

    # -- connections --------------------------------------------------------------------------

    def _connected(self, node: cst.Call) -> Iterator[cst.CSTNode]:
        if isinstance(node.func, cst.Attribute):
            yield from self._sites(self.facts.value(node.func.value))
        for atom in self.facts.value(node.func):
            if isinstance(atom, Bound):
                yield atom.instance.site
        for argument in node.args:
            yield from self._sites(self.facts.value(argument.value))

    def _sites(self, value: Value, depth: int = 0) -> Iterator[cst.CSTNode]:
        for atom in value:
            if isinstance(atom, Instance):
                yield atom.site
            elif isinstance(atom, Container) and depth < 3:
                yield from self._sites_inside(atom.site, depth)

    def _sites_inside(self, container: cst.CSTNode, depth: int) -> tuple[cst.CSTNode, ...]:
        """A container and the objects in it, if there are any."""
        found = self._inside.get((container, depth))
        if found is None:
            items = self.facts.interpreter.load(("item", container, "*"))
            inner = tuple(dict.fromkeys(self._sites(items, depth + 1)))
            found = self._inside[container, depth] = (container, *inner) if inner else ()
        return found

    # -- causes -------------------------------------------------------------------------------

    def _own_causes(self) -> Iterator[tuple[cst.CSTNode, Cause]]:
        """What is left for a reason of its own, not for being connected with something else."""
        yield from self.unknown.items()
        for read, kept in self.keeping_attributes:
            for site in self._sites(self.facts.value(read.value)):
                yield site, Cause(kept, kept.manual or "", read)
        for node, rules in self.calls.items():
            for rule in rules:
                if (found := self._cause(node, rule)) is not None:
                    yield node, found
        for passed, reason in self.handed_on:
            for site in self._sites(self.facts.value(passed)):
                yield site, Cause(reason, reason.manual or "", passed)
        for promised, reason in self.promised:
            yield promised, Cause(reason, reason.manual or "", promised)

    def _cause(self, node: cst.Call, rule: CallRule) -> Cause | None:
        if (refused := self._refused(node, rule)) is not None:
            return Cause(rule, refused, node)
        unmatched = self.facts.unbound(node, rule)
        translated = rule.mechanism == "constructor" and self._spreads(node)
        if unmatched and not (translated or self.facts.spreads_unknown(node, rule)):
            shown = ", ".join(unmatched)
            message = f"write the arguments of this call out: {shown} cannot be translated."
            return Cause(rule, message, node)
        if rule.mechanism == "settings":
            group = self.objects.groups[node]
            if group.problem:
                return Cause(rule, f"migrate this object by hand: {group.problem}.", node)
            source = source_argument(self.facts, node, rule)
            if source is not None and not source.ready and not can_be_first(self.facts, node):
                message = (
                    f"make this in a statement of its own, so that {source_of(source.given)} can "
                    "be read once before it, then run genai-codemod again."
                )
                return Cause(rule, message, node)
        if rule.mechanism == "configuration" and not self._is_statement(node):
            return Cause(rule, "make this configure() call a statement of its own.", node)
        if isinstance(node.func, cst.Attribute):
            if self._may_be_foreign(node.func):
                message = "this may be called on another kind of object too: separate the two."
                return Cause(rule, message, node)
            receiver = node.func.value
            called = self.objects.group_of(receiver)
            if must_be_first(self.facts, node, called) and not can_be_first(self.facts, node):
                shown = source_of(receiver)
                return Cause(rule, FIRST.format(shown), node)
            if called is not None and called.problem:
                return Cause(rule, f"migrate this object by hand: {called.problem}.", node)
        late = first_argument(self.facts, node, rule)
        if late is not None and not may_be_first(self.facts, node, late):
            return Cause(rule, FIRST.format(source_of(node.args[late].value)), node)
        message = self.chats.problem(node)
        return Cause(rule, message, node) if message else None

    def _may_be_foreign(self, called: cst.Attribute) -> bool:
        """Whether a method can be one of something else, too: of what a caller hands in.

        What is named by an import is what that imports.
        """
        value = present(self.facts.value(called))
        if any(isinstance(atom, Bound) for atom in value):
            return Unknown() in value
        legacy = [a for a in value if isinstance(a, Symbol) and self.facts.pack.is_legacy(a.name)]
        return len(legacy) < len(value) and self.facts.legacy_name(called, value) is None

    def _refused(self, node: cst.Call, rule: CallRule) -> str | None:
        """Why the rule of a call is not for the codemod, or not surely for this call."""
        if rule.when and not certainly_applies(self.facts, node, rule):
            return rule.unsure
        return rule.manual

    @staticmethod
    def _spreads(node: cst.Call) -> bool:
        return all(argument.star != "*" for argument in node.args)

    def _is_statement(self, node: cst.Call) -> bool:
        """Whether a call stands alone, or its result, None, is only stored or returned."""
        parent = self.facts.index.parents.get(node)
        line = self.facts.index.parents.get(parent) if parent is not None else None
        given = isinstance(parent, cst.Assign | cst.Return)
        alone = given and isinstance(line, cst.SimpleStatementLine)
        return isinstance(parent, cst.Expr) or (alone and len(line.body) == 1)  # type: ignore[union-attr]
