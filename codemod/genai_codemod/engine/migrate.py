"""Migrates modules: analyse, plan, apply, and look at the result again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from genai_codemod.engine.analysis import Source, analyse
from genai_codemod.engine.calling.forwarding import SpelledOut, spell_out
from genai_codemod.engine.calling.spreads import WrittenOut
from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.mentions.model_names import plan_model_names
from genai_codemod.engine.mentions.quoted_names import quotes_legacy
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.components import components
from genai_codemod.engine.planning.flows import with_flows
from genai_codemod.engine.planning.ignoring import find_ignores, ignores_file
from genai_codemod.engine.planning.leaving import InseparableError, bare
from genai_codemod.engine.planning.module_planning import ModulePlanner
from genai_codemod.engine.planning.program_planning import planned
from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.selection import ALL
from genai_codemod.engine.syntax.parsing import Parsed, parse_module, refused_by_python
from genai_codemod.engine.syntax.quick_nodes import without_checks, without_collections
from genai_codemod.engine.syntax.reproduction import Original, check_still_python, encoded, moved
from genai_codemod.engine.tracing.written_values import WrittenValues
from genai_codemod.engine.writing.recheck import mark_what_is_left

IMPORTS = Rule("imports.replaced")
BESIDE_IGNORED = "this belongs together with code that is ignored"


def migrate_source(
    data: bytes, pack: RulePack, *, upgrade_models: bool = False, client_name: str = CLIENT
) -> Migration:
    """Migrate the bytes of one Python module.

    ``upgrade_models`` also replaces the names of retired models by those of their successors, and
    ``client_name`` is what the client is called that is written, where that name is free.

    Raises:
        SourceError: the module cannot be parsed, or not be reproduced byte for byte.
    """
    sources = {"": Source(data, client_name=client_name)}
    (result,) = migrate_program(sources, pack, upgrade_models=upgrade_models).values()
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
    with without_collections():
        return _migrate(sources, pack, surroundings, upgrade_models=upgrade_models)


def _migrate(
    sources: Mapping[str, Source],
    pack: RulePack,
    surroundings: Surroundings | None,
    *,
    upgrade_models: bool,
) -> dict[str, Migration | SourceError]:
    parsed, results = _parsed(sources)
    sources = dict(sources)
    sources |= {name: _placed(sources[name], each.original) for name, each in parsed.items()}
    trees = {name: each.tree for name, each in parsed.items()}
    originals = {name: each.original for name, each in parsed.items()}
    positions = {name: each.positions for name, each in parsed.items()}
    # The trees are large, and not needed any more once they are spelled out.
    del parsed
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
        analysed = analyse(
            spelled, sources, pack, upgrade_models=upgrade_models, positions=positions
        )
        spelled = dict(analysed.spelled)
        around = (surroundings or Surroundings()) if legacy else None
        planners = planned(analysed, sources, around)
        plans = [(planner.facts, planner.plan) for planner in planners.values()]
        plan_model_names(plans, upgrade=analysed.upgrade)
        finished: dict[str, Migration | SourceError] = {}
        for name, planner in planners.items():
            try:
                written = analysed.written[name]
                finished[name] = _finish(originals[name], planner, spelled[name], written)
            except SourceError as error:
                # The others were planned for a file that is now left as it is.
                others = {each: source for each, source in sources.items() if each != name}
                rest = migrate_program(others, pack, surroundings, upgrade_models=upgrade_models)
                return {name: error, **rest}
        results |= finished
        results = with_flows(results, planners, originals)
        if legacy:
            _say_what_belongs_together(results, planners, sources)
        for planner in planners.values():
            planner.plan.plans.clear()
        analysed.program.forget()
    except InseparableError:
        return results | _all_left(sources, trees, pack)
    except RecursionError:
        if len(trees) > 1:
            raise
        nested = SourceError("is nested too deeply")
        return results | {name: nested for name in trees if name not in results}
    return results


def _parsed(
    sources: Mapping[str, Source],
) -> tuple[dict[str, Parsed], dict[str, Migration | SourceError]]:
    """The modules that can be read, and what becomes of the others."""
    parsed: dict[str, Parsed] = {}
    others: dict[str, Migration | SourceError] = {}
    for name, source in sources.items():
        try:
            parsed[name] = parse_module(source.data)
        except SourceError as error:
            others[name] = _skipped(source.data) if ignores_file(source.data) else error
    return parsed, others


def _placed(source: Source, original: Original) -> Source:
    """The source with the lines of its tree instead of those of its bytes."""
    lines = original.tree_lines if source.selection.refused else {}
    if not lines:
        return source
    refused = frozenset(lines.get(line, line) for line in source.selection.refused)
    return replace(source, selection=replace(source.selection, refused=refused))


def _unchanged(data: bytes) -> Migration:
    return Migration(data, data)


def _skipped(data: bytes) -> Migration:
    return Migration(data, data, skipped="a comment in it says genai-codemod: ignore-file")


def _all_left(
    sources: Mapping[str, Source], names: Iterable[str], pack: RulePack
) -> dict[str, Migration | SourceError]:
    """The modules of a program as they were, with markers at what is not ignored."""
    together = frozenset(sources)
    found: dict[str, Migration | SourceError] = {}
    for name in names:
        data = sources[name].data
        parsed = parse_module(data)
        ignores = find_ignores(parsed.tree, data, sources[name].selection)
        if ignores.whole:
            found[name] = _skipped(data)
            continue
        marked, findings = mark_what_is_left(parsed.tree, pack, ignores, BESIDE_IGNORED)
        edits = sum(finding.status == "manual" for finding in findings)
        after = parsed.original.edited(encoded(marked)) if edits else data
        found[name] = Migration(data, after, tuple(sorted(findings)), edits, together)
    return found


def _is_left_as_asked(
    plan: Plan,
    after: cst.Module,
    spelled: SpelledOut,
    written: Sequence[WrittenOut | WrittenValues],
) -> bool:
    """Whether each statement that a comment says to leave is there as it was."""
    asked = [statement for statement, names in plan.ignores.statements.items() if ALL in names]
    # A statement of its own is written without the indentation of the block that it stands in.
    code = _words(after.code) if asked else ""

    def text(part: cst.CSTNode) -> str:
        """What the user wrote, where calls were written out to be analysed."""
        if isinstance(part, cst.BaseExpression):
            part = cst.SimpleStatementLine([cst.Expr(part)])
        assert isinstance(part, cst.BaseStatement)
        module, _ = spelled.joined(
            plan.facts.module.with_changes(body=[part], header=[], footer=[])
        )
        return _restored(module, written).code

    return all(_words(text(bare(statement))) in code for statement in asked)


def _restored(module: cst.Module, written: Sequence[WrittenOut | WrittenValues]) -> cst.Module:
    """A module with what was written out for the analysis as it was, where it did not change."""
    for each in reversed(written):
        module = each.restored(module)
    return module


def _words(code: str) -> str:
    return " ".join(code.split())


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


def _applied(planner: ModulePlanner, spelled: SpelledOut) -> cst.Module:
    """The rewritten module.

    Raises:
        SourceError: it holds what LibCST reads, but refuses to copy, such as ``"text" b"bytes"``.
    """
    try:
        return planner.apply(spelled)
    except cst.CSTValidationError:
        if (refused := refused_by_python(planner.facts.module.bytes)) is not None:
            raise refused from None
        raise


def _finish(
    original: Original,
    planner: ModulePlanner,
    spelled: SpelledOut,
    written: Sequence[WrittenOut | WrittenValues],
) -> Migration:
    data = original.data
    plan, pack = planner.plan, planner.facts.pack
    if plan.ignores.whole:
        return _skipped(data)
    legacy = imports_legacy(planner.facts.module, pack)
    if not legacy and plan.empty:
        return _unchanged(data)
    after = _applied(planner, spelled)
    after = _restored(after, written)
    if not _is_left_as_asked(plan, after, spelled, written):
        raise InseparableError
    code = encoded(after)
    if imports_legacy(after, pack):
        # A fresh tree: what the engine wrote is shared between places of this one.
        fresh = _reparsed(code, after.encoding)
        selection = plan.ignores.selection
        if selection.refused:
            before = planner.facts.module.code
            selection = replace(selection, refused=moved(selection.refused, before, after.code))
        ignores = find_ignores(fresh, data, selection)
        configures = bool(planner.facts.whole.going_on)
        marked, left = mark_what_is_left(fresh, pack, ignores, configures=configures)
        if left:
            plan.findings.extend(finding for finding in left if finding.status != "ignored")
            code = encoded(marked)
    if not data.startswith((b"\n", b"\r")):
        code = code.lstrip(b"\r\n")
    code = original.edited(code)
    check_still_python(data, code)
    changes = [finding for finding in plan.findings if finding.status not in ("note", "ignored")]
    if code != data and not changes:
        others = "changed together with the files that it works with"
        message = "unused import removed" if legacy else others
        changes.append(Finding(1, 0, IMPORTS.id, "rewritten", message))
        plan.findings.extend(changes)
    edits = len(changes) if code != data else 0
    findings = [replace(each, line=original.line(each.line)) for each in plan.findings]
    return Migration(data, code, tuple(sorted(findings)), edits)


def _reparsed(code: bytes, encoding: str) -> cst.Module:
    with without_checks():
        # LibCST finds the indent itself, and refuses to be told one with a form feed in it.
        return cst.parse_module(code.decode(encoding), cst.PartialParserConfig(encoding=encoding))
