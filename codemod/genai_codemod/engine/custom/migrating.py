"""Migrates modules with a pack of rules of one's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

import libcst as cst

from genai_codemod.engine.analysis import Source
from genai_codemod.engine.custom.apart import note_unseen, unseen_modules
from genai_codemod.engine.custom.module_pass import ModulePass
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_facts import analyse_program
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.following import following
from genai_codemod.engine.imports.import_order import add_imports, keep_order
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.ignoring import find_ignores, ignores_file
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.parsing import Parsed, parse_module
from genai_codemod.engine.syntax.reproduction import check_still_python, encoded
from genai_codemod.engine.writing.apply import PlanApplier
from genai_codemod.engine.writing.layout import Layout
from genai_codemod.groups import Groups

_ROUNDS = 3
IGNORED = "a comment in it says genai-codemod: ignore-file"


def migrate_own(
    sources: Mapping[str, Source], pack: RulePack
) -> dict[str, Migration | SourceError]:
    """Migrate modules that import each other, by their names in the program.

    A module that cannot be parsed gets its error; the others are migrated without it.  Rules in
    Python may take code apart that other rules are about, so they are carried out until nothing
    changes any more.
    """
    results = _once(sources, pack)
    if not pack.functions:
        return results
    for _ in range(_ROUNDS):
        changed = {name for name, each in results.items() if _is_changed(each)}
        again = _once({name: _after(sources[name], results[name]) for name in changed}, pack)
        if not any(map(_is_changed, again.values())):
            return results
        for name, result in again.items():
            first = results[name]
            if isinstance(first, Migration) and isinstance(result, Migration):
                results[name] = following(first, result)
    return {name: _endless(each, pack) for name, each in results.items()}


def _is_changed(result: Migration | SourceError) -> bool:
    return isinstance(result, Migration) and result.changed


def _after(source: Source, result: Migration | SourceError) -> Source:
    assert isinstance(result, Migration)
    return replace(source, data=result.after)


def _endless(result: Migration | SourceError, pack: RulePack) -> Migration | SourceError:
    """The file as it was, where rules go on changing what they wrote."""
    if not _is_changed(result):
        return result
    assert isinstance(result, Migration)
    ids = ", ".join(sorted({each.rule for each in result.findings} & pack.functions.keys()))
    return SourceError(f"rules go on changing what they wrote, so nothing is changed: {ids}")


def _once(sources: Mapping[str, Source], pack: RulePack) -> dict[str, Migration | SourceError]:
    """Carry out each rule once."""
    results: dict[str, Migration | SourceError] = {}
    parsed: dict[str, Parsed] = {}
    for name, source in sources.items():
        try:
            parsed[name] = parse_module(source.data)
        except SourceError as error:
            ignored = ignores_file(source.data)
            results[name] = _untouched(source.data, IGNORED) if ignored else error
    if not parsed:
        return results
    relative = _relative_names({name: sources[name] for name in parsed}, pack)
    if relative is None:
        for name in parsed:
            results |= _once({name: sources[name]}, pack)
        return results
    modules = [
        SourceModule(
            name,
            SyntaxIndex(each.tree),
            _imports(sources[name], parsed.keys(), (*pack.packages, *relative)),
            sources[name].package,
        )
        for name, each in parsed.items()
    ]
    facts = analyse_program(modules, replace(pack, aliases=tuple(relative.items()))).modules
    unseen = unseen_modules(sources, parsed.keys())
    for name, each in parsed.items():
        try:
            results[name] = _migrated(sources[name], each, facts[name], unseen)
        except SourceError as error:
            results[name] = error
    return results | (_together(results, sources) if pack.kinds else {})


def _together(
    results: Mapping[str, Migration | SourceError], sources: Mapping[str, Source]
) -> dict[str, Migration]:
    """The migrations of modules that hand objects to each other, which only make sense together."""
    connected: Groups[str] = Groups(sources)
    for name, source in sources.items():
        for target in source.imports.values():
            if target in sources:
                connected.join(name, target)
    affected = {
        name
        for name, each in results.items()
        if isinstance(each, SourceError) or each.changed or each.markers
    }
    found: dict[str, Migration] = {}
    for members in connected.by_leader().values():
        names = affected.intersection(members)
        for name in names if len(names) > 1 else ():
            result = results[name]
            if isinstance(result, Migration):
                found[name] = replace(result, together=frozenset(names))
    return found


def _imports(source: Source, known: Collection[str], about: Collection[str]) -> Mapping[str, str]:
    """The imports of other modules, but for those that rules are about.

    A rule is about the name that others import, even where that is defined in the same project.
    """
    return {
        dotted: target
        for dotted, target in source.imports.items()
        if target in known and not any(_leads_to(dotted, name) for name in about)
    }


def _leads_to(dotted: str, name: str) -> bool:
    """Whether an import names something, or a package that it is in."""
    joint = "" if dotted.endswith(".") else "."
    return f"{name}.".startswith(dotted + joint)


def _relative_names(sources: Mapping[str, Source], pack: RulePack) -> dict[str, str] | None:
    """The modules that rules are about by what relative imports call them.

    None where files of several packages call different modules the same.
    """
    homes = {name.rpartition(".")[0] for name in pack.packages} | set(pack.moved)
    # What is imported relatively lies in a package.
    inner = [home for home in homes if "." in home]
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources.values() if inner else ():
        for dotted, target in source.imports.items():
            if dotted.startswith("."):
                parts = PurePath(target.removesuffix("/__init__.py")).with_suffix("").parts
                named = [home for home in inner if _ends_with(parts, home)]
                found[dotted].add(max(named, key=len, default=""))
    if any(len(names) > 1 for names in found.values()):
        return None
    return {dotted: name for dotted, (name,) in found.items() if name}


def _ends_with(parts: Sequence[str], dotted: str) -> bool:
    names = dotted.split(".")
    return list(parts[-len(names) :]) == names


def _untouched(data: bytes, skipped: str | None = None) -> Migration:
    return Migration(data, data, skipped=skipped)


def _migrated(source: Source, parsed: Parsed, facts: Facts, unseen: Collection[str]) -> Migration:
    ignores = find_ignores(facts.module, source.data, source.selection)
    if ignores.whole:
        return _untouched(source.data, IGNORED)
    plan = Plan(facts, ignores=ignores)
    plan.plans[facts.module] = plan
    new_imports = ModulePass(facts, plan).plan_all()
    if source.part:
        note_unseen(facts, plan, unseen)
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
