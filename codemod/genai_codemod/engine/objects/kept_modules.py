"""Modules of the legacy SDK that a program keeps in an attribute, and calls things on."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Value, present
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


def only_given_on(facts: Facts, plan: Plan, node: cst.CSTNode, use: Use) -> bool:
    """Whether a function of this module gives a module only for calls on it that are planned.

    ``node`` is what the function returns, or the variable that keeps it.
    """
    module = facts.value(node)
    if use.role == "returned":
        functions = {facts.enclosing(node, cst.FunctionDef, cst.Lambda)}
        # What is imported instead has the name that the new SDK has everywhere.
        named = isinstance(node, cst.Name) and node.value == plan.names.get("genai", "genai")
    else:
        functions = _called_for(facts, use)
        named = True
    return (
        named
        and bool(functions)
        and all(_is_followed(facts, each, module) for each in functions)
        and all(_is_seen_to(facts, plan, read) for read in _reads(facts, module, functions))
    )


def _called_for(facts: Facts, use: Use) -> set[cst.CSTNode | None]:
    """The functions that a variable is given the result of."""
    match use.parent:
        case cst.Assign(value=cst.Call(func=func)):
            atoms = facts.value(func)
            nodes: set[cst.CSTNode | None] = {
                atom.node if isinstance(atom, Function) else None for atom in atoms
            }
            return nodes if None not in nodes else set()
    return set()


def _is_followed(facts: Facts, function: cst.CSTNode | None, module: Value) -> bool:
    """Whether a function gives nothing but the module, to calls of this module that keep it."""
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return False
    calls = facts.callers.of(function)
    return (
        present(facts.interpreter.load(("return", function))) == present(module)
        and bool(calls)
        and all(call in facts.index and _is_kept(facts, call) for call in calls)
    )


def _is_kept(facts: Facts, call: cst.CSTNode) -> bool:
    """Whether the result of a call is assigned to one variable or attribute, or called on."""
    use = facts.use(call)
    if use.role == "attribute":
        return True
    one = isinstance(use.parent, cst.Assign) and len(use.parent.targets) == 1
    return one and isinstance(
        use.parent.targets[0].target,  # type: ignore[attr-defined]
        cst.Name | cst.Attribute,
    )


def _reads(
    facts: Facts, module: Value, functions: Collection[cst.CSTNode | None]
) -> Iterator[cst.CSTNode]:
    """Where a module is read, but for what the functions themselves return."""
    for read, value in facts.values.items():
        if not isinstance(read, cst.Name | cst.Attribute | cst.Call) or not module & value:
            continue
        inside = facts.enclosing(read, cst.FunctionDef, cst.Lambda)
        returned = facts.use(read).role == "returned" and inside in functions
        if not returned and not facts.in_import(read):
            yield read
