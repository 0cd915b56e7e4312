"""Automatic function calling: the new SDK does it by default, the legacy one only in some chats.

A configuration with functions says so, one way or the other: functions are called where the legacy
chat was started with ``enable_automatic_function_calling=True``, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Bound,
    Container,
    Function,
    Instance,
    Plain,
    Unknown,
    Value,
    present,
)
from genai_codemod.engine.objects.chats import CHAT, Chats
from genai_codemod.engine.objects.object_plans import AUTOMATIC, Group, SettledObjects
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.template import as_test, call, keyword
from genai_codemod.engine.syntax.module_syntax import literal

FIELD = "automatic_function_calling"
CONFIG_CLASS = "AutomaticFunctionCallingConfig"
# The legacy SDK had no limit, the new one stops after 10 requests: so high that none gets there.
LIMIT = "1_000"
DEPTH = 4


class FunctionCalling:
    """Which configurations let the new SDK call functions by itself."""

    def __init__(
        self, facts: Facts, objects: SettledObjects, chats: Chats, context: Context
    ) -> None:
        self.facts = facts
        self.objects = objects
        self.chats = chats
        self.context = context

    def field(self, node: cst.Call) -> cst.BaseExpression | None:
        """What the configuration that a call is given must say, if it must say anything."""
        group = self.objects.groups.get(node)
        if group is not None:
            if not self.holds_functions(self.tools(node)):
                return None
            return self._enabled() if self._only_automatic(group) else self._disabled()
        flag = self.argument(node, AUTOMATIC)
        if flag is not None:
            return self._of_chat(node, flag)
        return self._of_message(node)

    def _of_chat(self, node: cst.Call, flag: cst.BaseExpression) -> cst.BaseExpression | None:
        """The configuration of a chat goes over the one of its model."""
        assert isinstance(node.func, cst.Attribute)
        group = self.objects.group_of(node.func.value)
        if literal(flag) in (False, None) or group is None or self._only_automatic(group):
            return None
        if not any(self.holds_functions(self.tools(site)) for site in group.sites):
            return None
        if literal(flag) is True:
            return self._enabled()
        return cst.IfExp(body=self._enabled(), test=as_test(flag), orelse=self._disabled())

    def _of_message(self, node: cst.Call) -> cst.BaseExpression | None:
        """What is given with a message goes over the model's configuration, not the chat's."""
        functions = self.holds_functions(self.tools(node))
        if not self.automatic_chats(node):
            return self._disabled() if functions else None
        groups = self.chats.groups(node)
        if all(self._only_automatic(group) for group in groups) and groups and not functions:
            return None
        sites = [site for group in groups for site in group.sites]
        held = functions or any(self.holds_functions(self.tools(site)) for site in sites)
        return self._enabled() if held and self.chats.overrides(node) else None

    def automatic_chats(self, node: cst.Call) -> bool:
        """Whether all chats that a message can go to were started to call functions."""
        flags = [literal(flag) is True for flag in self.flags(node)]
        return bool(flags) and all(flags)

    def flags(self, node: cst.Call) -> Iterator[cst.BaseExpression | None]:
        """The flag of each chat that a message can go to."""
        for atom in self.facts.value(node.func):
            if isinstance(atom, Bound) and atom.instance.kind == CHAT:
                site = atom.instance.site
                yield self.argument(site, AUTOMATIC) if isinstance(site, cst.Call) else None

    def _only_automatic(self, group: Group) -> bool:
        """Whether a model is used for nothing but chats that call functions."""
        started = [
            self.argument(node, AUTOMATIC)
            for node in self.facts.index.calls
            if self._takes_configuration(node, group)
        ]
        return bool(started) and all(flag and literal(flag) is True for flag in started)

    def _takes_configuration(self, node: cst.Call, group: Group) -> bool:
        if not any("settings" in (rule.becomes or "") for rule in self._rules(node)):
            return False
        members = {*group.sites, *group.foreign}
        return any(
            isinstance(atom, Bound) and atom.instance.site in members
            for atom in self.facts.value(node.func)
        )

    # -- tools --------------------------------------------------------------------------------

    def tools(self, node: cst.Call) -> cst.BaseExpression | None:
        """The tools that a call is given."""
        return self.argument(node, "tools")

    def holds_functions(self, tools: cst.BaseExpression | None) -> bool:
        """Whether tools may hold functions; what cannot be seen may."""
        if tools is None or not self.facts.pack.calls_functions:
            return False
        atoms = self.leaves(self.facts.value(tools))
        return any(not isinstance(atom, Container | Instance | Plain) for atom in atoms)

    def leaves(self, value: Value, depth: int = 0) -> Value:
        """What tools hold in the end, out of their lists; a dict is a declaration or holds some."""
        found: set[object] = set()
        for atom in present(value):
            if not isinstance(atom, Container):
                found.add(atom)
            elif depth == DEPTH:
                found.add(Unknown())
            elif isinstance(atom.site, cst.Dict):
                found.add(atom)
            else:
                items = self.facts.interpreter.load(("item", atom.site, "*"))
                found |= self.leaves(items, depth + 1)
        return frozenset(found)  # type: ignore[arg-type]

    def declares_functions(self, tool: Instance | Container) -> bool:
        """Whether the legacy SDK would have called what a tool declares."""
        if isinstance(tool, Container):
            held = self.facts.interpreter.load(("item", tool.site, "function_declarations"))
        elif isinstance(tool.site, cst.Call):
            held = self.facts.value(self.argument(tool.site, "function_declarations"))
        else:
            return False
        leaves = self.leaves(held)
        return any(not isinstance(atom, Container | Instance | Plain) for atom in leaves)

    def functions(self, tools: cst.BaseExpression | None) -> list[Function]:
        """The functions of this module among tools."""
        leaves = self.leaves(self.facts.value(tools))
        return [atom for atom in leaves if isinstance(atom, Function)]

    # -- calls --------------------------------------------------------------------------------

    def _rules(self, node: cst.Call) -> Iterator[CallRule]:
        return iter(self.facts.interpreter.bindings.get(node, {}))

    def argument(self, node: cst.Call, parameter: str) -> cst.BaseExpression | None:
        for binding in self.facts.interpreter.bindings.get(node, {}).values():
            if (given := present_parameters(node, binding).get(parameter)) is not None:
                return given
        return None

    # -- writing ------------------------------------------------------------------------------

    def _enabled(self) -> cst.BaseExpression:
        return self._config("maximum_remote_calls", cst.Integer(LIMIT))

    def _disabled(self) -> cst.BaseExpression:
        return self._config("disable", cst.Name("True"))

    def _config(self, name: str, value: cst.BaseExpression) -> cst.BaseExpression:
        return call(self.context.type(CONFIG_CLASS), keyword(name, value))
