"""What objects were made of, stored beside them where a variable does not say it later.

A chat goes on with the model that it was started with.  What is made anew for it is made of a name
and a configuration, whose variables may hold others by then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Object
from genai_codemod.engine.objects.declared_globals import declare_beside
from genai_codemod.engine.objects.object_plans import SettledObjects, store_target
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.closed_classes import takes_more

# What of a source is needed later.
NAME, SETTINGS = "name", "settings"
Variable = cst.Name | cst.Attribute


def can_be_kept(facts: Facts, holder: cst.BaseExpression, sites: Sequence[cst.CSTNode]) -> bool:
    """Whether something can be stored beside each of the objects that a variable holds."""
    place = facts.place(holder)
    if isinstance(holder, cst.Attribute):
        if not any(isinstance(atom, Object) for atom in facts.value(holder.value)):
            return False
    elif not isinstance(holder, cst.Name) or place[0] is None:
        return False
    return all(_is_stored_alone(facts, site, place) for site in sites)


def _is_stored_alone(facts: Facts, site: cst.CSTNode, place: tuple[object, object]) -> bool:
    """Whether the method of a variable makes an object, in an assignment on a line of its own."""
    assign = facts.use(site).parent
    line = facts.index.parents.get(assign)
    target = store_target(assign)
    source = _source(site)
    return (
        isinstance(line, cst.SimpleStatementLine)
        and len(line.body) == 1
        and getattr(assign, "value", None) is site
        and facts.place(target) == place
        and takes_more(facts, target)
        and source is not None
        and dotted_name(source) is not None
    )


def _source(site: cst.CSTNode) -> cst.BaseExpression | None:
    if not isinstance(site, cst.Call) or not isinstance(site.func, cst.Attribute):
        return None
    return site.func.value


class KeptSources:
    """Stores them; ``companion`` gives the variable of a configuration."""

    def __init__(
        self,
        facts: Facts,
        plan: Plan,
        objects: SettledObjects,
        companion: Callable[[cst.BaseExpression], cst.BaseExpression],
    ) -> None:
        self.facts = facts
        self.plan = plan
        self.objects = objects
        self.companion = companion

    def beside(self, holder: cst.BaseExpression) -> Variable:
        """The variable that keeps what the object in another one was made of."""
        assert isinstance(holder, cst.Name | cst.Attribute)
        own = holder.value if isinstance(holder, cst.Name) else holder.attr.value
        name = self.plan.companions.source_of(own)
        if isinstance(holder, cst.Name):
            return cst.Name(name)
        return cst.Attribute(holder.value.deep_clone(), cst.Name(name))

    def keep(self, sites: Collection[cst.CSTNode], parts: Collection[str]) -> None:
        """Have the statements that store objects followed by those that store their sources."""
        settled = any(self._form(site) == "split" for site in sites)
        needed = {*parts} if settled else {*parts} - {SETTINGS}
        for site in sites:
            line = self.facts.index.statement(site)
            kept = self.plan.at(line).kept_sources
            if line not in kept:
                kept[line] = set()
                self._store(site, line, kept[line])
            kept[line] |= {NAME} if self._form(site) == "pair" else needed

    def _store(self, site: cst.CSTNode, line: cst.CSTNode, parts: Collection[str]) -> None:
        plan, target = self.plan.at(line), store_target(self.facts.use(site).parent)
        assert target is not None
        source = _source(site)
        assert source is not None
        own, form = self.beside(target), self._form(site)

        def build() -> list[str | cst.BaseSmallStatement]:
            pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = []
            if NAME in parts:
                pairs.append((own, source))
            if SETTINGS in parts:
                settings = self.companion(source) if form == "split" else cst.Name("None")
                pairs.append((self.companion(own), settings))
            return [
                cst.Assign([cst.AssignTarget(to.deep_clone())], value.deep_clone())  # type: ignore[arg-type]
                for to, value in pairs
            ]

        plan.after[line].append(build)
        if isinstance(target, cst.Name) and isinstance(own, cst.Name):
            config = self.companion(own)
            assert isinstance(config, cst.Name)
            for part, name in ((NAME, own), (SETTINGS, config)):
                declare_beside(plan, target, lambda n=name, p=part: n.value if p in parts else None)  # type: ignore[misc]

    def _form(self, site: cst.CSTNode) -> str:
        source = _source(site)
        group = self.objects.group_of(source) if source is not None else None
        return group.form if group is not None else "left"
