"""Members of enums that stood for what is not set, which is None in the new SDK."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, present
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import NameRule
from genai_codemod.engine.rule_packs.template import atomic, attribute
from genai_codemod.engine.syntax.uses import compared_with


def gives_unset(
    facts: Facts, plan: Plan, left: LeftAlone, node: cst.CSTNode, rule: NameRule
) -> bool:
    """Take None for such a member in all that meets it; False if something else may meet it.

    ``reason in (None, REASON_UNSPECIFIED)``, ``table[reason or REASON_UNSPECIFIED]``.
    """
    met = met_by(facts, node) or looked_up(facts, node)
    if not met or not all(_can_be_unset(facts, left, value, rule) for value in met):
        return False
    if _is_equality(facts, node):
        operator = facts.index.parents[node].operator  # type: ignore[attr-defined]
        among = cst.In() if isinstance(operator, cst.Equal) else cst.NotIn()
        plan.replace[operator] = lambda _: among
        plan.wrap[node] = _none_or
        return True
    for value in met:
        inside = isinstance(facts.index.parents.get(value), cst.Arg | cst.Index)
        written = _or_unset(plan, str(rule.becomes), plan.wrap.get(value))
        plan.wrap[value] = written if inside else _in_parentheses(written)
    return True


def met_by(facts: Facts, node: cst.CSTNode) -> list[cst.CSTNode]:
    """What something, or a tuple with it, is compared with."""
    use = facts.use(node)
    if use.role == "element":
        node, use = use.parent, facts.use(use.parent)
    return list(compared_with(node, facts.index.parents)) if use.role == "compared" else []


def _is_equality(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a value is compared with a member that stands on the right."""
    target = facts.index.parents.get(node)
    whole = facts.index.parents.get(target) if isinstance(target, cst.ComparisonTarget) else None
    return (
        isinstance(target, cst.ComparisonTarget)
        and isinstance(whole, cst.Comparison)
        and len(whole.comparisons) == 1
        and isinstance(target.operator, cst.Equal | cst.NotEqual)
    )


def _none_or(updated: cst.CSTNode) -> cst.CSTNode:
    """``(None, REASON_UNSPECIFIED)``, with the parentheses that the member had."""
    assert isinstance(updated, cst.BaseExpression)
    member = updated.with_changes(lpar=[], rpar=[])
    elements = [cst.Element(cst.Name("None")), cst.Element(member)]
    if not updated.lpar:
        return cst.Tuple(elements)
    return cst.Tuple(elements, lpar=updated.lpar, rpar=updated.rpar)


def looked_up(facts: Facts, key: cst.CSTNode) -> list[cst.CSTNode] | None:
    """What a dict is asked for that a member is a key of; None if it is used otherwise, too."""
    element = facts.index.parents.get(key)
    if not isinstance(element, cst.DictElement) or element.key is not key:
        return None
    table = facts.index.parents[element]
    asked = [_asked(facts, node) for node in facts.by_site.get(table, ()) if node is not table]
    found = [node for each in asked if each is not None for node in each]
    return None if None in asked else found


def _asked(facts: Facts, node: cst.CSTNode) -> list[cst.CSTNode] | None:
    """What a dict is asked for where it is used; None if that is not all that is done there."""
    use = facts.use(node)
    if use.role == "stored" or isinstance(use.parent, cst.AnnAssign):
        return []
    if use.role == "item" and isinstance(use.parent, cst.Subscript):
        outer = facts.index.parents.get(use.parent)
        index = use.parent.slice[0].slice
        read = not isinstance(outer, cst.AssignTarget | cst.AugAssign | cst.Del)
        return [index.value] if read and isinstance(index, cst.Index) else None
    if use.role == "attribute" and isinstance(use.parent, cst.Attribute):
        call = facts.index.parents.get(use.parent)
        if use.parent.attr.value == "get" and isinstance(call, cst.Call) and call.args:
            return [call.args[0].value]
    return None


def _can_be_unset(facts: Facts, left: LeftAlone, node: cst.CSTNode, rule: NameRule) -> bool:
    """Whether an expression gives what the new SDK can leave None, and nothing else."""
    value = facts.value(node)
    enum = str(rule.becomes).rpartition(".")[0]
    kinds = [
        facts.pack.kinds.get(atom.kind) if isinstance(atom, Instance) else None
        for atom in present(value)
    ]
    members = all(kind is not None and kind.enum == enum for kind in kinds)
    return bool(kinds) and members and not left.value_left(value)


def _or_unset(plan: Plan, member: str, around: Replace | None) -> Replace:
    head, _, tail = member.partition(".")

    def write(updated: cst.CSTNode) -> cst.CSTNode:
        value = updated if around is None else around(updated)
        assert isinstance(value, cst.BaseExpression)
        unset = attribute(f"{plan.name(head)}.{tail}")
        return cst.BooleanOperation(atomic(value), cst.Or(), unset)

    return write


def _in_parentheses(write: Replace) -> Replace:
    def written(updated: cst.CSTNode) -> cst.CSTNode:
        value = write(updated)
        assert isinstance(value, cst.BaseExpression)
        return atomic(value)

    return written
