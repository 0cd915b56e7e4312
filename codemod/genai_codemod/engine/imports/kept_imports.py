"""Which imports of the legacy SDK stay in a module, and what new ones are called beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.imports.legacy_imports import (
    legacy_names,
)
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import dotted_name, leftmost
from genai_codemod.engine.syntax.parts import names_in

IMPORTS = "imports.replaced"


def kept_imports(facts: Facts, remaining: Sequence[cst.CSTNode]) -> dict[tuple[str, ...], set[str]]:
    """The legacy names that are still used, by the path of functions that imports them."""
    kept: dict[tuple[str, ...], set[str]] = defaultdict(set)
    kept[()] = set()
    for node in remaining:
        name = leftmost(node)
        scope = facts.index.scope(node).binding_scope(name)
        path: list[str] = []
        if scope is not None and isinstance(scope.node, cst.FunctionDef):
            chain = (scope.node, *facts.index.ancestors(scope.node))
            path = [n.name.value for n in chain if isinstance(n, cst.FunctionDef)]
        kept[tuple(reversed(path))].add(name)
    return kept


def unread_imports(facts: Facts) -> set[str]:
    """The names that imports bind for other reasons than to be read in this module."""
    read = {name.value for name in names_in(facts.module) if not facts.in_import(name)}
    bound = {
        name
        for node in facts.index.nodes(cst.Import, cst.ImportFrom)
        for _, name in legacy_names(node, facts.pack)
    }
    return bound - read


def own_imports(module: SourceModule, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
    """The names that imports bind to modules of the program which are called like the package."""
    for node in facts.index.nodes(cst.Import, cst.ImportFrom):
        source = dotted_name(node.module) if isinstance(node, cst.ImportFrom) else None
        for alias, name in legacy_names(node, facts.pack):
            if (source or dotted_name(alias.name)) in module.imports:
                yield functions_around(facts, node), name


def imported_without_a_rule(facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
    """The names that imports bind to what is there now as well, by the path of functions."""
    for node in facts.index.nodes(cst.Import, cst.ImportFrom):
        module = dotted_name(node.module) if isinstance(node, cst.ImportFrom) else None
        for alias, name in legacy_names(node, facts.pack):
            dotted = ".".join(filter(None, (module, dotted_name(alias.name))))
            if facts.pack.canonical(dotted) not in facts.pack.names:
                yield functions_around(facts, node), name


def functions_around(facts: Facts, node: cst.CSTNode) -> tuple[str, ...]:
    """The names of the functions that a node stands in, the outermost first."""
    around = (node, *facts.index.ancestors(node))
    names = [each.name.value for each in around if isinstance(each, cst.FunctionDef)]
    return tuple(reversed(names))


def ignored_imports(facts: Facts, plan: Plan) -> Iterator[tuple[tuple[str, ...], str]]:
    """The names that imports bind which are ignored, by the path of functions they stand in."""
    if not plan.ignores.anything:
        return
    for node in facts.index.parents:
        for _, name in legacy_names(node, facts.pack):
            if plan.ignores.whole or plan.ignores.statement(facts.index, node, IMPORTS) is not None:
                yield functions_around(facts, node), name


def choose_aliases(plan: Plan, kept: set[str]) -> None:
    """Where a name for the new SDK is still taken by the old one, take another."""
    if plan.names["genai"] in kept:
        plan.names["genai"] = "google_genai"
        if plan.names["types"].startswith("genai."):
            plan.names["types"] = "google_genai.types"
            plan.names["errors"] = "google_genai.errors"
    for needed in ("types", "errors", "client"):
        if plan.names[needed] in kept:
            plan.names[needed] = f"genai_{needed}"
