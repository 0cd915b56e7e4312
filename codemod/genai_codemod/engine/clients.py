"""Which module lends its client to which: the legacy SDK had one configuration for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genai_codemod.engine.client import UNCONFIGURED, ClientPlacement
from genai_codemod.engine.rules import Rule

FOR_OTHERS = Rule("client.configured-for-others", guide=UNCONFIGURED.guide)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the files beside those that are migrated together.

    ``configures`` says whether one of them configures the SDK, ``relies`` whether one uses it
    without configuring it.  True stands for what has not been looked at as well.
    """

    configures: bool = True
    relies: bool = True


def place_clients(
    placements: Mapping[str, ClientPlacement],
    imports: Mapping[str, Mapping[str, str]],
    surroundings: Surroundings,
) -> None:
    """Decide where the client of each module lives; all mappings are by module name."""
    configured = {name: each for name, each in placements.items() if each.configurations}
    for placement in configured.values():
        placement.configure()
    relies = surroundings.relies
    for name, placement in placements.items():
        if placement.configurations:
            continue
        placement.lenders = tuple(configured.values())
        uses = [use for use in placement.uses if placement.owned(use) is None]
        if not uses:
            continue
        found = _lender(configured, imports[name])
        if found is not None:
            placement.borrow(*found)
        else:
            known = bool(configured) or surroundings.configures
            placement.build(uses, marked=known)
            relies = True
    _mark_for_others(tuple(configured.values()), relies=relies)


def _lender(
    configured: Mapping[str, ClientPlacement], imports: Mapping[str, str]
) -> tuple[ClientPlacement, str] | None:
    """The one placement whose client a module can import, and under which module name."""
    if len(configured) != 1:
        return None
    ((name, lender),) = configured.items()
    paths = [path for path, module in imports.items() if module == name]
    if lender.scoped or lender.legacy_stays or not paths:
        return None
    return lender, min(paths, key=len)


def _mark_for_others(configured: Sequence[ClientPlacement], *, relies: bool) -> None:
    for placement in configured:
        if relies and not placement.uses and not placement.legacy_stays:
            message = (
                "modules that relied on this configure() now need this client: import it there, "
                "or pass it on."
            )
            placement.plan.found(placement.configurations[0], FOR_OTHERS, "review", message)
