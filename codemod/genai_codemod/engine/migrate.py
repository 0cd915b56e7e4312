"""Migrates one module: analyse, plan, apply, and look at the result again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.apply import PlanApplier
from genai_codemod.engine.attributes import AttributePlanner
from genai_codemod.engine.chats import Chats
from genai_codemod.engine.client import ClientPlacement
from genai_codemod.engine.containers import plan_literals
from genai_codemod.engine.enums import EnumPlanner
from genai_codemod.engine.exceptions import plan_exceptions
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.import_order import keep_order
from genai_codemod.engine.imports import (
    ImportEditor,
    imports_legacy,
    is_legacy_star,
    needed_names,
    used_outside_imports,
)
from genai_codemod.engine.insertion import insert_definitions, with_needed
from genai_codemod.engine.layout import Layout
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.names import choose_names
from genai_codemod.engine.objects import Group, SettledObjects
from genai_codemod.engine.parsing import parse_module
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.recheck import mark_what_is_left
from genai_codemod.engine.references import ReferencePlanner
from genai_codemod.engine.restored import restore_exceptions
from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.engine.rewriting import KEEP_CONFIGURE, Rewriter
from genai_codemod.engine.rules import Rule, RulePack
from genai_codemod.engine.syntax import leftmost

PARAMETER = Rule("model.parameter", guide="https://ai.google.dev/gemini-api/docs/migrate")
IMPORTS = Rule("imports.replaced")
STAR = Rule("imports.star", guide="https://ai.google.dev/gemini-api/docs/migrate")


def migrate_source(data: bytes, pack: RulePack) -> Migration:
    """Migrate the bytes of one Python module.

    Raises:
        SourceError: the module cannot be parsed, or not be reproduced byte for byte.
    """
    module = parse_module(data)
    try:
        if not imports_legacy(module, pack):
            return Migration(data, data)
        return _migrated(data, module, pack)
    except RecursionError:
        raise SourceError("is nested too deeply") from None


def _migrated(data: bytes, module: cst.Module, pack: RulePack) -> Migration:
    plan, after = _migrate(module, pack)
    if imports_legacy(after, pack):
        # A fresh tree: what the engine wrote is shared between places of this one.
        after, left = mark_what_is_left(cst.parse_module(after.bytes), pack)
        plan.findings.extend(left)
    code = after.bytes
    if code != data and not plan.findings:
        plan.findings.append(Finding(1, 0, IMPORTS.id, "rewritten", "unused import removed"))
    edits = len(plan.findings) if code != data else 0
    return Migration(data, code, tuple(sorted(plan.findings)), edits)


def _migrate(module: cst.Module, pack: RulePack) -> tuple[Plan, cst.Module]:
    facts = Facts(module, pack)
    plan = Plan(facts)
    objects = SettledObjects(facts, "Model")
    chats = Chats(facts, objects)
    left = LeftAlone(facts, objects, chats)
    choose_names(facts, plan)
    rewriter = Rewriter(facts, plan, objects, chats, left)
    rewriter.plan_calls()
    for group in {id(g): g for g in objects.groups.values()}.values():
        if group.form == "split":
            rewriter.plan_companions(group)
        if group.form != "left":
            _mark_foreign(plan, group)
    left.mark(plan)
    restore_exceptions(facts, plan, left)
    references = ReferencePlanner(facts, plan, objects, left)
    references.plan_all()
    AttributePlanner(facts, plan, left).plan_all()
    EnumPlanner(facts, plan, left).plan_all()
    plan_literals(facts, plan, rewriter.context)
    plan_exceptions(facts, plan, left, legacy_stays=bool(left.nodes or references.remaining))
    _mark_stars(facts, plan)
    placement = ClientPlacement(facts, plan, rewriter.configurations, rewriter.client_uses)
    rewriter.context.placement = placement
    kept = kept_imports(facts, references.remaining, rewriter.configurations)
    kept[()] |= references.kept_names
    legacy_stays = any(kept.values())
    choose_module_alias(plan, set().union(*kept.values()))
    placement.decide(legacy_stays=legacy_stays)
    if legacy_stays:
        _keep_configure(rewriter, plan)
    if plan.module_values:
        plan.needs.add("genai")
    applied = module.visit(PlanApplier(plan, Layout(facts.index)))
    assert isinstance(applied, cst.Module)
    helpers = with_needed(plan.helpers, pack.helpers)
    applied, needed = insert_definitions(applied, plan, helpers, pack)
    inserted = bool(helpers) or plan.lazy_client is not None or plan.lazy_at is not None
    needs_top = inserted or not needed_names(needed).isdisjoint(used_outside_imports(applied, pack))
    after = applied.visit(ImportEditor(pack, needed, kept, needs_top=needs_top))
    assert isinstance(after, cst.Module)
    return plan, keep_order(module, after)


def kept_imports(
    facts: Facts, remaining: Sequence[cst.CSTNode], configurations: Sequence[cst.Call]
) -> dict[tuple[str, ...], set[str]]:
    """The legacy names that are still used, by the path of functions that imports them."""
    kept: dict[tuple[str, ...], set[str]] = defaultdict(set)
    kept[()] = set()
    for node in (*remaining, *(call.func for call in configurations if remaining)):
        name = leftmost(node)
        scope = facts.index.scope(node).binding_scope(name)
        path: list[str] = []
        if scope is not None and isinstance(scope.node, cst.FunctionDef):
            chain = (scope.node, *facts.index.ancestors(scope.node))
            path = [n.name.value for n in chain if isinstance(n, cst.FunctionDef)]
        kept[tuple(reversed(path))].add(name)
    return kept


def choose_module_alias(plan: Plan, kept: set[str]) -> None:
    """Where the name of the new SDK is still taken by the old one, take another."""
    if plan.names["genai"] in kept:
        plan.names["genai"] = "google_genai"
        if plan.names["types"].startswith("genai."):
            plan.names["types"] = "google_genai.types"
            plan.names["errors"] = "google_genai.errors"


def _keep_configure(rewriter: Rewriter, plan: Plan) -> None:
    """What is left needs its configuration: the old call stays beside the new client."""
    for call in rewriter.configurations:
        line = rewriter.facts.index.statement(call)
        message = "remove this configure() once the lines marked in this file are migrated."
        plan.found(call, KEEP_CONFIGURE, "review", message)
        statement = rewriter.facts.index.parents[call]
        assert isinstance(statement, cst.Expr)
        build = plan.replace.pop(statement, None)
        new_call = plan.replace.pop(call)
        wrap = plan.wrap.pop(call, lambda updated: updated)
        if build is not None:
            plan.after[line].append(
                lambda build=build, new_call=new_call, wrap=wrap, statement=statement: [  # type: ignore[misc]
                    build(statement.with_changes(value=wrap(new_call(statement.value))))
                ]
            )


def _mark_foreign(plan: Plan, group: Group) -> None:
    """Parameters and fields whose value other files make."""
    what = "a dict of its name and configuration" if group.form == "pair" else "its name"
    message = f"other files must pass what stands for a model now: {what}."
    for annotation in group.foreign:
        plan.found(annotation, PARAMETER, "review", message)


def _mark_stars(facts: Facts, plan: Plan) -> None:
    for node in facts.index.parents:
        if is_legacy_star(node, facts.pack):
            message = "name what is imported here, then run genai-codemod again."
            plan.found(node, STAR, "manual", message)
