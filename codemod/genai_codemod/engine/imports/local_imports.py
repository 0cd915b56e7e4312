"""Imports inside functions and branches, of which only those stay that are needed there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

import libcst as cst

from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.imports.import_parts import with_names
from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_of

UNUSED = cst.TrailingWhitespace(
    whitespace=cst.SimpleWhitespace("  "), comment=cst.Comment("# noqa: F401")
)
_FAILING = frozenset({"ImportError", "ModuleNotFoundError"})


class Removed(cst.SimpleStatementLine):
    """The place of an import that is gone; its comments move to what follows."""


class LocalImport(cst.SimpleStatementLine):
    """A new import inside a function or branch, which may turn out not to be needed there."""


class GuardedImport(LocalImport):
    """A new import that a ``try`` statement asks with whether the SDK is installed."""


def is_guard(node: cst.Try) -> bool:
    """Whether a ``try`` statement handles that an import fails."""
    return any(
        dotted_name(each) in _FAILING
        for handler in node.handlers
        for each in class_list(handler.type)
    )


class UsedImports(cst.CSTTransformer):
    """Takes out of the new local imports what a function does not use."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self.used = used

    def leave_LocalImport(
        self, original_node: LocalImport, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        small = updated_node.body[0]
        assert isinstance(small, cst.ImportFrom)
        assert not isinstance(small.names, cst.ImportStar)
        names = [
            alias
            for alias in small.names
            if (alias.evaluated_alias or alias.evaluated_name) in self.used
        ]
        kept = with_names(small, names)
        if kept:
            return updated_node.with_changes(body=kept)
        if isinstance(original_node, GuardedImport):
            # What handles a failing import relies on one that can fail.
            return updated_node.with_changes(trailing_whitespace=UNUSED)
        if comments(updated_node):
            return Removed(body=[cst.Pass()], leading_lines=updated_node.leading_lines)
        return cst.RemoveFromParent()

    def leave_GuardedImport(
        self, original_node: GuardedImport, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        return self.leave_LocalImport(original_node, updated_node)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body, left = without_removed(updated_node.body)
        if not body:
            nothing = cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=left)
            return updated_node.with_changes(body=[nothing])
        updated_node = updated_node.with_changes(body=body, footer=[*left, *updated_node.footer])
        first = updated_node.body[0]
        if isinstance(original_node.body[0], LocalImport) and not isinstance(first, LocalImport):
            return updated_node.with_changes(body=[_at_start(first), *updated_node.body[1:]])
        return updated_node


def _at_start(statement: cst.BaseStatement) -> cst.BaseStatement:
    """A statement without the blank lines that were between it and an import."""
    lines = list(getattr(statement, "leading_lines", ()))
    while lines and lines[0].comment is None:
        del lines[0]
    return statement.with_changes(leading_lines=lines)


def once(body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """A block with each new import in it only once, and without those that it has already."""
    seen = {
        source_of(small)
        for statement in body
        if isinstance(statement, cst.SimpleStatementLine) and not isinstance(statement, LocalImport)
        for small in statement.body
        if isinstance(small, cst.ImportFrom)
    }
    kept: list[cst.BaseStatement] = []
    for statement in body:
        if isinstance(statement, LocalImport):
            text = source_of(statement.body[0])
            if text in seen and not comments(statement):
                continue
            seen.add(text)
        kept.append(statement)
    return kept


def without_removed(
    body: Sequence[cst.BaseStatement],
) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
    """The statements that stay, with the comments of those that go, and what is left over."""
    kept: list[cst.BaseStatement] = []
    pending: list[cst.EmptyLine] = []
    for statement in body:
        if isinstance(statement, Removed):
            pending.extend(statement.leading_lines)
        elif pending:
            lines = statement.leading_lines  # type: ignore[attr-defined]
            above = commented(pending) if lines or not kept else pending
            kept.append(statement.with_changes(leading_lines=[*above, *lines]))
            pending = []
        else:
            kept.append(statement)
    if kept and body and isinstance(body[0], Removed):
        kept[0] = _without_blanks_above(kept[0])
    return kept, commented(pending)


def _without_blanks_above(statement: cst.BaseStatement) -> cst.BaseStatement:
    """A statement that now begins its block, as the one before it did."""
    lines: Sequence[cst.EmptyLine] = statement.leading_lines  # type: ignore[attr-defined]
    shown = list(dropwhile(lambda line: line.comment is None, lines))
    return statement.with_changes(leading_lines=shown)


def commented(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [line for line in lines if line.comment is not None]
