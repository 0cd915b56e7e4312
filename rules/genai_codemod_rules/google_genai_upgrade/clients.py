"""Clients that nobody holds: since 1.39 such a client is closed, with all that it has made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Symbol, symbol_names
from genai_codemod.engine.planning.hoisting import can_be_first

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts
    from genai_codemod.engine.planning.rewriting import Rewriter

_CLASS = "google.genai.Client"
_MADE = f"{_CLASS}()"
# What goes on without the client, or keeps it.
_ENOUGH = ("aio", "vertexai")
# What is still to be asked for when the call has returned.
_LAZY = (".chats.create()", "_stream()", ".list()")


def plan_clients(rewriter: Rewriter) -> None:
    """Give a client a name, or mark what outlives it."""
    facts, plan = rewriter.facts, rewriter.plan
    rule = facts.pack.findings["upgrade.client-closed"]
    for node in facts.index.calls:
        if _is_unnamed(facts, node):
            if can_be_first(facts, node) and not _escapes(facts, node):
                names = ("client", "genai_client", "gemini_client", "client_")
                rewriter.hoisted.take(node, *names)
                plan.replace[node] = partial(_named, rewriter, node)
                plan.found(node, rule, "rewritten")
            else:
                plan.found(node, rule, "review", rule.about or "")
    for name in facts.index.nodes(cst.Name):
        if _is_local(facts, name) and _outlived(facts, name):
            plan.found(name, rule, "review", rule.about or "")


def _named(rewriter: Rewriter, node: cst.Call, updated: cst.CSTNode) -> cst.BaseExpression:
    assert isinstance(updated, cst.BaseExpression)
    return rewriter.hoisted.written(node, updated)


def _is_unnamed(facts: Facts, node: cst.Call) -> bool:
    """Whether a client is made only to ask something of it."""
    called = symbol_names(facts.value(node.func))
    if called != {_CLASS}:
        return False
    parent = facts.index.parents.get(node)
    return isinstance(parent, cst.Attribute) and parent.attr.value not in _ENOUGH


def _escapes(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether what such a client makes is handed out of its function, or kept in an object."""
    statement = facts.index.statement(node)
    returned = any(
        isinstance(each, cst.Return | cst.Yield) for each in facts.index.within(statement)
    )
    stored = any(
        isinstance(each, cst.AssignTarget) and not isinstance(each.target, cst.Name)
        for each in facts.index.within(statement)
    )
    lazy = any(_is_lazy(facts, each) for each in facts.index.within(statement))
    return (returned or stored) and lazy


def _is_lazy(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an expression is something that needs its client later."""
    return any(
        isinstance(atom, Symbol)
        and atom.name.startswith(_MADE)
        and not atom.name.startswith(f"{_MADE}.aio")
        and atom.name.endswith(_LAZY)
        for atom in facts.value(node)
    )


def _is_local(facts: Facts, name: cst.Name) -> bool:
    """Whether a name is where a function stores a client that nothing else holds."""
    parent = facts.index.parents.get(name)
    if not isinstance(parent, cst.AssignTarget) or facts.index.scope(name).node is facts.module:
        return False
    scope = facts.index.scope(name)
    assign = facts.index.parents[parent]
    return (
        isinstance(scope.node, cst.FunctionDef)
        and isinstance(assign, cst.Assign)
        and len(assign.targets) == 1
        and name.value not in scope.global_names | scope.nonlocal_names
        and facts.value(assign.value) == {Symbol(_MADE)}
    )


def _outlived(facts: Facts, name: cst.Name) -> bool:
    """Whether a function hands out what it made by such a client, and not the client."""
    function = facts.index.scope(name).node
    handed = [
        node
        for each in facts.index.nodes(cst.Return)
        if facts.enclosing(each, cst.FunctionDef) is function and each.value is not None
        for node in facts.index.within(each.value)
    ]
    held = any(
        isinstance(node, cst.Name) and _is_held(facts, node, name)
        for node in facts.index.within(function)
    )
    return not held and any(
        isinstance(node, cst.Call | cst.Name) and _is_lazy(facts, node) and _gives(facts, node)
        for node in handed
    )


def _gives(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an expression is what is returned, or one of several."""
    return facts.use(node).role in ("returned", "element")


def _is_held(facts: Facts, node: cst.Name, client: cst.Name) -> bool:
    """Whether a client is handed on, returned or kept as a whole."""
    if node.value != client.value or node is client:
        return False
    return facts.use(node).role in ("returned", "element", "argument", "stored")
