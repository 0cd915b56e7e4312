"""Takes away imports of shared libraries that nothing uses any more once a module is migrated."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.package_names import lies_in
from genai_codemod.engine.syntax.module_syntax import dotted_name, leftmost, source_of, string_value
from genai_codemod.engine.syntax.parts import names_in


def drop_unused(facts: Facts, plan: Plan, gone: set[cst.CSTNode]) -> None:
    """Drop the imports that only ``gone`` expressions, or nothing at all, went through.

    What nothing ever used in a module without the SDK is of another library, and not our business.
    """
    rewritten = {leftmost(node) for node in gone}
    uses_sdk = imports_legacy(facts.module, facts.pack)
    exported = _exported(facts)
    for statement in facts.index.nodes(cst.Import, cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            continue
        unused = [
            alias
            for alias in statement.names
            if (
                _bound(alias) in rewritten
                or (uses_sdk and _names_exception(facts, alias, statement))
            )
            and _bound(alias) not in exported
            and not _used(facts, alias, statement, gone)
        ]
        if unused or statement in plan.added_names:
            drop_names(facts, plan, statement, unused)


def drop_emptied(facts: Facts, plan: Plan, gone: set[cst.CSTNode]) -> None:
    """Drop the imports that only ``gone`` expressions went through."""
    rewritten = {leftmost(node) for node in gone}
    exported = _exported(facts)
    for statement in facts.index.nodes(cst.Import, cst.ImportFrom) if gone else ():
        if isinstance(statement.names, cst.ImportStar) or statement in plan.added_names:
            continue
        unused = [
            alias
            for alias in statement.names
            if _bound(alias) in rewritten - exported and not _used(facts, alias, statement, gone)
        ]
        if unused and statement not in plan.replace:
            drop_names(facts, plan, statement, unused)


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
        through = lies_in(text, path) or bound == path
        if through and not any(each in gone for each in (whole, name)):
            return True
    return False


def _names_exception(
    facts: Facts, alias: cst.ImportAlias, statement: cst.Import | cst.ImportFrom
) -> bool:
    """Whether an import, that may never have been used, is of a legacy exception."""
    module = statement.module if isinstance(statement, cst.ImportFrom) else None
    dotted = ".".join(filter(None, (dotted_name(module), dotted_name(alias.name))))
    return any(lies_in(name, dotted) for name in facts.pack.exceptions if dotted.count(".") > 1)


def _exported(facts: Facts) -> set[str]:
    """The names in ``__all__``."""
    found: set[str] = set()
    assigns: list[cst.Assign | cst.AugAssign | cst.AnnAssign] = [
        *facts.index.nodes(cst.Assign, cst.AugAssign),
        *facts.index.nodes(cst.AnnAssign),
    ]
    for node in assigns:
        target = node.targets[0].target if isinstance(node, cst.Assign) else node.target
        if source_of(target).startswith("__all__"):
            texts = (string_value(each) for each in facts.index.within(node))
            found |= {text for text in texts if text is not None}
    return found


def drop_names(
    facts: Facts,
    plan: Plan,
    statement: cst.Import | cst.ImportFrom,
    unused: list[cst.ImportAlias],
) -> None:
    """Take some names out of an import, or the import away."""
    assert not isinstance(statement.names, cst.ImportStar)
    added = plan.added_names.get(statement, set())
    positions = [p for p, alias in enumerate(statement.names) if alias not in unused]
    line = facts.index.parents[statement]
    assert isinstance(line, cst.SimpleStatementLine)
    if positions or added:
        plan.replace[statement] = lambda updated: _renamed(updated, positions, added)
    elif len(line.body) == 1:
        plan.remove.add(line)
        _keep_space(facts, plan, line)


def _renamed(updated: cst.CSTNode, positions: list[int], added: set[str]) -> cst.CSTNode:
    """An import with some of its names, and others."""
    assert isinstance(updated, cst.Import | cst.ImportFrom)
    assert not isinstance(updated.names, cst.ImportStar)
    names = [alias.evaluated_name for alias in updated.names]
    kept = [updated.names[position] for position in positions]
    present = {alias.evaluated_name for alias in kept}
    kept += [cst.ImportAlias(cst.Name(name)) for name in sorted(added - present)]
    if added and names == sorted(names):
        kept.sort(key=lambda alias: alias.evaluated_name)
    comma = updated.names[0].comma
    last = updated.names[-1].comma if len(kept) == len(names) else cst.MaybeSentinel.DEFAULT
    commas = [*([comma] * (len(kept) - 1)), last]
    pairs = zip(kept, commas, strict=True)
    return updated.with_changes(names=[alias.with_changes(comma=each) for alias, each in pairs])


def _keep_space(facts: Facts, plan: Plan, line: cst.SimpleStatementLine) -> None:
    """Move the blank lines above a line that goes to the one below it."""
    block = facts.index.parents[line]
    body = [*block.body, None]  # type: ignore[attr-defined]
    following = body[body.index(line) + 1]
    blank = [each for each in line.leading_lines if each.comment is None]
    if following in plan.remove or following is None or following.leading_lines or not blank:
        return

    def add(updated: cst.CSTNode) -> cst.CSTNode:
        return updated.with_changes(leading_lines=blank)

    plan.wrap[following] = add
