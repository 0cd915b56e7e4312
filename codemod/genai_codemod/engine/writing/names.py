"""Chooses names for what the rewritten code needs, so that none collides with the user's."""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.clients.client_names import candidates, getter_candidates, pick
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.imports.legacy_imports import legacy_names
from genai_codemod.engine.imports.local_definitions import imports_in_functions, in_function
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import dotted_name


def choose_names(facts: Facts, plan: Plan) -> None:
    """Fill ``plan.names`` for the client and the modules of the new SDK.

    The client is called ``plan.client_name`` where that is free.
    """
    bound: set[str] = set()
    legacy: set[str] = set()
    aliases: list[str] = []
    existing: dict[str, str] = {}
    guarded = certain = False
    for scope in facts.index.scopes.values():
        bound |= scope.names
    for node in facts.index.nodes(cst.Import, cst.ImportFrom):
        for alias, name in legacy_names(node, facts.pack):
            legacy.add(name)
            if not facts.pack.shared and _is_root(facts, alias, node):
                aliases.append(name)
                guarded = guarded or _guarded(facts, node)
                certain = certain or not (_guarded(facts, node) or in_function(facts, node))
        if not in_function(facts, node):
            existing |= _existing(node)
    guarded = guarded and not certain
    free = bound - _only_legacy(facts, legacy)
    if plan.client_name.startswith("_"):
        free |= _helper_names(facts)
    plan.names["client"] = pick(candidates(plan.client_name), free)
    plan.names["get_client"] = pick(getter_candidates(plan.client_name), free)
    plan.taken = bound | _attribute_names(facts) | set(plan.names.values())
    plan.companions.taken |= plan.taken
    own = {part for package in facts.pack.packages for part in package.split(".")}
    named = [alias for alias in aliases if alias not in own]
    genai = named[0] if named else "genai"
    if genai not in legacy and genai in free:
        genai = "google_genai"
    plan.names["genai"] = existing.get("genai", genai)
    for module in ("types", "errors"):
        if module in existing:
            plan.names[module] = existing[module]
        elif guarded:
            plan.names[module] = f"{plan.names['genai']}.{module}"
        else:
            plan.names[module] = pick((module, f"genai_{module}", f"google_{module}"), free)
    plan.existing = frozenset(existing)
    plan.guarded = guarded
    plan.local = not existing and imports_in_functions(facts)


def _helper_names(facts: Facts) -> set[str]:
    """What the helpers define that may be written into a module; all of it begins with ``_``."""
    definitions = re.compile(r"^(?:async )?(?:def|class) (\w+)", re.MULTILINE)
    return {name for text in facts.pack.helpers.values() for name in definitions.findall(text)}


def _is_root(facts: Facts, alias: cst.ImportAlias, node: cst.CSTNode) -> bool:
    """Whether an alias binds the legacy package itself."""
    text = cst.Module([]).code_for_node(alias.name)
    if isinstance(node, cst.ImportFrom):
        text = f"{dotted_name(node.module)}.{text}"
    return facts.pack.canonical(text) in facts.pack.packages


def _guarded(facts: Facts, node: cst.CSTNode) -> bool:
    return any(isinstance(parent, cst.Try) for parent in facts.index.ancestors(node))


def _only_legacy(facts: Facts, legacy: set[str]) -> set[str]:
    """Names that are bound by a legacy import and by nothing else."""
    found = set(legacy)
    for node, value in facts.values.items():
        if isinstance(node, cst.Name) and node.value in found and not facts.in_import(node):
            parent = facts.index.parents.get(node)
            if isinstance(parent, cst.AssignTarget | cst.For | cst.NamedExpr):
                if not _placeholder(parent):
                    found.discard(node.value)
            del value
    return found


def _placeholder(parent: cst.CSTNode) -> bool:
    """``genai = None``, what people write where the import failed."""
    return isinstance(parent, cst.AssignTarget)


def _existing(node: cst.Import | cst.ImportFrom) -> dict[str, str]:
    """Modules of the new SDK that the file imports already, with their names."""
    if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
        return {}
    module = cst.Module([]).code_for_node(node.module) if node.module else ""
    wanted = {"google": ("genai",), "google.genai": ("types", "errors")}.get(module, ())
    return {
        alias.evaluated_name: alias.evaluated_alias or alias.evaluated_name
        for alias in node.names
        if alias.evaluated_name in wanted
    }


def _attribute_names(facts: Facts) -> set[str]:
    return {node.attr.value for node in facts.index.nodes(cst.Attribute)}
