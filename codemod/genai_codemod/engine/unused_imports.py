"""Takes away imports of shared libraries that nothing uses any more once a module is migrated."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.handlers import names_in
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax import dotted_name, leftmost


def drop_unused(facts: Facts, plan: Plan, gone: set[cst.CSTNode]) -> None:
    """Drop the imports that only ``gone`` expressions went through."""
    rewritten = {leftmost(node) for node in gone}
    for statement in facts.index.parents:
        if not isinstance(statement, cst.Import | cst.ImportFrom):
            continue
        if isinstance(statement.names, cst.ImportStar):
            continue
        unused = [
            alias
            for alias in statement.names
            if _bound(alias) in rewritten and not _used(facts, alias, statement, gone)
        ]
        if unused:
            _drop(facts, plan, statement, unused)


def _bound(alias: cst.ImportAlias) -> str:
    return leftmost(alias.asname.name if alias.asname is not None else alias.name)


def _used(
    facts: Facts,
    alias: cst.ImportAlias,
    statement: cst.Import | cst.ImportFrom,
    gone: set[cst.CSTNode],
) -> bool:
    """Whether anything but what is gone still goes through an import."""
    bound = _bound(alias)
    path = bound
    if isinstance(statement, cst.Import) and alias.asname is None:
        path = dotted_name(alias.name) or bound
    for name in names_in(facts.module):
        if name.value != bound or facts.in_import(name):
            continue
        whole: cst.CSTNode = name
        while isinstance(parent := facts.index.parents.get(whole), cst.Attribute):
            if whole in gone:
                break
            whole = parent
        text = dotted_name(whole) or bound
        through = text == path or text.startswith(path + ".") or bound == path
        if through and not any(each in gone for each in (whole, name)):
            return True
    return _exported(facts, bound)


def _exported(facts: Facts, name: str) -> bool:
    return any(
        isinstance(node, cst.SimpleString) and node.raw_value == name
        for node in facts.index.parents
    )


def _drop(
    facts: Facts,
    plan: Plan,
    statement: cst.Import | cst.ImportFrom,
    unused: list[cst.ImportAlias],
) -> None:
    assert not isinstance(statement.names, cst.ImportStar)
    positions = [p for p, alias in enumerate(statement.names) if alias not in unused]
    line = facts.index.parents[statement]
    assert isinstance(line, cst.SimpleStatementLine)
    if not positions and len(line.body) == 1:
        plan.remove.add(line)
        return
    if not positions:
        return

    def build(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Import | cst.ImportFrom)
        assert not isinstance(updated.names, cst.ImportStar)
        kept = [updated.names[position] for position in positions]
        if positions[-1] != len(updated.names) - 1:
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated.with_changes(names=kept)

    plan.replace[statement] = build
