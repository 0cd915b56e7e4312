"""Which modules of a program can only be migrated together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.importing import Importing
from genai_codemod.engine.planning import ModulePlanner
from genai_codemod.engine.values import (
    Awaitable,
    Bound,
    Container,
    Instance,
    Symbol,
    Value,
    Written,
)


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
    groups = Groups(affected)
    for name, below in Importing(imports).below.items():
        if name in groups.names:
            groups.join(name, *below)
    makers = _makers([planners[name] for name in groups.names if name in planners])
    for name, planner in planners.items():
        groups.join(name, *_made_elsewhere(planner.facts, makers))
    configured = [name for name, each in planners.items() if each.placement.configurations]
    relying = [name for name, each in planners.items() if each.needs_configuration]
    if relying:
        groups.join(*configured, *relying)
    calling = [name for name, each in planners.items() if each.facts.bindings]
    handling = [n for n, each in planners.items() if _handles_errors_of_others(each.facts)]
    if handling:
        groups.join(*calling, *handling)
    return groups.members()


def _handles_errors_of_others(facts: Facts) -> bool:
    """Whether a module names exceptions of the legacy SDK, but calls nothing that raises them."""
    known = facts.pack.exceptions
    return not facts.bindings and any(
        isinstance(atom, Symbol) and atom.name in known
        for value in facts.values.values()
        for atom in value
    )


def _makers(planners: Iterable[ModulePlanner]) -> dict[cst.CSTNode, str]:
    """The module of each place that makes something."""
    return {
        site: planner.module.name
        for planner in planners
        for value in planner.facts.values.values()
        for site in _sites(value)
        if site in planner.facts.index
    }


def _made_elsewhere(facts: Facts, makers: Mapping[cst.CSTNode, str]) -> set[str]:
    used = {site for value in facts.values.values() for site in _sites(value)}
    return {makers[site] for site in used if site in makers}


def _sites(value: Value) -> Iterator[cst.CSTNode]:
    """Where the objects and containers were made that a value can be or give."""
    for atom in value:
        match atom:
            case Instance() | Container() | Written():
                yield atom.site
            case Bound():
                yield atom.instance.site
            case Awaitable():
                yield from _sites(atom.result)


class Groups:
    """Names in groups that grow together; names that were not given at first are nobody's."""

    def __init__(self, names: Iterable[str]) -> None:
        self._group = {name: {name} for name in names}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._group)

    def join(self, *names: str) -> None:
        """Make one group of those of the names."""
        known = [self._group[name] for name in names if name in self._group]
        joined = set().union(*known)
        self._group |= dict.fromkeys(joined, joined)

    def members(self) -> dict[str, frozenset[str]]:
        """The group of each name."""
        return {name: frozenset(group) for name, group in self._group.items()}
