"""Which expression a variable holds, where it is given a value only once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import Class, Module, Object
from genai_codemod.engine.syntax.module_syntax import bound_target, target_names

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts

_FARTHEST = 5

_BINDING = (
    cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.CompFor,
    cst.WithItem, cst.ImportAlias, cst.Param, cst.FunctionDef, cst.ClassDef, cst.ExceptHandler,
)  # fmt: skip


def origin(facts: Facts, value: cst.BaseExpression, distance: int = 0) -> cst.BaseExpression | None:
    """The expression behind the variables that hold a value; None if there may be several."""
    match value:
        case cst.Name(value="None" | "True" | "False"):
            return value
        case cst.Name(value=name):
            scope = facts.index.scope(value).binding_scope(name)
            return _held_by(facts, scope.node, name, distance) if scope is not None else None
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            for atom in facts.value(owner):
                if isinstance(atom, Module):
                    module = facts.interpreter.modules[atom.name].index.module
                    return _held_by(facts, module, name, distance)
                if isinstance(atom, Object | Class):
                    return _attribute_of(facts, atom.node, name, distance)
            return value
    return value


def _attribute_of(
    facts: Facts, owner: cst.ClassDef, name: str, distance: int
) -> cst.BaseExpression | None:
    """What the only assignment of an attribute gives to the objects of a class."""
    family = list(facts.interpreter.family(owner))
    if any(facts.interpreter.load(("foreign base", each)) for each in family):
        return None
    found: list[cst.BaseExpression | None] = []
    for target in facts.whole.index.nodes(cst.AssignTarget, cst.AnnAssign):
        bound = target.target
        statement = (
            facts.whole.index.parents[target] if isinstance(target, cst.AssignTarget) else target
        )
        if isinstance(bound, cst.Attribute) and bound.attr.value == name:
            atoms = facts.whole.value(bound.value)
            if any(getattr(atom, "node", None) in family for atom in atoms):
                found.append(_given_by(statement))
        elif isinstance(bound, cst.Name) and bound.value == name:
            scope = facts.whole.index.scope(target)
            if scope.node in family:
                found.append(_given_by(statement))
    if len(found) != 1 or found[0] is None or distance > _FARTHEST:
        return None
    return origin(facts.whole, found[0], distance + 1)


def _given_by(statement: cst.CSTNode) -> cst.BaseExpression | None:
    return statement.value if isinstance(statement, cst.Assign | cst.AnnAssign) else None


def _held_by(
    facts: Facts, owner: cst.CSTNode, name: str, distance: int
) -> cst.BaseExpression | None:
    """What the only assignment of a variable gives it."""
    *_, root = (owner, *facts.whole.index.ancestors(owner))
    modules = facts.interpreter.modules.values()
    module = next(each for each in modules if each.index.module is root)
    bound = list(binders(module, owner, name))
    if len(bound) != 1 or distance > _FARTHEST:
        return None
    (binder,) = bound
    if isinstance(binder, cst.ImportAlias) and owner is root:
        source, inner = module.index.imported.get(name, ("", ""))
        target = module.imports.get(source)
        if target is not None:
            there = facts.interpreter.modules[target].index.module
            return _held_by(facts, there, inner, distance + 1)
    if isinstance(binder, cst.Assign | cst.AnnAssign) and binder.value is not None:
        return origin(facts.whole, binder.value, distance + 1)
    return None


def binders(module: SourceModule, owner: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """What gives a variable of a module or function its value."""
    index = module.index
    for node in index.nodes(*_BINDING):
        if name in _bound_by(node):
            around = index.scope(node).binding_scope(name)
            is_parameter = isinstance(node, cst.Param) and owner in index.ancestors(node)
            if is_parameter or (around is not None and around.node is owner):
                yield index.parents[node] if isinstance(node, cst.AssignTarget) else node


def _bound_by(node: cst.CSTNode) -> set[str]:
    if (target := bound_target(node)) is not None:
        return {each.value for each in target_names(target)}
    match node:
        case cst.WithItem(asname=cst.AsName() as named):
            return _bound_by(named)
        case cst.ImportAlias():
            return {node.evaluated_alias or node.evaluated_name.partition(".")[0]}
        case cst.Param(name=target) | cst.FunctionDef(name=target) | cst.ClassDef(name=target):
            return {target.value}
        case cst.ExceptHandler(name=cst.AsName(name=cst.Name(value=name))):
            return {name}
    return set()
