"""The variable of a module, such as one of settings, that holds the key which others configure."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.clients.configured import keys_given
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Module, present
from genai_codemod.engine.syntax.module_syntax import source_module
from genai_codemod.engine.tracing.origins import binders

# A module and a variable of it.
Constant = tuple[str, str]


def configured_constant(facts: Facts) -> Constant | None:
    """The variable that all configurations of a module get their key from, and nothing else."""
    found = {_constant_of(facts, key) for key in keys_given(facts)}
    return found.pop() if len(found) == 1 else None


def _constant_of(
    facts: Facts, key: cst.BaseExpression | cst.MaybeSentinel | None
) -> Constant | None:
    match key:
        case cst.Name(value=name) as value:
            scope = facts.index.scope(value).binding_scope(name)
            if scope is None or not isinstance(scope.node, cst.Module):
                return None
            home = facts.interpreter.home(scope.node)
            modules = facts.interpreter.modules.values()
            return _followed(facts, next(m.name for m in modules if m.index is home), name)
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            atoms = list(present(facts.value(owner)))
            if len(atoms) == 1 and isinstance(atoms[0], Module):
                return _followed(facts, atoms[0].name, name)
    return None


def _followed(facts: Facts, module: str, name: str) -> Constant | None:
    """The variable behind a name that a module shows, if it is given a value once, on import."""
    source = facts.interpreter.modules[module]
    bound = list(binders(source, source.index.module, name))
    if len(bound) != 1 or _is_set_from_outside(facts, module, name):
        return None
    (binder,) = bound
    statement = source.index.parents[binder]
    if isinstance(binder, cst.ImportAlias) and isinstance(statement, cst.ImportFrom):
        target = source.imports.get(source_module(statement))
        return _followed(facts, target, binder.evaluated_name) if target is not None else None
    at_top = source.index.parents.get(statement) is source.index.module
    plain = isinstance(binder, cst.Assign) and all(
        isinstance(each.target, cst.Name) for each in binder.targets
    )
    return (module, name) if plain and at_top else None


def _is_set_from_outside(facts: Facts, module: str, name: str) -> bool:
    return any(
        isinstance(target.target, cst.Attribute)
        and target.target.attr.value == name
        and Module(module) in facts.whole.value(target.target.value)
        for target in facts.whole.index.nodes(cst.AssignTarget)
    )
