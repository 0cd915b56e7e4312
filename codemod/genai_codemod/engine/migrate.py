"""Migrates modules: analyse, plan, apply, and look at the result again."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import libcst as cst

from genai_codemod.engine.chats import Chats
from genai_codemod.engine.clients import Surroundings, place_clients
from genai_codemod.engine.companions import CompanionNames
from genai_codemod.engine.components import components
from genai_codemod.engine.facts import ProgramFacts, analyse_program
from genai_codemod.engine.forwarding import SpelledOut, spell_out
from genai_codemod.engine.importing import Importing
from genai_codemod.engine.imports import imports_legacy
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.model_names import plan_model_names, with_successors
from genai_codemod.engine.objects import SettledObjects
from genai_codemod.engine.parsing import parse_module
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning import ModulePlanner
from genai_codemod.engine.quoted_names import quotes_legacy
from genai_codemod.engine.recheck import mark_what_is_left
from genai_codemod.engine.reexports import needed_elsewhere
from genai_codemod.engine.reliance import Reliance
from genai_codemod.engine.reproduction import Original, encoded
from genai_codemod.engine.restored import restore_exceptions
from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.engine.rules import Rule, RulePack
from genai_codemod.engine.spreads import WrittenOut, spreads_dicts, write_out
from genai_codemod.engine.syntax import SourceModule, SyntaxIndex

IMPORTS = Rule("imports.replaced")


@dataclass(frozen=True, slots=True)
class Source:
    """One module to migrate: its bytes, and which of its imports are modules of the program.

    ``imports`` and ``package`` are explained at
    :class:`genai_codemod.engine.syntax.SourceModule`.  ``absolute`` is the name under which any
    other module can import it, if that is known.
    """

    data: bytes
    imports: Mapping[str, str] = field(default_factory=dict)
    package: bool = False
    absolute: str | None = None


def migrate_source(data: bytes, pack: RulePack, *, upgrade_models: bool = False) -> Migration:
    """Migrate the bytes of one Python module.

    ``upgrade_models`` also replaces the names of retired models by those of their successors.

    Raises:
        SourceError: the module cannot be parsed, or not be reproduced byte for byte.
    """
    (result,) = migrate_program({"": Source(data)}, pack, upgrade_models=upgrade_models).values()
    if isinstance(result, SourceError):
        raise result
    return result


def migrate_program(
    sources: Mapping[str, Source],
    pack: RulePack,
    surroundings: Surroundings | None = None,
    *,
    upgrade_models: bool = False,
) -> dict[str, Migration | SourceError]:
    """Migrate modules that import each other, by their names in the program.

    A module that cannot be parsed gets its error; the others are migrated without it.

    Raises:
        RecursionError: one of several modules is nested too deeply.
    """
    with _few_collections():
        return _migrate(sources, pack, surroundings, upgrade_models=upgrade_models)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage less often: syntax trees are many objects that stay.

    To look through them every 700 objects, which is Python's default, takes a fifth of the time.
    """
    before, *others = gc.get_threshold()
    gc.set_threshold(max(before, 20_000) if before else 0, *others)
    try:
        yield
    finally:
        gc.set_threshold(before, *others)


def _migrate(
    sources: Mapping[str, Source],
    pack: RulePack,
    surroundings: Surroundings | None,
    *,
    upgrade_models: bool,
) -> dict[str, Migration | SourceError]:
    results: dict[str, Migration | SourceError] = {}
    trees: dict[str, cst.Module] = {}
    originals: dict[str, Original] = {}
    for name, source in sources.items():
        try:
            parsed = parse_module(source.data)
            trees[name], originals[name] = parsed.tree, parsed.original
        except SourceError as error:
            results[name] = error
    try:
        legacy = any(
            imports_legacy(tree, pack) or quotes_legacy(tree, pack) for tree in trees.values()
        )
        if not trees or not (legacy or upgrade_models):
            return results | {name: _unchanged(sources[name].data) for name in trees}
        spelled = {
            name: spell_out(tree, sources[name].data, pack.function_names)
            for name, tree in trees.items()
        }
        trees = {name: each.module for name, each in spelled.items()}
        analysed = _analysed(trees, sources, with_successors(pack) if upgrade_models else pack)
        planners = _planners(analysed)
        if legacy:
            absolute = {name: each.absolute for name, each in sources.items() if each.absolute}
            _plan_uses(planners, absolute, surroundings or Surroundings())
        plans = [(planner.facts, planner.plan) for planner in planners.values()]
        plan_model_names(plans, upgrade=upgrade_models)
        for name, planner in planners.items():
            try:
                written = analysed.written.get(name)
                results[name] = _finish(originals[name], planner, spelled[name], written)
            except SourceError as error:
                # The others were planned for a file that is now left as it is.
                others = {each: source for each, source in sources.items() if each != name}
                rest = migrate_program(others, pack, surroundings, upgrade_models=upgrade_models)
                return {name: error, **rest}
        if legacy:
            _say_what_belongs_together(results, planners, sources)
    except RecursionError:
        if len(trees) > 1:
            raise
        nested = SourceError("is nested too deeply")
        return results | {name: nested for name in trees if name not in results}
    return results


