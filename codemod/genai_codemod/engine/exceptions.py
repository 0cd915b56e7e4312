"""Plans what becomes of ``except`` clauses: the new SDK has other exception classes.

A handler for one error code becomes a handler for the class of that code which raises everything
else again, where nothing after it would have caught that; other handlers are marked.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import NameRule
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import leftmost
from genai_codemod.engine.template import attribute
from genai_codemod.engine.values import Symbol

GONE = frozenset({"grpc_status_code", "errors", "reason", "details", "domain", "metadata"})


def plan_exceptions(facts: Facts, plan: Plan, *, legacy_stays: bool) -> None:
    """Plan every reference to an exception class that the legacy SDK raises.

    Where legacy calls stay, both kinds of exceptions can come: that is for a person.
    """
    for node, value in list(facts.values.items()):
        if not isinstance(node, cst.Name | cst.Attribute) or facts.in_import(node):
            continue
        if leftmost(node) not in facts.import_names:
            continue
        for atom in value:
            rule = facts.pack.exceptions.get(atom.name) if isinstance(atom, Symbol) else None
            if rule is not None:
                _plan_reference(facts, plan, node, rule, legacy_stays=legacy_stays)


def _plan_reference(
    facts: Facts, plan: Plan, node: cst.BaseExpression, rule: NameRule, *, legacy_stays: bool
) -> None:
    handler = facts.index.parents.get(node)
    whole = isinstance(handler, cst.ExceptHandler) and handler.type is node
    if not whole or legacy_stays:
        _mark(plan, node, rule)
        return
    assert isinstance(handler, cst.ExceptHandler)
    statement = facts.index.parents[handler]
    assert isinstance(statement, cst.Try)
    if rule.becomes is None:
        _mark(plan, node, rule)
        return
    target, _, codes = rule.becomes.rstrip(")").partition("(")
    if codes and statement.handlers[-1] is not handler:
        _mark(plan, node, rule)
        return

    def spelled() -> cst.BaseExpression:
        head, _, tail = target.partition(".")
        return attribute(f"{plan.name(head)}.{tail}")

    plan.replace[node] = lambda _: spelled()
    plan.found(node, rule, "rewritten")
    if codes:
        _raise_others(plan, handler, codes)
    alias = source_of(handler.name.name) if handler.name is not None else None
    for inner, owner in facts.index.parents.items():
        if isinstance(inner, cst.Attribute) and source_of(inner.value) == alias:
            if inner.attr.value in GONE and handler in facts.index.ancestors(owner):
                message = f"google.genai's errors have no {inner.attr.value}: read code or status."
                plan.found(inner, rule, "review", message)


def _raise_others(plan: Plan, handler: cst.ExceptHandler, codes: str) -> None:
    name = next(n for n in ("error", "api_error", "genai_error_") if n not in plan.taken)
    if handler.name is not None:
        name = source_of(handler.name.name)
    else:
        bound = cst.AsName(cst.Name(name))
        plan.wrap[handler] = lambda updated: updated.with_changes(name=bound)
    test = f"{name}.code != {codes}" if codes.isdigit() else f"{name}.code not in ({codes})"
    plan.body_start[handler].append(lambda: [f"if {test}:\n    raise"])


def _mark(plan: Plan, node: cst.BaseExpression, rule: NameRule) -> None:
    raised, _, codes = (rule.becomes or "").rstrip(")").partition("(")
    code = f" with code {codes}" if codes else ""
    what = rule.manual or f"google.genai raises {raised}{code} here: handle that too."
    plan.found(node, rule, "manual", what)
