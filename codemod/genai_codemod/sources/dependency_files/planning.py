"""What becomes of the requirements that a file lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from genai_codemod.engine.result import Finding, Status
from genai_codemod.sources.dependency_files.listing import Edit, Listed
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


@dataclass(frozen=True, slots=True)
class Needs:
    """What the migrated code of a project needs.

    ``legacy`` names a file that needs the legacy SDK still, and ``protos`` one that needs the
    package below it; ``successor`` says whether any needs the new SDK.
    """

    legacy: str = ""
    protos: str = ""
    successor: bool = True

    def kept_for(self, name: str) -> str:
        """A file that needs a package still; where the SDK stays, so does what it is built on."""
        return (self.legacy or self.protos) if name == LEGACY_PROTOS else self.legacy


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
    in_order = sorted(listed, key=lambda each: (each.group, each.start))
    for _, group in groupby(in_order, lambda each: each.group):
        for one, rule, status, message, made in _plan_group(list(group), needs):
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
    for one in old:
        kept_for = needs.kept_for(one.name)
        there = "" in present or one.marker in present
        if one.fixed:
            yield one, KEPT, "note", f"{one.name} stays: {one.fixed}", ()
        elif kept_for:
            if needs.successor and not there and one.name == LEGACY:
                present.add(one.marker)
                yield one, ADDED, "rewritten", f"{SUCCESSOR} beside {one.name}", one.beside
            yield one, KEPT, "note", f"{one.name} stays: {kept_for} still needs it", ()
        elif there:
            yield one, REPLACED, "rewritten", f"{one.name} removed", one.removed
        else:
            present.add(one.marker)
            yield one, REPLACED, "rewritten", f"{one.name} by {SUCCESSOR}", one.replaced
    if old:
        yield from _too_old(group)


def _too_old(group: Sequence[Listed]) -> Iterator[_Planned]:
    for each in group:
        if each.name == SUCCESSOR and not admits(each.specifier):
            wanted = f"{SUCCESSOR} {each.specifier.strip()}"
            message = f"{wanted} is too old for the migrated code: it needs {BOUND} or later"
            yield each, TOO_OLD, "note", message, ()
