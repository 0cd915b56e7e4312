"""Which module lends its client to which: the legacy SDK had one configuration for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.clients.borrowed_clients import borrow, borrow_if_there, declare
from genai_codemod.engine.clients.configured import configurations
from genai_codemod.engine.clients.environment import agreed, configured_variable, key_source
from genai_codemod.engine.clients.key_constants import Constant, configured_constant
from genai_codemod.engine.clients.placement import UNCONFIGURED, ClientPlacement
from genai_codemod.engine.imports.importing import Importing
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.tracing.import_time import runs_at_import

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
    importing: Importing,
    surroundings: Surroundings,
) -> None:
    """Decide where the client of each module lives."""
    lending = Lending(placements, importing)
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
            module = importing.path(name, lender)
            late = name in importing.below[lender]
            borrow(placement, placements[lender], module, late=late)
        elif (lender := lending.companion(name)) is not None:
            lending.borrow_from_companion(name, lender)
        else:
            relies |= _build(lending, name, uses, unknown=surroundings.configures)
    _mark_for_others(tuple(lending.configured.values()), relies=relies)
    _note_other_keys(lending)
    for name, placement in lending.configured.items():
        if placement.only_as_script and name in importing.imported and placement.used_elsewhere:
            message = "a file that imports this one finds no client here: build it at module level."
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "review", message)


def _build(lending: Lending, name: str, uses: Sequence[cst.CSTNode], *, unknown: bool) -> bool:
    """Build a client of its own for a module; gives whether it may miss the one of another."""
    placement = lending.others[name]
    beside = lending.beside(name)
    source = agreed([key_source(lending.placements[other].facts) for other in beside])
    if source is not None and placement.reads(source.variable):
        placement.build(uses, unknown=False, elsewhere=False)
        return False
    constant = lending.constant(name)
    if constant is not None and placement.takes(*constant):
        placement.build(uses, unknown=False, elsewhere=False)
        return False
    elsewhere = bool(beside)
    placement.build(uses, unknown=elsewhere or unknown, elsewhere=elsewhere)
    return True


class Lending:
    """Which modules need a client, which have one, and which can import which."""

    def __init__(
        self,
        placements: Mapping[str, ClientPlacement],
        importing: Importing,
    ) -> None:
        self.placements = placements
        self.importing = importing
        self.configured = {name: each for name, each in placements.items() if each.configurations}
        self._declared: set[str] = set()
        self.others = {n: each for n, each in placements.items() if not each.configurations}

    def configure(self) -> None:
        """Place the clients of the modules that configure the SDK."""
        for placement in self.others.values():
            placement.lenders = tuple(self.configured.values())
        for name, placement in self.configured.items():
            shared = any(
                self.needs(other) and name in (self.lender(other), self.companion(other))
                for other in self.others
            )
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
        """A module that has the client and that a module imports."""
        if len(self.configured) != 1 and self.variable(list(self.configured)) is None:
            return None
        for target in self.importing.imports[name].values():
            if target in self.configured and not self.configured[target].only_as_script:
                return target
        return None

    def companion(self, name: str) -> str | None:
        """A module that has the client, and is imported wherever this one is, but not by it."""
        if self.variable(self.beside(name)) is not None or len(self.configured) != 1:
            return None
        (lender,) = self.configured
        placement, borrower = self.configured[lender], self.others[name]
        if placement.only_as_script or (placement.uses and not placement.at_import()):
            return None
        if any(runs_at_import(borrower.facts, use) for use in borrower.uses):
            return None
        importing = self.importing
        # What imports the borrower may be the program itself, which no file may import again.
        beside = lender in importing.imported and name not in importing.below[lender]
        known = beside and importing.known_as(lender) is not None
        return lender if known and importing.always_with(name, lender) else None

    def borrow_from_companion(self, name: str, lender: str) -> None:
        """Let a module look for the client of another each time that it needs one."""
        module = self.importing.known_as(lender)
        assert module is not None
        placement = self.configured[lender]
        if placement.at_import():
            borrow(self.others[name], placement, module, late=True)
            return
        if lender not in self._declared:
            self._declared.add(lender)
            declare(placement)
        borrow_if_there(self.others[name], placement, module)

    def beside(self, name: str) -> list[str]:
        """The modules that configure in a program which runs this module, too."""
        return [
            other
            for other, placement in self.placements.items()
            if other != name
            and configurations(placement.facts)
            and self.importing.together(name, other)
        ]

    def constant(self, name: str) -> Constant | None:
        """What holds the key of all that configure for a module, and as what it is imported."""
        found = {configured_constant(self.placements[each].facts) for each in self.beside(name)}
        constant = found.pop() if len(found) == 1 else None
        if constant is None:
            return None
        module, variable = constant
        path = self.importing.reachable(name, module)
        return (path, variable) if path is not None else None

    def variable(self, names: Sequence[str]) -> str | None:
        """The environment variable that all of some modules read the key from, if it is one."""
        found = {configured_variable(self.placements[name].facts) for name in names}
        return found.pop() if len(found) == 1 else None


def _mark_for_others(configured: Sequence[ClientPlacement], *, relies: bool) -> None:
    for placement in configured:
        missed = relies and configured_variable(placement.facts) not in placement.own_variables
        if missed and not placement.uses and not placement.lends and not placement.keeps_configure:
            message = (
                "modules that relied on this configure() now need this client: import it there, "
                "or pass it on."
            )
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "review", message)


def _note_other_keys(lending: Lending) -> None:
    """Say so where files of one program read different keys: the last one was that of all."""
    variables = {n: configured_variable(each.facts) for n, each in lending.configured.items()}
    for name, placement in lending.configured.items():
        others = {variables.get(other) for other in lending.beside(name)}
        if variables[name] and any(other and other != variables[name] for other in others):
            message = (
                "another file configures another key: the old SDK used the last one everywhere, "
                "now each file uses its own."
            )
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "note", message)
