"""Changes of what is in a list that is put together anew whenever it is read."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.answers.reads import is_joined
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import AttributeRule

CHANGING_METHODS = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"}
)


def mark_changed_copy(facts: Facts, plan: Plan, node: cst.CSTNode) -> None:
    """Mark a change of an object that was read from such a list, which the list does not see."""
    for atom in facts.instances(node) if is_changed(facts, node) else ():
        for rule in _read_from(facts, atom):
            if rule.changed is not None:
                plan.found(node, rule, "review", rule.changed)


def is_changed(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an attribute or an item of an object is assigned, or a method changes it."""
    use = facts.use(node)
    if use.role not in ("attribute", "item"):
        return False
    parent = facts.index.parents.get(use.parent)
    if isinstance(parent, cst.Call) and isinstance(use.parent, cst.Attribute):
        return parent.func is use.parent and use.parent.attr.value in CHANGING_METHODS
    return (
        isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.Del)
        and parent.target is use.parent
    )


def _read_from(facts: Facts, atom: Instance) -> Iterator[AttributeRule]:
    """The attributes of the object made at the same place whose lists hold such objects."""
    rules = facts.interpreter.bindings.get(atom.site, {}) if isinstance(atom.site, cst.Call) else {}
    for made in {rule.returns for rule in rules} - {None, atom.kind}:
        declared = facts.pack.kinds.get(str(made))
        for rule in declared.attributes.values() if declared is not None else ():
            if is_joined(facts, rule, [Instance(str(made), atom.site)]):
                if rule.returns != atom.kind:
                    yield rule
