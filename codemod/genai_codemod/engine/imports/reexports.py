"""Legacy names that one module of a program imports from another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import Module, Symbol
from genai_codemod.engine.imports.unused_imports import drop_names
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import NameRule, Rule
from genai_codemod.engine.syntax.module_syntax import leftmost
from genai_codemod.engine.syntax.parts import names_in

EXPORTED = Rule("imports.exported")
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Remains:
    """A module with the nodes in it that still need the legacy SDK, and the names they go by.

    ``left`` are the calls that are left in the whole program.
    """

    module: SourceModule
    facts: Facts
    plan: Plan
    left: LeftAlone
    nodes: Sequence[cst.CSTNode]
    names: frozenset[str]


def needed_elsewhere(modules: Mapping[str, Remains]) -> dict[str, set[str]]:
    """The names that each module must go on importing for what is left in others."""
    needed: dict[str, set[str]] = defaultdict(set)
    todo = [found for each in modules.values() for found in _sources(each, modules)]
    while todo:
        name, inner = todo.pop()
        if inner not in needed[name]:
            needed[name].add(inner)
            todo += _source(modules[name], inner, modules)
    return needed


def _sources(remains: Remains, modules: Mapping[str, Remains]) -> Iterator[Name]:
    for name in remains.names:
        yield from _source(remains, name, modules)
    for node in remains.nodes:
        while isinstance(node, cst.Attribute):
            for atom in remains.facts.value(node.value):
                if isinstance(atom, Module):
                    yield atom.name, node.attr.value
            node = node.value


def _source(remains: Remains, name: str, modules: Mapping[str, Remains]) -> Iterator[Name]:
    """Where in the program a module has imported a name from."""
    for source, inner in _imports_of(remains, name):
        target = remains.module.imports.get(source)
        if target is not None and inner in modules[target].module.scope.names:
            yield target, inner


def _imports_of(remains: Remains, name: str) -> Iterator[tuple[str, str]]:
    index = remains.module.index
    if name in index.imported:
        yield index.imported[name]
    for source in index.starred:
        yield source, name


def keep_for_others(remains: Remains, names: set[str]) -> None:
    """Mark the imports that other modules still need."""
    for node in remains.facts.index.nodes(cst.ImportAlias):
        name = node.evaluated_alias or node.evaluated_name
        if name in names and name in remains.facts.import_names:
            message = f"other files import {name} from here: it goes when they are migrated."
            remains.plan.found(node, EXPORTED, "manual", message)


def shown(module: SourceModule) -> Iterator[tuple[cst.CSTNode, str]]:
    """The names that a package imports only for others to import them from it."""
    if not module.package:
        return
    read = {name.value for name in names_in(module.index.module) if not _is_imported(module, name)}
    for statement in module.index.module.body:
        for node in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
                for alias in node.names:
                    name = alias.evaluated_alias or alias.evaluated_name
                    if name not in read:
                        yield alias, name


def _is_imported(module: SourceModule, name: cst.Name) -> bool:
    parents = module.index.ancestors(name)
    return any(isinstance(parent, cst.Import | cst.ImportFrom) for parent in parents)


def can_be_imported(rule: NameRule) -> bool:
    """Whether what a name becomes can be imported, and stands for the name wherever it is used."""
    module, _, name = (rule.becomes or "").partition(".")
    certain = not (rule.annotates or rule.review or rule.manual)
    return certain and module in ("types", "errors") and name.isidentifier()


def import_of(rule: NameRule, name: str) -> str:
    """The import that binds what a name becomes by the name that it had."""
    module, _, inner = (rule.becomes or "").partition(".")
    alias = "" if inner == name else f" as {name}"
    return f"from google.genai.{module} import {inner}{alias}"


def drop_passed_on(remains: Remains, kept: set[str]) -> None:
    """Take away imports of legacy names from other modules, once nothing here needs them."""
    facts = remains.facts
    for node in facts.index.nodes(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            continue
        unused = [alias for alias in node.names if _is_passed_on(remains, alias, kept)]
        if unused:
            drop_names(facts, remains.plan, node, unused)


def is_unfinished(remains: Remains) -> bool:
    """Whether anything is left in a module for a person, and not only what goes on anyway."""
    if not remains.facts.whole.going_on:
        return True
    index, going_on = remains.facts.index, set(remains.facts.going_on)
    manual = any(finding.status == "manual" for finding in remains.plan.findings)
    return (
        manual
        or any(node in index for node in remains.left.nodes)
        or any(
            node not in going_on and index.parents.get(node) not in remains.plan.kept_calls
            for node in remains.nodes
        )
    )


def _is_passed_on(remains: Remains, alias: cst.ImportAlias, kept: set[str]) -> bool:
    facts = remains.facts
    bound = leftmost(alias.asname.name if alias.asname is not None else alias.name)
    source, _ = facts.index.imported.get(bound, ("", ""))
    values = facts.value(alias.asname.name if alias.asname is not None else alias.name)
    legacy = [a for a in values if isinstance(a, Symbol) and facts.pack.is_legacy(a.name)]
    return (
        bound not in kept
        and bound in facts.import_names
        and remains.module.imports.get(source) is not None
        and bool(legacy)
        and len(legacy) == len(values)
    )