def _unchanged(data: bytes) -> Migration:
    return Migration(data, data)


def _module(
    name: str, tree: cst.Module, source: Source, trees: Mapping[str, cst.Module]
) -> SourceModule:
    imports = {dotted: module for dotted, module in source.imports.items() if module in trees}
    return SourceModule(name, SyntaxIndex(tree), imports, source.package)


def _modules(trees: Mapping[str, cst.Module], sources: Mapping[str, Source]) -> list[SourceModule]:
    return [_module(name, tree, sources[name], trees) for name, tree in trees.items()]


@dataclass(frozen=True, slots=True)
class _Analysed:
    """The modules of a program and what was found in them.

    ``written`` is what was done to those whose calls are given dicts.
    """

    modules: Sequence[SourceModule]
    program: ProgramFacts
    written: Mapping[str, WrittenOut]


def _analysed(
    trees: Mapping[str, cst.Module], sources: Mapping[str, Source], pack: RulePack
) -> _Analysed:
    """Analyse modules; where calls are given dicts that can be written out, do so before."""
    modules = _modules(trees, sources)
    program = analyse_program(modules, pack)
    if not any(spreads_dicts(module.index.calls, pack) for module in modules):
        return _Analysed(modules, program, {})
    written = {name: write_out(facts) for name, facts in program.modules.items()}
    if not any(each.originals for each in written.values()):
        return _Analysed(modules, program, {})
    modules = _modules({name: written[name].module for name in trees}, sources)
    return _Analysed(modules, analyse_program(modules, pack), written)


def _planners(analysed: _Analysed) -> dict[str, ModulePlanner]:
    program = analysed.program
    objects = SettledObjects(program.whole, "Model")
    chats = Chats(program.whole, objects)
    left = LeftAlone(program.whole, objects, chats)
    companions = CompanionNames()
    plans: dict[cst.CSTNode, Plan] = {}
    return {
        module.name: ModulePlanner(
            module, program.modules[module.name], objects, chats, left, companions, plans
        )
        for module in analysed.modules
    }


def _plan_uses(
    planners: Mapping[str, ModulePlanner],
    absolute: Mapping[str, str],
    surroundings: Surroundings,
) -> None:
    for planner in planners.values():
        planner.plan_calls(unseen=surroundings.unseen)
    parts = {name: planner.part for name, planner in planners.items()}
    left = next(iter(planners.values())).left
    imports = {name: planner.module.imports for name, planner in planners.items()}
    importing = Importing(imports, absolute)
    restore_exceptions(parts, importing, left, unseen=surroundings.unseen)
    for planner in planners.values():
        planner.plan_uses()
    remains = {name: planner.remains for name, planner in planners.items()}
    needed = needed_elsewhere(remains)
    reliance = Reliance(remains, importing)
    for name, planner in planners.items():
        planner.settle(
            needed=needed.get(name, set()),
            configures_here=reliance.here(name),
            configures_others=reliance.elsewhere(name),
        )
    placements = {name: planner.placement for name, planner in planners.items()}
    place_clients(placements, importing, surroundings)


def _say_what_belongs_together(
    results: dict[str, Migration | SourceError],
    planners: Mapping[str, ModulePlanner],
    sources: Mapping[str, Source],
) -> None:
    affected = [
        name
        for name, result in results.items()
        if isinstance(result, SourceError) or result.changed or result.markers
    ]
    if len(affected) < 2:
        return
    imports = {
        name: {path: module for path, module in source.imports.items() if module in sources}
        for name, source in sources.items()
    }
    for name, together in components(affected, planners, imports).items():
        result = results[name]
        if isinstance(result, Migration):
            results[name] = replace(result, together=together)


def _finish(
    original: Original,
    planner: ModulePlanner,
    spelled: SpelledOut,
    written: WrittenOut | None,
) -> Migration:
    data = original.data
    plan, pack = planner.plan, planner.facts.pack
    legacy = imports_legacy(planner.facts.module, pack)
    if not legacy and plan.empty:
        return _unchanged(data)
    after = planner.apply(spelled)
    if written is not None:
        after = written.restored(after)
    code = encoded(after)
    if imports_legacy(after, pack):
        # A fresh tree: what the engine wrote is shared between places of this one.
        marked, left = mark_what_is_left(_reparsed(after), pack)
        if left:
            plan.findings.extend(left)
            code = encoded(marked)
    if not data.startswith((b"\n", b"\r")):
        code = code.lstrip(b"\r\n")
    code = original.edited(code)
    changes = [finding for finding in plan.findings if finding.status != "note"]
    if code != data and not changes:
        others = "changed together with the files that it works with"
        message = "unused import removed" if legacy else others
        changes.append(Finding(1, 0, IMPORTS.id, "rewritten", message))
        plan.findings.extend(changes)
    edits = len(changes) if code != data else 0
    findings = [replace(each, line=original.line(each.line)) for each in plan.findings]
    return Migration(data, code, tuple(sorted(findings)), edits)


def _reparsed(module: cst.Module) -> cst.Module:
    return cst.parse_module(module.code, module.config_for_parsing)
