"""What becomes of the requirements that a file lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genai_codemod.engine.result import Finding, Status
from genai_codemod.sources.dependency_files.listing import Edit, Group, Listed
from genai_codemod.sources.dependency_files.packages import (
    BOUND,
    LEGACY,
    LEGACY_PROTOS,
    SUCCESSOR,
)
from genai_codemod.sources.dependency_files.specifiers import admits

REPLACED = "dependencies.replaced"
ADDED = "dependencies.added"
KEPT = "dependencies.kept"
TOO_OLD = "dependencies.too-old"
_UNSEEN = f"no code here imports {LEGACY}: see whether another package needs it"


@dataclass(frozen=True, slots=True)
class Needs:
    """What the migrated code of a project needs.

    ``legacy`` names a file that needs the legacy SDK still, and ``protos`` one that needs the
    package below it; ``successor`` says whether any needs the new SDK.  ``unseen`` says that none
    has to do with either: then the packages are listed for reasons that cannot be seen.
    ``brought_along`` holds packages that the legacy SDK needs and the new one does not, each with a
    file that imports it.
    """

    legacy: str = ""
    protos: str = ""
    successor: bool = True
    unseen: bool = False
    brought_along: tuple[tuple[str, str], ...] = ()

    def kept_for(self, name: str, *, alone: bool) -> str:
        """A file that needs a package still; where the SDK stays, so does what it is built on.

        The SDK brings that along where it is listed ``alone``.
        """
        return self.legacy or (self.protos if name == LEGACY_PROTOS or alone else "")


# The new SDK has taken the place of the old one everywhere.
REPLACE_ALL = Needs()


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits of a text, which do not overlap, and what is to be said about it."""

    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()


def plan(text: str, listed: Sequence[Listed], needs: Needs) -> Plan:
    """Exchange the legacy packages for their successor, as far as nothing needs them still."""
    edits: list[Edit] = []
    findings: list[Finding] = []
    groups: dict[Group, list[Listed]] = {}
    for each in listed:
        groups.setdefault(each.group, []).append(each)
    for group in groups.values():
        for one, rule, status, message, made in _plan_group(group, needs):
            line, column = place(text, one.start)
            findings.append(Finding(line, column, rule, status, message))
            edits += made
    return Plan(tuple(sorted(edits)), tuple(sorted(findings)))


def place(text: str, position: int) -> tuple[int, int]:
    """The line (from 1) and column (from 0) of a position."""
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1)


_Planned = tuple[Listed, str, Status, str, tuple[Edit, ...]]


def _plan_group(group: Sequence[Listed], needs: Needs) -> Iterator[_Planned]:
    # The SDK before what it is built on: that one goes where the other is replaced.
    old = sorted((each for each in group if each.name != SUCCESSOR), key=lambda e: e.name != LEGACY)
    present = {each.marker for each in group if each.name == SUCCESSOR}
    alone = not any(each.name == LEGACY_PROTOS for each in old)
    for one in old:
        kept_for = needs.kept_for(one.name, alone=alone)
        there = "" in present or one.marker in present
        if one.fixed:
            yield one, KEPT, "note", f"{one.name} stays: {one.fixed}", ()
        elif kept_for:
            if needs.successor and not there and one.name == LEGACY:
                present.add(one.marker)
                yield one, ADDED, "rewritten", f"{SUCCESSOR} beside {one.name}", one.beside
            yield one, KEPT, "note", f"{one.name} stays: {kept_for} still needs it", ()
        elif needs.unseen and one.name == LEGACY_PROTOS and not there:
            yield one, KEPT, "note", f"{one.name} stays: {_UNSEEN}", ()
        elif there:
            yield one, REPLACED, "rewritten", f"{one.name} removed", one.removed
        else:
            present.add(one.marker)
            yield one, REPLACED, "rewritten", f"{one.name} by {SUCCESSOR}", one.replaced
    if needs.unseen and any(one.name == LEGACY and not one.fixed for one in old):
        yield old[0], REPLACED, "note", _UNSEEN, ()
    if old and needs.successor:
        yield from _too_old(group)


def _too_old(group: Sequence[Listed]) -> Iterator[_Planned]:
    for each in group:
        if each.name == SUCCESSOR and not admits(each.specifier):
            wanted = f"{SUCCESSOR} {each.specifier.strip()}"
            message = f"{wanted} is too old for the migrated code: it needs {BOUND} or later"
            yield each, TOO_OLD, "note", message, ()
