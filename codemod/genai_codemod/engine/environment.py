"""Which environment variable holds the key that a module configures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.signature import Binding
from genai_codemod.engine.syntax import SourceModule, string_value, target_names
from genai_codemod.engine.values import Module, Symbol, present

_FARTHEST = 5


def configured_variable(facts: Facts, beside: Collection[str] | None = None) -> str | None:
    """The variable that all configurations of a module read their key from.

    Empty where they set no key, so that the SDK finds one by itself; None where they set anything
    else than a key and parameters ``beside`` it, which are those that the new client has no use
    for if none are given.
    """
    found: set[str | None] = set()
    for call, rules in facts.bindings.items():
        for rule, binding in rules.items():
            if rule.mechanism == "configuration":
                allowed = rule.drops if beside is None else beside
                found.add(_variable_of(facts, call, binding, allowed))
    return found.pop() if len(found) == 1 else None


def _variable_of(
    facts: Facts, call: cst.Call, binding: Binding, beside: Collection[str]
) -> str | None:
    given = {name: call.args[place].value for name, place in binding.arguments.items()}
    if binding.unmatched or given.keys() - {"api_key", *beside}:
        return None
    return _read_by(facts, given["api_key"], 0) if "api_key" in given else ""


def _read_by(facts: Facts, value: cst.BaseExpression, distance: int) -> str | None:
    """The variable that an expression reads, if that is all it does."""
    match value:
        case cst.Call(func=func, args=[argument]) if _is(facts, func, _READERS):
            return string_value(argument.value)
        case cst.Subscript(value=read, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return string_value(index) if _is(facts, read, {"os.environ"}) else None
        case cst.Name(value=name):
            scope = facts.index.scope(value).binding_scope(name)
            return _held_by(facts, scope.node, name, distance) if scope is not None else None
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            for atom in facts.value(owner):
                if isinstance(atom, Module):
                    module = facts.interpreter.modules[atom.name].index.module
                    return _held_by(facts, module, name, distance)
    return None


_BINDING = (
    cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.CompFor,
    cst.WithItem, cst.ImportAlias, cst.Param, cst.FunctionDef, cst.ClassDef, cst.ExceptHandler,
)  # fmt: skip
_READERS = {"os.getenv", "os.environ.get"}


def _is(facts: Facts, node: cst.BaseExpression, names: Collection[str]) -> bool:
    found = {atom.name if isinstance(atom, Symbol) else "" for atom in present(facts.value(node))}
    return bool(found) and found <= set(names)


def _held_by(facts: Facts, owner: cst.CSTNode, name: str, distance: int) -> str | None:
    """The environment variable that the only assignment of a variable reads."""
    *_, root = (owner, *facts.whole.index.ancestors(owner))
    modules = facts.interpreter.modules.values()
    module = next(each for each in modules if each.index.module is root)
    binders = list(_binders(module, owner, name))
    if len(binders) != 1 or distance > _FARTHEST:
        return None
    (binder,) = binders
    if isinstance(binder, cst.ImportAlias) and owner is root:
        source, inner = module.index.imported.get(name, ("", ""))
        target = module.imports.get(source)
        if target is not None:
            there = facts.interpreter.modules[target].index.module
            return _held_by(facts, there, inner, distance + 1)
    if isinstance(binder, cst.Assign | cst.AnnAssign) and binder.value is not None:
        return _read_by(facts.whole, binder.value, distance + 1)
    return None


def _binders(module: SourceModule, owner: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """What gives a variable of a module or function its value."""
    index = module.index
    for node in index.nodes(*_BINDING):
        if name in _bound_by(node):
            around = index.scope(node).binding_scope(name)
            is_parameter = isinstance(node, cst.Param) and owner in index.ancestors(node)
            if is_parameter or (around is not None and around.node is owner):
                yield index.parents[node] if isinstance(node, cst.AssignTarget) else node


def _bound_by(node: cst.CSTNode) -> set[str]:
    match node:
        case (
            cst.AssignTarget(target=target)
            | cst.AnnAssign(target=target)
            | cst.AugAssign(target=target)
            | cst.NamedExpr(target=target)
            | cst.For(target=target)
            | cst.CompFor(target=target)
            | cst.WithItem(asname=cst.AsName(name=target))
        ):
            return {each.value for each in target_names(target)}
        case cst.ImportAlias():
            return {node.evaluated_alias or node.evaluated_name.partition(".")[0]}
        case cst.Param(name=target) | cst.FunctionDef(name=target) | cst.ClassDef(name=target):
            return {target.value}
        case cst.ExceptHandler(name=cst.AsName(name=cst.Name(value=name))):
            return {name}
    return set()
