"""Names that functions declare as global, or nonlocal, beside those that they declare already."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from genai_codemod.engine.plan import Plan

Naming = Callable[[], "str | None"]


def declare_beside(plan: Plan, target: cst.Name, name: Naming) -> None:
    """Declare a name where ``target``, which is assigned there, is declared; None is for nothing.

    It is asked for when all is planned.
    """
    scope = plan.facts.index.scope(target)
    if target.value not in scope.global_names | scope.nonlocal_names:
        return
    is_global = target.value in scope.global_names
    kind: type[cst.Global | cst.Nonlocal] = cst.Global if is_global else cst.Nonlocal
    for node in plan.facts.index.nodes(kind):
        declares = target.value in (item.name.value for item in node.names)
        if declares and plan.facts.index.scope(node) is scope:
            if node not in plan.declared_names:
                plan.replace[node] = lambda updated, node=node: _declaring(plan, node, updated)  # type: ignore[misc]
            plan.declared_names[node].append(name)


def _declaring(plan: Plan, node: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Global | cst.Nonlocal)
    names = [item.name.value for item in updated.names]
    more = [each for naming in plan.declared_names[node] if (each := naming()) is not None]
    new = [each for each in dict.fromkeys(more) if each not in names]
    if not new:
        return updated
    bare = [item.with_changes(comma=cst.MaybeSentinel.DEFAULT) for item in updated.names]
    return updated.with_changes(names=[*bare, *(cst.NameItem(cst.Name(each)) for each in new)])
