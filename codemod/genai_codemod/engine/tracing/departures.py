"""Whether what needs its client, such as a chat, leaves the function that made it."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Instance
from genai_codemod.engine.tracing.homes import home_of

KEEPS_CLIENT = frozenset({"Chat", "AsyncChat", "Stream", "AsyncStream"})

_STAYS = frozenset(
    {"attribute", "item", "awaited", "compared", "dropped", "entered", "formatted", "tested"}
)
_USES_UP = frozenset(
    {
        "builtins.all",
        "builtins.any",
        "builtins.bool",
        "builtins.hasattr",
        "builtins.id",
        "builtins.isinstance",
        "builtins.len",
        "builtins.list",
        "builtins.next",
        "builtins.print",
        "builtins.repr",
        "builtins.set",
        "builtins.str",
        "builtins.sum",
        "builtins.tuple",
        "builtins.type",
    }
)
_PASSES_ON = frozenset(
    f"builtins.{name}" for name in ("aiter", "anext", "enumerate", "iter", "zip")
)


def any_leaves(facts: Facts, functions: Collection[cst.FunctionDef | None]) -> bool:
    """Whether a chat or stream that one of some functions has may be needed after its end."""
    lent = False
    others = []
    for node, value in facts.held.of(Instance):
        if not any(getattr(atom, "kind", None) in KEEPS_CLIENT for atom in value):
            continue
        if home_of(facts, node).function not in functions:
            others.append(node)
        elif _leaves(facts, node):
            return True
        elif facts.use(node).role == "argument":
            lent = True
    return lent and any(_leaves(facts, node) for node in others)


def _leaves(facts: Facts, node: cst.CSTNode) -> bool:
    use = facts.use(node)
    if use.role in _STAYS:
        return _is_captured(facts, node)
    match use.parent:
        case cst.Assign(targets=targets):
            return not all(_is_local(facts, each.target) for each in targets)
        case cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
            return not _is_local(facts, target)
        case cst.For():
            return False
        case cst.CompFor():
            around = facts.enclosing(
                node, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp
            )
            return isinstance(around, cst.GeneratorExp) and not _is_used_up_there(facts, around)
        case cst.IfExp():
            return _is_captured(facts, node)
        case cst.Arg():
            return _is_captured(facts, node) or _leaves_as_argument(facts, use.parent)
    return True


def _is_captured(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a function or lambda inside of the one that made it reads it."""
    if not isinstance(node, cst.Name):
        return False
    scope = facts.index.scope(node).binding_scope(node.value)
    inner = facts.enclosing(node, cst.FunctionDef, cst.Lambda)
    return (
        scope is not None
        and facts.enclosing(node, cst.FunctionDef) is not None
        and (isinstance(scope.node, cst.FunctionDef | cst.Lambda) and scope.node is not inner)
    )


def _is_local(facts: Facts, target: cst.BaseExpression) -> bool:
    if not isinstance(target, cst.Name):
        return False
    scope = facts.index.scope(target).binding_scope(target.value)
    return scope is not None and scope.node is facts.enclosing(target, cst.FunctionDef)


def _leaves_as_argument(facts: Facts, argument: cst.Arg) -> bool:
    call = facts.index.parents[argument]
    if not isinstance(call, cst.Call):
        return True
    called = facts.value(call.func)
    names = {getattr(atom, "name", "") for atom in called}
    if names and names <= _PASSES_ON:
        return _leaves(facts, call)
    known = all(isinstance(atom, Function) for atom in called)
    return not called or not (known or names <= _USES_UP)


def _is_used_up_there(facts: Facts, generator: cst.GeneratorExp) -> bool:
    """Whether ``"".join(...)`` or the like takes all that a generator gives at once."""
    parent = facts.index.parents[generator]
    if not isinstance(parent, cst.Arg):
        return False
    call = facts.index.parents[parent]
    if not isinstance(call, cst.Call):
        return False
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "join":
        return True
    names = {getattr(atom, "name", "") for atom in facts.value(call.func)}
    return bool(names) and names <= _USES_UP
