"""What is known of chats: sync or async, and which configuration they were started with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Object, Value, instances
from genai_codemod.engine.objects.kept_sources import can_be_kept
from genai_codemod.engine.objects.object_plans import Group, SettledObjects
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.rebinding import Rebinding

CHAT = "Chat"


def is_message(facts: Facts, rule: CallRule) -> bool:
    """Whether a rule is about sending a message to a chat, whose answer can be a stream."""
    declared = facts.pack.kinds.get(CHAT)
    return rule.stream is not None and declared is not None and rule in declared.methods.values()


@dataclass(frozen=True, slots=True)
class Source:
    """The variable that holds a model, or the chat beside which its model is ``kept``."""

    holder: cst.BaseExpression
    form: str
    kept: bool = False


class Chats:
    """The chats of a module, by the call that started them."""

    def __init__(self, facts: Facts, objects: SettledObjects) -> None:
        self.facts = facts
        self.objects = objects
        self.rebinding = Rebinding(facts)
        self._modes: dict[cst.CSTNode, set[bool]] = defaultdict(set)
        for node in facts.index.calls:
            for atom in facts.value(node.func):
                if isinstance(atom, Bound) and atom.instance.kind == CHAT:
                    rule = facts.pack.method(CHAT, atom.method)
                    if rule is not None and is_message(facts, rule):
                        self._modes[atom.instance.site].add(rule.awaits)

    def is_async(self, site: cst.CSTNode) -> bool:
        return self._modes[site] == {True}

    def only_awaited(self, value: Value) -> bool:
        """Whether a value is one or more chats, and all that is called on them is awaited."""
        sites = (atom.site for atom in instances(value) if atom.kind == CHAT)
        return set().union(*(self._modes.get(site, ()) for site in sites)) == {True}

    def follow(self, made: cst.CSTNode, site: cst.CSTNode) -> None:
        """Take a call that is to be written for one that starts the same chat as ``site``."""
        self._modes[made] = self._modes[site]

    def problem(self, node: cst.Call) -> str:
        """Why a call on or of a chat cannot be rewritten, or nothing."""
        if len(self._modes.get(node, ())) > 1:
            return (
                "this chat is used with await and without: start one with client.chats and one "
                "with client.aio.chats."
            )
        chats = self._chats(node)
        if not chats or not self.overrides(node):
            return ""
        if any(map(self._has_settings, chats)) and self.source(node) is None:
            return (
                "a config given with a message replaces the chat's: give this message the chat's "
                "whole configuration with the changes."
            )
        return ""

    def source(self, node: cst.Call) -> Source | None:
        """Where the model is found of the chat that ``node`` sends to, if that has settings."""
        chats = self._chats(node)
        if not any(map(self._has_settings, chats)):
            return None
        return self._in_variable(node, chats) or self._kept(node, chats)

    def sites(self, node: cst.Call) -> list[cst.Call]:
        """The calls that start the chat which ``node`` sends to."""
        return self._chats(node)

    def groups(self, node: cst.Call) -> list[Group]:
        """The model objects behind the chat that ``node`` sends to."""
        found = (self._group(site) for site in self._chats(node))
        return [group for group in found if group is not None]

    def _chats(self, node: cst.Call) -> list[cst.Call]:
        return [
            atom.instance.site
            for atom in self.facts.value(node.func)
            if isinstance(atom, Bound)
            and atom.instance.kind == CHAT
            and isinstance(atom.instance.site, cst.Call)
        ]

    def overrides(self, node: cst.Call) -> bool:
        """Whether a message is given settings of its own."""
        return any(
            name in self.facts.pack.settings
            for binding in self.facts.interpreter.bindings.get(node, {}).values()
            for name in present_parameters(node, binding)
        )

    def _group(self, site: cst.Call) -> Group | None:
        if not isinstance(site.func, cst.Attribute):
            return None
        return self.objects.group_of(site.func.value)

    def _has_settings(self, site: cst.Call) -> bool:
        group = self._group(site)
        return group is not None and any(self.objects.has_settings(s) for s in group.sites)

    def _in_variable(self, node: cst.Call, chats: list[cst.Call]) -> Source | None:
        """The one variable that holds the model of all these chats, for as long as they are."""
        holders: dict[tuple[str, str], cst.BaseExpression] = {}
        for site in chats:
            group = self._group(site)
            if group is None or group.form not in ("split", "pair"):
                return None
            assert isinstance(site.func, cst.Attribute)
            receiver = site.func.value
            name = dotted_name(receiver)
            if name is None or not self.same_variable(receiver, node):
                return None
            holders[name, group.form] = receiver
        if len(holders) != 1:
            return None
        (((name, form), receiver),) = holders.items()
        if self.rebinding.matters(receiver, chats):
            return None
        return Source(attribute(name), form)

    def _kept(self, node: cst.Call, chats: list[cst.Call]) -> Source | None:
        """The variable of the chat itself, which what it was made of can be stored beside."""
        assert isinstance(node.func, cst.Attribute)
        bound = [atom for atom in self.facts.value(node.func) if isinstance(atom, Bound)]
        forms = {group.form if (group := self._group(site)) else "left" for site in chats}
        if len(bound) != len(chats) or not (forms == {"pair"} or forms <= {"name", "split"}):
            return None
        holder = node.func.value
        if not can_be_kept(self.facts, holder, chats):
            return None
        return Source(holder, "pair" if forms == {"pair"} else "split", kept=True)

    def same_variable(self, receiver: cst.BaseExpression, node: cst.CSTNode) -> bool:
        """Whether ``receiver``, a variable, means the same where ``node`` stands."""
        here, there = self.facts.index.scope(receiver), self.facts.index.scope(node)
        if isinstance(receiver, cst.Name):
            scope = here.binding_scope(receiver.value)
            return scope is not None and there.binding_scope(receiver.value) is scope
        assert isinstance(receiver, cst.Attribute)
        if here is there:
            return True
        owners = [a for a in self.facts.value(receiver.value) if isinstance(a, Object)]
        base = receiver.value
        return (
            bool(owners)
            and isinstance(base, cst.Name)
            and any(
                isinstance(atom, Object) and atom.node is owners[0].node
                for atom in self.facts.interpreter.load(("name", there.node, base.value))
            )
        )
