"""Writes objects whose settings travel to later calls, and the settings of single calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.declared_globals import declare_beside
from genai_codemod.engine.objects.function_calling import FIELD, FunctionCalling
from genai_codemod.engine.objects.kept_sources import KeptSources
from genai_codemod.engine.objects.later_changes import changes_later
from genai_codemod.engine.objects.object_plans import Group, SettledObjects
from genai_codemod.engine.objects.settings import (
    Settings,
    add_generation_config,
    may_be_absent,
    present_parameters,
)
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import (
    MISSING,
    WrittenDict,
    render,
    standing,
    text_literal,
)
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.tracing.sources import Sources

# The setting that becomes many fields.
GENERATION = "generation_config"


class ObjectWriter:
    """What :class:`SettledObjects` decided, put into a plan."""

    def __init__(self, facts: Facts, plan: Plan, objects: SettledObjects, chats: Chats) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.objects = objects
        self.chats = chats
        self.context = Context(facts, plan, facts.pack)
        self.sources = Sources(facts, self.context)
        self.calling = FunctionCalling(facts, objects, chats, self.context)
        self.kept = KeptSources(facts, plan, objects, self.companion)

    def _plan_object(self, site: cst.Call, rule: CallRule) -> None:
        group = self.objects.groups[site]
        binding = self.facts.binding(site, rule)
        configured: list[cst.BaseExpression | None] = []

        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Call)
            if group.form == "inline":
                return updated
            name = self._model_name(site, updated, binding)
            config = self._settings(site, updated, binding).configuration(self.plan)
            configured.append(config)
            if group.form != "pair":
                return name
            entries = [cst.DictElement(text_literal("model"), name)]
            if config is not None or group.mixed:
                config = config or cst.Name("None")
                entries.append(cst.DictElement(text_literal("config"), config))
            return WrittenDict(entries)

        self.plan.replace[site] = build
        if group.form == "split":
            store = self.facts.use(site).parent
            self._companion(store, lambda: configured[-1])

    def plan_companions(self, group: Group) -> None:
        """Beside every other assignment of a split object, assign its configuration too."""
        direct = {self.facts.use(site).parent for site in group.sites}
        for store in group.stores:
            if store in direct or store not in self.facts.index:
                continue
            if isinstance(store, cst.Assign | cst.AnnAssign):
                value = store.value
                assert value is not None
                self._companion(store, partial(self.companion, value))
        for placeholder in self.objects.placeholders(group):
            if placeholder not in self.facts.index:
                continue
            self._companion(placeholder, lambda: cst.Name("None"))

    def _companion(
        self, store: cst.CSTNode, value: Callable[[], cst.BaseExpression | None]
    ) -> None:
        target = store.target if isinstance(store, cst.AnnAssign) else store.targets[0].target  # type: ignore[attr-defined]
        line = self.facts.index.parents[store]

        def build() -> list[str | cst.BaseSmallStatement]:
            name = self.companion(target)
            assert isinstance(name, cst.Name | cst.Attribute)
            return [cst.Assign([cst.AssignTarget(name)], value() or cst.Name("None"))]

        self.plan.after[line].append(build)
        if isinstance(target, cst.Name):
            companion = self.companion(target)
            assert isinstance(companion, cst.Name)
            declare_beside(self.plan, target, lambda: companion.value)

    def companion(self, holder: cst.BaseExpression) -> cst.BaseExpression:
        """The variable that holds the configuration beside ``holder``."""
        if isinstance(holder, cst.Attribute):
            name = self.plan.companions.of(holder.attr.value)
            return cst.Attribute(holder.value, cst.Name(name))
        assert isinstance(holder, cst.Name)
        return cst.Name(self.plan.companions.of(holder.value))

    def _model_name(
        self, site: cst.Call, updated: cst.Call, binding: Binding
    ) -> cst.BaseExpression:
        rule = self.objects.rule(site)
        assert rule is not None
        assert rule.named is not None
        name = self._made_of(rule.named, site, rule, updated, binding)
        if name is MISSING:
            return text_literal(self.pack.default_model)
        text, dropped = literal(name), self.pack.dropped_prefix
        if isinstance(text, str) and dropped and text.startswith(dropped):
            return text_literal(text.removeprefix(dropped))
        return standing(name)

    def _made_of(
        self, template: str, site: cst.Call, rule: CallRule, updated: cst.Call, binding: Binding
    ) -> cst.BaseExpression:
        """A template over the arguments of the call that makes an object, and its source."""
        names: dict[str, Callable[[], cst.BaseExpression]] = {
            parameter: partial(_argument, updated, position)
            for parameter, position in binding.arguments.items()
        }
        if (source := self.sources.taken(site, rule, updated)) is not None:
            names["source"] = lambda: source
        return render(template, names, {}, frozenset(rule.legacy.parameters))

    def _settings(
        self,
        node: cst.Call,
        updated: cst.Call,
        binding: Binding,
        replaced: frozenset[str] = frozenset(),
    ) -> Settings:
        """The settings that a call is given, but for those that are replaced later."""
        settings = Settings()
        rule = self.objects.rule(node)
        if rule is not None:
            for name, template in rule.adds.items():
                settings.fields[name] = self._made_of(template, node, rule, updated, binding)
        for parameter, original in present_parameters(node, binding).items():
            if parameter in replaced:
                continue
            value = updated.args[binding.arguments[parameter]].value
            if parameter == GENERATION:
                add_generation_config(settings, self.facts, original, value)
                settings.changes_later = rule is not None and changes_later(
                    self.facts, node, original
                )
            elif parameter in self.pack.settings:
                argument = Argument(original, value, node, parameter)
                for name, converted in self._converted(argument):
                    settings.fields[name] = converted
                    if may_be_absent(self.facts, original):
                        settings.silent.add(name)
        calling = self.calling.field(node)
        if calling is not None:
            settings.fields[FIELD] = calling
        return settings

    def _converted(self, argument: Argument) -> list[tuple[str, cst.BaseExpression]]:
        """The configuration fields that one settings argument becomes."""
        name = self.pack.settings[argument.parameter]
        value = argument.updated
        if argument.parameter in self.pack.converters:
            value = self.context.convert(argument.parameter, argument)
        return [] if value is MISSING else [(name, value)]


def _argument(node: cst.Call, position: int) -> cst.BaseExpression:
    return node.args[position].value
