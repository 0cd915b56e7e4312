"""Which modules of a program can only be migrated together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Awaitable,
    Bound,
    Container,
    Instance,
    Symbol,
    Value,
    Written,
)
from genai_codemod.engine.imports.importing import Importing
from genai_codemod.engine.planning.module_planning import ModulePlanner
from genai_codemod.groups import Groups


def components(
    affected: Iterable[str],
    planners: Mapping[str, ModulePlanner],
    imports: Mapping[str, Mapping[str, str]],
) -> dict[str, frozenset[str]]:
    """The modules that each affected one shares a flow with, itself among them.

    ``affected`` are the modules that change, need a person or cannot be read.  Two of them belong
    together where one imports the other, also through modules that stay as they are, where one
    uses an object that the other makes or handles errors that its calls may raise, and where one
    may rely on the other's ``configure()``.
    """
    concerned = list(affected)
    groups = Groups(concerned)
    for tied in _ties(concerned, planners, imports):
        names = [name for name in concerned if name in tied]
        for name in names[1:]:
            groups.join(name, names[0])
    together = [frozenset(names) for names in groups.by_leader().values()]
    return {name: names for names in together for name in names}


def _ties(
    concerned: Sequence[str],
    planners: Mapping[str, ModulePlanner],
    imports: Mapping[str, Mapping[str, str]],
) -> Iterator[set[str]]:
    """Modules of which those that are concerned belong together."""
    yield from (below for name, below in Importing(imports).below.items() if name in concerned)
    makers = _makers([planners[name] for name in concerned if name in planners])
    for name, planner in planners.items():
        yield {name, *_made_elsewhere(planner.facts, makers)}
    configured = {name for name, each in planners.items() if each.placement.configurations}
    relying = {name for name, each in planners.items() if each.needs_configuration}
    if relying:
        yield configured | relying
    calling = {name for name, each in planners.items() if each.facts.bindings}
    handling = {n for n, each in planners.items() if _handles_errors_of_others(each.facts)}
    if handling:
        yield calling | handling


_MADE = (Instance, Container, Written, Bound, Awaitable)


def _handles_errors_of_others(facts: Facts) -> bool:
    """Whether a module names exceptions of the legacy SDK, but calls nothing that raises them."""
    known = facts.pack.exceptions
    return not facts.bindings and any(
        isinstance(atom, Symbol) and atom.name in known
        for _, value in facts.held.of(Symbol)
        for atom in value
    )


def _makers(planners: Iterable[ModulePlanner]) -> dict[cst.CSTNode, str]:
    """The module of each place that makes something."""
    return {
        site: planner.module.name
        for planner in planners
        for _, value in planner.facts.held.of(*_MADE)
        for site in sites(value)
        if site in planner.facts.index
    }


def _made_elsewhere(facts: Facts, makers: Mapping[cst.CSTNode, str]) -> set[str]:
    used = {site for _, value in facts.held.of(*_MADE) for site in sites(value)}
    return {makers[site] for site in used if site in makers}


def sites(value: Value) -> Iterator[cst.CSTNode]:
    """Where the objects and containers were made that a value can be or give."""
    for atom in value:
        match atom:
            case Instance() | Container() | Written():
                yield atom.site
            case Bound():
                yield atom.instance.site
            case Awaitable():
                yield from sites(atom.result)
