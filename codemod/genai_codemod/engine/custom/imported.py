"""What the import statements of a module bind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import (
    SyntaxIndex,
    dotted_name,
    leftmost,
    source_module,
)

Import = cst.Import | cst.ImportFrom


@dataclass(frozen=True, slots=True)
class Imported:
    """One name that an import statement binds: what it is, where, and as what.

    ``whole`` says that it is ``import a.b``, which binds ``a``.
    """

    statement: Import
    alias: cst.ImportAlias
    scope: cst.CSTNode
    bound: str
    dotted: str
    whole: bool


def imported(index: SyntaxIndex, pack: RulePack) -> Iterator[Imported]:
    """What the import statements of a module bind."""
    for statement in index.nodes(cst.Import, cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            continue
        scope = index.scope(statement).node
        for alias in statement.names:
            name = dotted_name(alias.name) or ""
            bound = leftmost(alias.asname.name if alias.asname else alias.name)
            if isinstance(statement, cst.ImportFrom):
                dotted = pack.canonical(f"{module_of(statement, pack).rstrip('.')}.{name}")
                yield Imported(statement, alias, scope, bound, dotted, False)
            else:
                whole = alias.asname is None and "." in name
                yield Imported(statement, alias, scope, bound, name, whole)


def module_of(statement: cst.ImportFrom, pack: RulePack) -> str:
    """The module that a statement imports from; a relative one by its name, if that is known."""
    return pack.canonical(source_module(statement))


def first_name(node: cst.CSTNode) -> cst.Name | None:
    """The first name of a dotted expression."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None
