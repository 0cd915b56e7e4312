"""``match`` statements on legacy objects, whose unset fields were empty and are None now."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import Rule

UNSET = Rule("protos.unset-field", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "what is not set is None in google.genai, which these patterns may not expect."


def plan_patterns(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark the statements that match an object by its fields, or one that can be None now."""
    guarded = facts.pack.guarded()
    for statement in facts.index.nodes(cst.Match):
        atoms = present(facts.value(statement.subject))
        objects = [atom for atom in atoms if isinstance(atom, Instance) and _is_object(facts, atom)]
        if not objects or left.value_left(atoms):
            continue
        classes = [
            part
            for case in statement.cases
            for part in facts.index.within(case.pattern)
            if isinstance(part, cst.MatchClass)
        ]
        by_field = any(part.kwds or part.patterns for part in classes)
        if by_field or (classes and any(atom.kind in guarded for atom in objects)):
            plan.found(statement, UNSET, "review", MESSAGE)


def _is_object(facts: Facts, atom: Instance) -> bool:
    """Whether an instance is an object with fields, and no member of an enum."""
    kind = facts.pack.kinds.get(atom.kind)
    return kind is not None and kind.enum is None
