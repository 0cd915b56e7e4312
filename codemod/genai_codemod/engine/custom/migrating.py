"""Migrates modules with a pack of rules of one's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import libcst as cst

from genai_codemod.engine.analysis import Source
from genai_codemod.engine.apply import PlanApplier
from genai_codemod.engine.custom.module_pass import ModulePass
from genai_codemod.engine.facts import Facts, analyse_program
from genai_codemod.engine.ignoring import find_ignores, ignores_file
from genai_codemod.engine.import_order import add_imports, keep_order
from genai_codemod.engine.layout import Layout
from genai_codemod.engine.parsing import Parsed, parse_module
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.reproduction import check_still_python, encoded
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.engine.rules import RulePack
from genai_codemod.engine.syntax import SourceModule, SyntaxIndex

IGNORED = "a comment in it says genai-codemod: ignore-file"


def migrate_own(
    sources: Mapping[str, Source], pack: RulePack
) -> dict[str, Migration | SourceError]:
    """Migrate modules that import each other, by their names in the program.

    A module that cannot be parsed gets its error; the others are migrated without it.
    """
    results: dict[str, Migration | SourceError] = {}
    parsed: dict[str, Parsed] = {}
    for name, source in sources.items():
        try:
            parsed[name] = parse_module(source.data)
        except SourceError as error:
            ignored = ignores_file(source.data)
            results[name] = _untouched(source.data, IGNORED) if ignored else error
    modules = [
        SourceModule(
            name,
            SyntaxIndex(each.tree),
            _imports(sources[name], parsed.keys(), pack),
            sources[name].package,
        )
        for name, each in parsed.items()
    ]
    if not modules:
        return results
    facts = analyse_program(modules, pack).modules
    for name, each in parsed.items():
        try:
            results[name] = _migrated(sources[name], each, facts[name])
        except SourceError as error:
            results[name] = error
    return results


def _imports(source: Source, known: Collection[str], pack: RulePack) -> Mapping[str, str]:
    """The imports of other modules, but for those that rules are about.

    A rule is about the name that others import, even where that is defined in the same project.
    """
    return {
        dotted: target
        for dotted, target in source.imports.items()
        if target in known
        and not any(f"{name}.".startswith(f"{dotted}.") for name in pack.packages)
    }


def _untouched(data: bytes, skipped: str | None = None) -> Migration:
    return Migration(data, data, skipped=skipped)


def _migrated(source: Source, parsed: Parsed, facts: Facts) -> Migration:
    ignores = find_ignores(facts.module, source.data, source.selection)
    if ignores.whole:
        return _untouched(source.data, IGNORED)
    plan = Plan(facts, ignores=ignores)
    plan.plans[facts.module] = plan
    new_imports = ModulePass(facts, plan).plan_all()
    if plan.empty:
        return _untouched(source.data)
    applied = facts.module.visit(PlanApplier(plan, Layout(facts.index)))
    assert isinstance(applied, cst.Module)
    after = keep_order(facts.module, add_imports(applied, new_imports))
    code = parsed.original.edited(encoded(after))
    check_still_python(source.data, code)
    findings = tuple(sorted(plan.findings))
    if code == source.data:
        return Migration(source.data, source.data, findings)
    edits = sum(each.status not in ("note", "ignored") for each in findings)
    return Migration(source.data, code, findings, edits)
