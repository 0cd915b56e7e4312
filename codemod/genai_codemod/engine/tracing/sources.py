"""What an object is made of, where that is read more than once but evaluated only once.

``GenerativeModel.from_cached_content(cache)`` reads the name and the model of ``cache``: what is
not in a variable yet, or must be asked for first, goes into one in a line before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Instance, Plain, present
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.template import call, render
from genai_codemod.engine.syntax.module_syntax import dotted_name


@dataclass(frozen=True, slots=True)
class Source:
    """The argument that an object is made of, and the types that it can have."""

    parameter: str
    given: cst.BaseExpression
    position: int
    types: tuple[str, ...]
    ready: bool
    """Whether it is in a variable already, in the form that is read."""


def source_argument(facts: Facts, site: cst.Call, rule: CallRule) -> Source | None:
    """What the object of ``site`` is made of, if its rule says so."""
    binding = facts.binding(site, rule)
    for parameter in rule.legacy.parameters if rule.source else ():
        position = binding.arguments.get(parameter)
        if position is not None:
            given = site.args[position].value
            types = _types(facts, given, rule)
            as_it_is = [rule.source[name] for name in types] == [parameter]
            ready = as_it_is and dotted_name(given) is not None
            return Source(parameter, given, position, types, ready)
    return None


def _types(facts: Facts, given: cst.BaseExpression, rule: CallRule) -> tuple[str, ...]:
    known = tuple(rule.source)
    found = {_type(atom) for atom in present(facts.value(given))}
    return tuple(name for name in known if name in found) if found and found <= {*known} else known


def _type(atom: Atom) -> str:
    if isinstance(atom, Instance):
        return atom.kind
    return atom.type if isinstance(atom, Plain) else ""


class Sources:
    """The variables that hold what objects are made of."""

    def __init__(self, facts: Facts, context: Context) -> None:
        self.facts = facts
        self.context = context
        self._names: dict[cst.Call, str] = {}
        self._taken: dict[cst.Call, list[cst.BaseExpression]] = defaultdict(list)

    def plan(self, site: cst.Call, rule: CallRule) -> bool:
        """Plan the lines before ``site``; says whether they use the client."""
        source = source_argument(self.facts, site, rule)
        if source is None or source.ready:
            return False
        name = self._free_name(source.parameter)
        self._names[site] = name

        def build() -> list[str | cst.BaseSmallStatement]:
            values = self._values(site, rule, source)
            return [cst.Assign([cst.AssignTarget(cst.Name(name))], value) for value in values]

        self.context.plan.before[self.facts.index.place(site)].append(build)
        return any("client." in rule.source[each] for each in source.types)

    def taken(self, site: cst.Call, rule: CallRule, updated: cst.Call) -> cst.BaseExpression | None:
        """The variable to read; the rewritten argument is kept for the lines before."""
        source = source_argument(self.facts, site, rule)
        if source is None:
            return None
        self._taken[site].append(updated.args[source.position].value)
        return cst.Name(self._names[site]) if site in self._names else self._taken[site][-1]

    def _free_name(self, parameter: str) -> str:
        candidates = (parameter, f"chosen_{parameter}", f"{parameter}_")
        return next(name for name in candidates if name not in self.context.plan.taken)

    def _values(self, site: cst.Call, rule: CallRule, source: Source) -> list[cst.BaseExpression]:
        """What the variable is assigned, one after the other."""
        given = self._taken[site][-1]
        values: list[cst.BaseExpression] = []
        if len(source.types) > 1 and dotted_name(given) is None:
            values.append(given)
            given = cst.Name(self._names[site])
        names = {source.parameter: lambda: given, "client": lambda: self.context.client(site)}
        made = [render(rule.source[name], names, {}, frozenset()) for name in source.types]
        chosen = made[0]
        for name, other in zip(source.types[1:], made[1:], strict=True):
            test = call(cst.Name("isinstance"), cst.Arg(given), cst.Arg(cst.Name(name)))
            chosen = cst.IfExp(test=test, body=other, orelse=chosen)
        return [*values, chosen]
