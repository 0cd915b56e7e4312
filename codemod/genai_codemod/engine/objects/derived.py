"""Objects of the program's own classes that derive from a class of the legacy SDK."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Object, Symbol, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import Rule

DERIVED = Rule("legacy.derived", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "migrate this together with the class {}, which is marked too."


def derived_class(facts: Facts, call: cst.Call) -> cst.ClassDef | None:
    """The class of what a method is called on, if it derives from a legacy one that has it."""
    if not isinstance(call.func, cst.Attribute) or facts.pack.shared:
        return None
    for atom in present(facts.value(call.func.value)):
        if isinstance(atom, Object):
            kinds = _legacy_bases(facts, atom.node)
            if any(facts.pack.method(kind, call.func.attr.value) for kind in kinds):
                return atom.node
    return None


def mark_derived(plan: Plan, call: cst.Call, definition: cst.ClassDef) -> None:
    """Mark a call of a method that the legacy class has, or that overrides it."""
    plan.found(call, DERIVED, "manual", MESSAGE.format(definition.name.value))


def _legacy_bases(facts: Facts, definition: cst.ClassDef) -> Iterator[str]:
    """The kinds of the legacy classes that a class of the program derives from."""
    for each in facts.interpreter.family(definition):
        for base in facts.interpreter.load(("foreign base", each)):
            rule = facts.pack.calls.get(base.name) if isinstance(base, Symbol) else None
            if rule is not None and rule.returns is not None:
                yield rule.returns
