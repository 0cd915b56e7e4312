"""Modules of the legacy SDK that a program keeps in an attribute, and calls things on."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.uses import Use


def only_called_on(facts: Facts, plan: Plan, node: cst.CSTNode, use: Use) -> bool:
    """Whether a variable keeps a module only for calls on it, and all of those are planned."""
    kept = _keeper(facts, node, use)
    if kept is None:
        return False
    modules = facts.value(node)
    reads = [
        read
        for read, value in facts.values.items()
        if isinstance(read, cst.Name | cst.Attribute)
        and source_of(read) == source_of(kept)
        and modules & value
        and read is not kept
    ]
    return bool(reads) and all(_is_seen_to(facts, plan, read) for read in reads)


def _is_seen_to(facts: Facts, plan: Plan, read: cst.CSTNode) -> bool:
    """Whether what is reached through a module is planned, or only the module is asked for."""
    if facts.use(read).role in ("tested", "stored"):
        return True
    whole = read
    while isinstance(parent := facts.index.parents.get(whole), cst.Attribute):
        whole = parent
    return parent in plan.handled or whole in plan.replace


def _keeper(facts: Facts, node: cst.CSTNode, use: Use) -> cst.BaseExpression | None:
    """The attribute of an object that a module is assigned to, and nothing else is."""
    if use.role != "stored" or not isinstance(use.parent, cst.Assign):
        return None
    target = use.parent.targets[0].target
    plain = isinstance(target, cst.Attribute) and len(use.parent.targets) == 1
    return target if plain and facts.value(target) == facts.value(node) else None
