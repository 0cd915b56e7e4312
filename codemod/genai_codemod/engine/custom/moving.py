"""Modules that are called something else now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from genai_codemod.engine.rule_packs.rules import NameRule


@dataclass(frozen=True, slots=True)
class Moves:
    """Old modules with their new names; what is ``explicit`` has a rule of its own."""

    modules: Mapping[str, NameRule]
    explicit: Collection[str]

    def rule(self, dotted: str) -> NameRule | None:
        """The rule for the innermost old module that a name is, or lies in."""
        if dotted in self.explicit:
            return None
        while dotted:
            if dotted in self.modules:
                return self.modules[dotted]
            dotted = dotted.rpartition(".")[0]
        return None

    def new_name(self, dotted: str) -> str | None:
        """What a module, or something in it, is called now; None where no rule is about it."""
        rule = self.rule(dotted)
        if rule is None or rule.becomes is None:
            return None
        return rule.becomes + dotted[len(rule.legacy) :]
