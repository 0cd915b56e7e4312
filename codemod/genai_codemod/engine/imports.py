"""Replaces the imports of the legacy SDK by those that the rewritten code needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.comments import comments
from genai_codemod.engine.plan import MARKER, marker
from genai_codemod.engine.rules import Rule, RulePack
from genai_codemod.engine.syntax import dotted_name, leftmost

KEPT = Rule("imports.legacy-stays", guide="https://ai.google.dev/gemini-api/docs/migrate")
KEPT_MESSAGE = "remove this import once the lines marked below are migrated."


def legacy_names(node: cst.CSTNode, pack: RulePack) -> list[tuple[cst.ImportAlias, str]]:
    """The aliases of an import statement that bind something legacy, with the bound name."""
    if isinstance(node, cst.Import):
        pairs = [(alias, dotted_name(alias.name) or "") for alias in node.names]
    elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
        module = dotted_name(node.module) or ""
        if node.relative:
            return []
        pairs = [(alias, f"{module}.{dotted_name(alias.name)}") for alias in node.names]
    else:
        return []
    found = []
    for alias, dotted in pairs:
        if pack.is_legacy(pack.canonical(dotted)):
            bound = leftmost(alias.asname.name) if alias.asname else leftmost(alias.name)
            found.append((alias, bound))
    return found


def is_legacy_star(node: cst.CSTNode, pack: RulePack) -> bool:
    return (
        isinstance(node, cst.ImportFrom)
        and isinstance(node.names, cst.ImportStar)
        and pack.is_legacy(pack.canonical(dotted_name(node.module) or ""))
    )


class _Removed(cst.SimpleStatementLine):
    """The place of an import that is gone; its comments move to what follows."""


class ImportEditor(cst.CSTTransformer):
    """Puts the new imports where the old ones stood.

    ``needed`` maps each module of the new SDK to the name it has in this file; ``kept`` are the
    bound names whose legacy import must stay.  ``needs_top`` says that module-level code uses the
    new modules even if only functions imported the old ones.
    """

    def __init__(
        self, pack: RulePack, needed: dict[str, str], kept: set[str], *, needs_top: bool
    ) -> None:
        super().__init__()
        self.pack = pack
        self.needed = needed
        self.kept = kept
        self.placed_at_top = False
        self.needs_top = needs_top
        self._header_marked = False
        self._functions = 0
        self._placed: list[bool] = []

    def visit_Module(self, node: cst.Module) -> bool:
        text = marker(KEPT, KEPT_MESSAGE)
        self._first = node.body[0] if node.body else None
        self._header_marked = any(c.comment and c.comment.value == text for c in node.header)
        return True

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        del original_node
        kept, footer = _without_removed(updated_node.body)
        updated_node = updated_node.with_changes(body=kept, footer=[*footer, *updated_node.footer])
        if not self.needs_top or self.placed_at_top:
            return updated_node
        position = first_definition(updated_node)
        new: list[cst.BaseStatement] = [_line(part) for part in import_statements(self.needed)]
        body = [*updated_node.body[:position], *new, *updated_node.body[position:]]
        return updated_node.with_changes(body=body)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self._functions += 1
        self._placed.append(False)
        return True

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._functions -= 1
        self._placed.pop()
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        legacy = [small for small in updated_node.body if legacy_names(small, self.pack)]
        if not legacy:
            return updated_node
        rest = [small for small in updated_node.body if small not in legacy]
        kept: list[cst.BaseSmallStatement] = []
        foreign: list[cst.BaseSmallStatement] = []
        for small in legacy:
            assert isinstance(small, cst.Import | cst.ImportFrom)
            stays, other = self._split(small)
            kept.extend(stays)
            foreign.extend(other)
        new = self._new_imports()
        parts = [*foreign, *new]
        lines = [_line(part) for part in parts]
        if kept:
            lead = [cst.EmptyLine(comment=cst.Comment(marker(KEPT, KEPT_MESSAGE)))]
            if self._header_marked and original_node is self._first:
                lead = []
            for index, part in enumerate(kept):
                lines.insert(index, _line(part, lead if index == 0 else []))
        if rest:
            shared = _markers(updated_node.leading_lines) if kept else []
            bare = [_bare(small) for small in rest]
            lines.append(cst.SimpleStatementLine(body=bare, leading_lines=shared))
        lost = [text for small in legacy for text in comments(small)]
        if not lines:
            lost.extend(comments(updated_node.trailing_whitespace))
            return _Removed(
                body=[cst.Pass()], leading_lines=[*updated_node.leading_lines, *_noted(lost)]
            )
        kept_text = Counter(text for line in lines for text in comments(line))
        missing = list((Counter(lost) - kept_text).elements())
        first = lines[0].with_changes(leading_lines=[*_noted(missing), *lines[0].leading_lines])
        leading = (
            _without_marker(updated_node.leading_lines) if kept else updated_node.leading_lines
        )
        lines[0] = first.with_changes(leading_lines=[*leading, *first.leading_lines])
        lines[-1] = lines[-1].with_changes(trailing_whitespace=updated_node.trailing_whitespace)
        return cst.FlattenSentinel(lines)

    def _split(
        self, node: cst.Import | cst.ImportFrom
    ) -> tuple[list[cst.BaseSmallStatement], list[cst.BaseSmallStatement]]:
        """The part of an import that stays because it is still used, and what is not legacy."""
        legacy = legacy_names(node, self.pack)
        stays = [alias for alias, bound in legacy if bound in self.kept]
        assert not isinstance(node.names, cst.ImportStar)
        names = {id(alias) for alias, _ in legacy}
        other = [alias for alias in node.names if id(alias) not in names]
        return _with_names(node, stays), _with_names(node, other)

    def _new_imports(self) -> list[cst.BaseSmallStatement]:
        if self._functions:
            if self.placed_at_top or self._placed[-1]:
                return []
            self._placed[-1] = True
        elif self.placed_at_top:
            return []
        else:
            self.placed_at_top = True
        return import_statements(self.needed)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body, footer = _without_removed(updated_node.body)
        if original_node.body and not body:
            body = [cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=footer)]
            footer = []
        return updated_node.with_changes(body=body, footer=[*footer, *updated_node.footer])


def _without_removed(
    body: Sequence[cst.BaseStatement],
) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
    """The statements that stay, with the comments of those that go, and what is left over."""
    kept: list[cst.BaseStatement] = []
    pending: list[cst.EmptyLine] = []
    for statement in body:
        if isinstance(statement, _Removed):
            pending.extend(line for line in statement.leading_lines if line.comment is not None)
        elif pending:
            lines = statement.leading_lines  # type: ignore[attr-defined]
            kept.append(statement.with_changes(leading_lines=[*pending, *lines]))
            pending = []
        else:
            kept.append(statement)
    return kept, pending


def _noted(texts: Sequence[str]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=cst.Comment(text)) for text in texts]


def _markers(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [line for line in lines if line.comment and line.comment.value.startswith(MARKER)]


def first_definition(module: cst.Module) -> int:
    """The position of the first statement that is not a docstring, an import or a guard of one."""
    for position, statement in enumerate(module.body):
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            return position
    return len(module.body)


def import_statements(needed: dict[str, str]) -> list[cst.BaseSmallStatement]:
    """``from google import genai`` and ``from google.genai import errors, types``."""
    statements: list[cst.BaseSmallStatement] = []
    if "genai" in needed:
        statements.append(_from("google", {"genai": needed["genai"]}))
    inner = {name: alias for name, alias in sorted(needed.items()) if name != "genai"}
    if inner:
        statements.append(_from("google.genai", inner))
    return statements


def _from(module: str, names: dict[str, str]) -> cst.ImportFrom:
    parts = [name if alias == name else f"{name} as {alias}" for name, alias in names.items()]
    statement = cst.parse_statement(f"from {module} import {', '.join(parts)}\n")
    assert isinstance(statement, cst.SimpleStatementLine)
    small = statement.body[0]
    assert isinstance(small, cst.ImportFrom)
    return small


def _with_names(
    node: cst.Import | cst.ImportFrom, aliases: Sequence[cst.ImportAlias]
) -> list[cst.BaseSmallStatement]:
    if not aliases:
        return []
    assert not isinstance(node.names, cst.ImportStar)
    if len(aliases) == len(node.names):
        return [_bare(node)]
    last = aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return [_bare(node.with_changes(names=[*aliases[:-1], last]))]


def _bare(small: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    return small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)


def _line(
    small: cst.BaseSmallStatement, leading: Sequence[cst.EmptyLine] = ()
) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine(body=[small], leading_lines=leading)


def _without_marker(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    text = marker(KEPT, KEPT_MESSAGE)
    return [line for line in lines if line.comment is None or line.comment.value != text]
