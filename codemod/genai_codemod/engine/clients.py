"""Which module lends its client to which: the legacy SDK had one configuration for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.client import UNCONFIGURED, ClientPlacement
from genai_codemod.engine.rules import Rule

FOR_OTHERS = Rule("client.configured-for-others", guide=UNCONFIGURED.guide)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the files beside those that are migrated together.

    ``configures`` says whether one of them configures the SDK, ``relies`` whether one uses it
    without configuring it; ``unseen`` whether there are such files that were not given.  True
    stands for what has not been looked at as well.
    """

    configures: bool = True
    relies: bool = True
    unseen: bool = True


def place_clients(
    placements: Mapping[str, ClientPlacement],
    imports: Mapping[str, Mapping[str, str]],
    surroundings: Surroundings,
) -> None:
    """Decide where the client of each module lives; all mappings are by module name."""
    lending = Lending(placements, imports)
    lending.configure()
    relies = surroundings.relies
    for name, placement in placements.items():
        if placement.configurations:
            continue
        uses = lending.needs(name)
        if not uses:
            continue
        lender = lending.lender(name)
        if lender is not None:
            module = lending.path(name, lender)
            placement.borrow(placements[lender], module, late=name in lending.below[lender])
        else:
            elsewhere = lending.relies_on_others(name)
            placement.build(uses, unknown=elsewhere or surroundings.configures, elsewhere=elsewhere)
            relies = True
    _mark_for_others(tuple(lending.configured.values()), relies=relies)
    for name, placement in lending.configured.items():
        if placement.only_as_script and lending.is_imported(name) and placement.used_elsewhere:
            message = "a file that imports this one finds no client here: build it at module level."
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "review", message)


class Lending:
    """Which modules need a client, which have one, and which can import which."""

    def __init__(
        self,
        placements: Mapping[str, ClientPlacement],
        imports: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.imports = imports
        self.configured = {name: each for name, each in placements.items() if each.configurations}
        self.below = {name: below(name, imports) for name in imports}
        self.others = {n: each for n, each in placements.items() if not each.configurations}

    def configure(self) -> None:
        """Place the clients of the modules that configure the SDK."""
        for placement in self.others.values():
            placement.lenders = tuple(self.configured.values())
        for name, placement in self.configured.items():
            shared = any(self.needs(other) and self.lender(other) == name for other in self.others)
            inherited = any(
                each.owned(use) is placement for each in self.others.values() for use in each.uses
            )
            placement.configure(shared=shared, inherited=inherited)
        scoped = tuple(each for each in self.configured.values() if each.scoped)
        for placement in self.others.values():
            placement.lenders = scoped

    def needs(self, name: str) -> list[cst.CSTNode]:
        """The uses in a module for which no object at hand has a client."""
        placement = self.others[name]
        return [use for use in placement.uses if placement.owned(use) is None]

    def lender(self, name: str) -> str | None:
        """The one module that has a client and that a module imports."""
        if len(self.configured) != 1:
            return None
        (lender,) = self.configured
        lends = not self.configured[lender].only_as_script
        return lender if lends and lender in self.imports[name].values() else None

    def is_imported(self, name: str) -> bool:
        return any(name in targets.values() for targets in self.imports.values())

    def path(self, name: str, lender: str) -> str:
        """The name under which a module can import another."""
        paths = [path for path, module in self.imports[name].items() if module == lender]
        return min(paths, key=len)

    def relies_on_others(self, name: str) -> bool:
        """Whether a program that runs this module may run one that configures, too."""
        return any(
            name in below and not below.isdisjoint(self.configured) for below in self.below.values()
        )


def below(name: str, imports: Mapping[str, Mapping[str, str]]) -> set[str]:
    """A module, and all that it imports, also through others."""
    found = {name}
    todo = [name]
    while todo:
        new = set(imports[todo.pop()].values()) - found
        found |= new
        todo += new
    return found


def _mark_for_others(configured: Sequence[ClientPlacement], *, relies: bool) -> None:
    for placement in configured:
        if relies and not placement.uses and not placement.lends and not placement.legacy_stays:
            message = (
                "modules that relied on this configure() now need this client: import it there, "
                "or pass it on."
            )
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "review", message)
