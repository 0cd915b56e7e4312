"""Helpers that several modules of a program must share: one writes them, the others import them.

A class of exceptions is the same everywhere only if it is written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.imports.importing import Importing
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.writing.insertion import with_needed
from genai_codemod.groups import Groups


@dataclass(frozen=True, slots=True)
class Part:
    """A module of a program: what it imports from the others, its facts and its plan."""

    imports: Mapping[str, str]
    facts: Facts
    plan: Plan


class LentHelpers:
    """The modules that must have the same helpers, in groups."""

    def __init__(self, parts: Mapping[str, Part], importing: Importing) -> None:
        self.parts = parts
        self._below = importing.below
        self._groups = Groups(parts)

    def connected(self, name: str) -> list[str]:
        """The modules that a module imports, and those that import it, itself included."""
        return [o for o in self.parts if o in self._below[name] or name in self._below[o]]

    def connect(self, one: str, other: str) -> None:
        """Say that two modules must have the same helpers."""
        self._groups.join(one, other)

    def owner(self, name: str) -> str | None:
        """The module that writes the helpers of a group: one that all others of it import."""
        group = set(self._groups.by_leader()[self._groups.leader(name)])
        return next((each for each in sorted(group) if self._lends(each, group - {each})), None)

    def _lends(self, name: str, others: set[str]) -> bool:
        return all(
            name in self.parts[other].imports.values() and other not in self._below[name]
            for other in others
        )

    def lend(self, templates: Mapping[str, str]) -> None:
        """Move the helpers of each group to its owner, and import them in the other modules."""
        for name, part in self.parts.items():
            owner = self.owner(name)
            if owner is None or owner == name:
                continue
            lender = self.parts[owner].plan
            path = min((p for p, to in part.imports.items() if to == owner), key=len)
            for helper in sorted(part.plan.helpers):
                if any(each.endswith("Error") for each in with_needed([helper], templates)):
                    part.plan.helpers.discard(helper)
                    lender.helper(helper)
                    part.plan.borrowed.append((path, helper, helper))
