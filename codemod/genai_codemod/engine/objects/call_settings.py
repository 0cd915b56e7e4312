"""The settings of a call, put together with those of the model or chat that it goes to."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from genai_codemod.engine.objects.function_calling import FIELD
from genai_codemod.engine.objects.kept_sources import SETTINGS
from genai_codemod.engine.objects.object_plans import Group
from genai_codemod.engine.objects.object_writing import GENERATION, ObjectWriter
from genai_codemod.engine.objects.settings import Settings, present_parameters
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import atomic
from genai_codemod.engine.syntax.module_syntax import source_of


class CallSettings(ObjectWriter):
    """Says what ``model`` and ``settings`` of a template are, for one call."""

    def _receiver_names(
        self,
        names: dict[str, Callable[[], cst.BaseExpression]],
        node: cst.Call,
        receiver: cst.BaseExpression,
        updated_receiver: cst.BaseExpression,
        binding: Binding,
        updated: cst.Call,
    ) -> dict[str, cst.BaseExpression]:
        """Fill in ``model`` and ``settings``; returns what must be spread with ``**``."""
        group = self.objects.group_of(receiver)
        overrides = self._settings(node, updated, binding)
        overrides.merges_safety = self._merges_safety(group, node)
        overrides.silent = self._silent(group, node, overrides.silent)
        overrides.over_none = any(each.mixed for each in self._groups(group, node))
        replaced = self._replaced(group, node, binding)
        config: cst.BaseExpression | None
        if group is None:
            config = self._over_chat(node, overrides, replaced)
        elif group.form == "inline":
            assert isinstance(updated_receiver, cst.Call)
            name, config = self._inline(group.sites[0], updated_receiver, overrides, replaced)
            names["model"] = always(name)
        elif group.form == "pair":
            if overrides.empty and self._takes_settings(node):
                return {"**": updated_receiver}
            names["model"] = lambda: _item(updated_receiver, "model")
            base = self._without(replaced, _item(updated_receiver, "config"))
            config = overrides.over(base, self.plan)
        else:
            names["model"] = lambda: updated_receiver
            if group.form == "split":
                base = self._without(replaced, self.companion(updated_receiver))
                config = overrides.over(base, self.plan)
            else:
                config = overrides.configuration(self.plan)
        if config is not None:
            names["settings"] = always(config)
        return {}

    def keep_settings(self, node: cst.Call) -> None:
        """Have the settings of a chat kept where a message needs them that has its own."""
        source = self.chats.source(node) if self.chats.overrides(node) else None
        if source is not None and source.kept:
            self.kept.keep(self.chats.sites(node), {SETTINGS})

    def _over_chat(
        self, node: cst.Call, overrides: Settings, replaced: frozenset[str]
    ) -> cst.BaseExpression | None:
        """The configuration of a message: its settings, over those of its chat if that has some."""
        source = self.chats.source(node)
        if source is None or overrides.empty:
            return overrides.configuration(self.plan)
        holder = self.kept.beside(source.holder) if source.kept else source.holder
        base = self.companion(holder) if source.form == "split" else _item(holder, "config")
        return overrides.over(self._without(replaced, base), self.plan)

    def _inline(
        self,
        site: cst.Call,
        updated: cst.Call,
        overrides: Settings,
        replaced: frozenset[str],
    ) -> tuple[cst.BaseExpression, cst.BaseExpression | None]:
        """The name and the configuration of a model that is made where it is called."""
        rule = self.objects.rule(site)
        assert rule is not None
        binding = self.facts.binding(site, rule)
        name = self._model_name(site, updated, binding)
        settings = self._settings(site, updated, binding, replaced)
        if FIELD in overrides.fields:
            settings.fields[FIELD] = overrides.fields.pop(FIELD)
        base = settings.configuration(self.plan)
        if base is None:
            return name, overrides.configuration(self.plan)
        return name, overrides.over(base, self.plan)

    def _merges_safety(self, group: Group | None, node: cst.Call) -> bool:
        """Whether a call's safety settings go over those of the model that it goes to."""
        replaces = self.pack.replaces_settings
        return not replaces and self._given_below("safety_settings", group, node)

    def _given_below(self, parameter: str, group: Group | None, node: cst.Call) -> bool:
        """Whether the model that a call goes to was made with some setting."""
        for site in (site for each in self._groups(group, node) for site in each.sites):
            rule = self.objects.rule(site)
            if rule is not None and parameter in present_parameters(
                site, self.facts.binding(site, rule)
            ):
                return True
        return False

    def _groups(self, group: Group | None, node: cst.Call) -> list[Group]:
        """The model objects that a call goes to, itself or through a chat."""
        return [group] if group is not None else self.chats.groups(node)

    def _silent(self, group: Group | None, node: cst.Call, fields: set[str]) -> set[str]:
        """Those of some fields that the model a call goes to may have as well."""
        others = {field: name for name, field in self.pack.settings.items() if name != GENERATION}
        below = {
            name for name in fields if self._given_below(others.get(name, GENERATION), group, node)
        }
        return below - {"safety_settings"}  # which are merged, None as well

    def _replaced(self, group: Group | None, node: cst.Call, binding: Binding) -> frozenset[str]:
        """The settings with many fields that a call replaces, if its model has them."""
        found: set[str] = set()
        if self.pack.replaces_settings and GENERATION in present_parameters(node, binding):
            if self._given_below(GENERATION, group, node):
                found.add(GENERATION)
        return frozenset(found)

    def _without(self, replaced: frozenset[str], config: cst.BaseExpression) -> cst.BaseExpression:
        """A configuration without the settings that a call replaces."""
        return self.context.helper("_without_generation", config) if replaced else config

    def _takes_settings(self, node: cst.Call) -> bool:
        return any(
            rule.becomes is not None and "config=settings" in rule.becomes
            for rule in self.facts.interpreter.bindings.get(node, {})
        )


def _item(pair: cst.BaseExpression, name: str) -> cst.BaseExpression:
    """``pair["name"]``."""
    return cst.parse_expression(f'{source_of(atomic(pair))}["{name}"]')


def always(value: cst.BaseExpression) -> Callable[[], cst.BaseExpression]:
    """What a name of a template is, whenever it is asked for."""
    return lambda: value
