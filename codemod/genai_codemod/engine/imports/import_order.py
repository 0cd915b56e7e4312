"""Keeps imports in the order a file had them, as isort and ruff would write them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from typing import TypeGuard

import libcst as cst

from genai_codemod.engine.imports.import_merging import imported_names, merged_line
from genai_codemod.engine.rule_packs.template import small_statement
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_module

Key = tuple[object, ...]
Line = cst.SimpleStatementLine | cst.BaseCompoundStatement


def keep_order(original: cst.Module, updated: cst.Module) -> cst.Module:
    """Sort the import blocks of ``updated`` where those of ``original`` were sorted."""
    blocks = [block for block in _blocks(original.body) if len(block) > 1]
    style = next(
        (key for key in (_plain_first, _by_module) if all(map(_sorted_by(key), blocks))),
        None,
    )
    if style is None:
        return updated
    body = list(updated.body)
    for start, block in _placed_blocks(updated.body):
        if any(line.comment is not None for line in block[0].leading_lines):
            # The comment speaks of the line below it, which must not move.
            start, block = start + 1, block[1:]
        ordered = sorted(block, key=style)
        if ordered != block:
            lines = block[0].leading_lines
            trailing = [line.with_changes(leading_lines=[]) for line in ordered[1:]]
            body[start : start + len(block)] = [
                ordered[0].with_changes(leading_lines=lines),
                *trailing,
            ]
    return updated.with_changes(body=body)


def place_imports(module: cst.Module, lines: Sequence[cst.SimpleStatementLine]) -> cst.Module:
    """Put new imports after those at the top of a module."""
    end = imports_end(module)
    body, first = list(module.body), lines[0]
    above = body[end - 1] if end else None
    if above is not None and (not _is_import(above) or _is_standard(above)):
        first = first.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    if body[end:] and not any(map(_holds_import, body[:end])):
        compound = isinstance(body[end], cst.FunctionDef | cst.ClassDef)
        comments = [line for line in body[end].leading_lines if line.comment is not None]
        blank = [cst.EmptyLine(indent=False)] * (2 if compound else 1)
        body[end] = body[end].with_changes(leading_lines=[*blank, *comments])
    body[end:end] = [first, *lines[1:]]
    return module.with_changes(body=body)


def add_imports(module: cst.Module, texts: Sequence[str]) -> cst.Module:
    """Add imports, each after others of its sort: the standard library or other packages."""
    top = module.body[: imports_end(module)]
    present = {module.code_for_node(line).strip() for line in top if _is_import(line)}
    present |= {f"import {name}" for line in top for name in _modules_bound(line)}
    imported = imported_names(top)
    smalls = [_without(small_statement(text), imported) for text in texts if text not in present]
    module, apart = _merge(module, [small for small in smalls if small is not None])
    new = [cst.SimpleStatementLine(body=[small]) for small in apart]
    packages = [line for line in new if not _is_standard(line)]
    for start, block in _placed_blocks(module.body) if packages else ():
        if any(not _is_standard(line) and not _module(line).startswith(".") for line in block):
            end = start + len(block)
            body = [*module.body[:end], *packages, *module.body[end:]]
            module = module.with_changes(body=body)
            new = [line for line in new if _is_standard(line)]
            break
    return _add_standard(module, new) if new else module


def _modules_bound(line: Line) -> list[str]:
    """The modules that a line imports by their own names: ``import json, os``."""
    if not isinstance(line, cst.SimpleStatementLine):
        return []
    return [
        alias.evaluated_name
        for small in line.body
        if isinstance(small, cst.Import)
        for alias in small.names
        if alias.asname is None
    ]


def _add_standard(module: cst.Module, new: list[cst.SimpleStatementLine]) -> cst.Module:
    body = list(module.body)
    for start, block in _placed_blocks(module.body):
        standard = [n for n, line in enumerate(block) if _is_standard(line)]
        if standard and not _is_future(block[standard[-1]]) and start < imports_end(module):
            end = start + standard[-1] + 1
            return module.with_changes(body=[*body[:end], *new, *body[end:]])
    position = _after_future(body)
    if position < len(body):
        target = body[position]
        blank = [cst.EmptyLine(indent=False)]
        if _is_import(target):
            new[0] = new[0].with_changes(leading_lines=target.leading_lines)
            body[position] = target.with_changes(leading_lines=blank)
        else:
            if not target.leading_lines:
                body[position] = target.with_changes(leading_lines=blank)
            if position:
                new[0] = new[0].with_changes(leading_lines=blank)
    return module.with_changes(body=[*body[:position], *new, *body[position:]])


def _merge(
    module: cst.Module, smalls: Sequence[cst.BaseSmallStatement]
) -> tuple[cst.Module, list[cst.BaseSmallStatement]]:
    """The module with what fits into imports that it has, and the imports that do not."""
    body = list(module.body)
    apart: list[cst.BaseSmallStatement] = []
    for small in smalls:
        for position, line in enumerate(body[: imports_end(module)]):
            if not isinstance(small, cst.ImportFrom) or not _is_import(line):
                continue
            merged = merged_line(line, small)
            if merged is not None:
                body[position] = merged
                break
        else:
            apart.append(small)
    return module.with_changes(body=body), apart


def _without(
    small: cst.BaseSmallStatement, imported: Collection[tuple[str, str]]
) -> cst.BaseSmallStatement | None:
    """An import without the names that are imported already; None if none is left."""
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar):
        return small
    source = cst.Module([]).code_for_node(small.module) if small.module else ""
    names = [alias for alias in small.names if (source, alias.evaluated_name) not in imported]
    if not names:
        return None
    names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return small.with_changes(names=names)


def _blocks(body: Sequence[Line]) -> list[list[cst.SimpleStatementLine]]:
    return [block for _, block in _placed_blocks(body)]


def _placed_blocks(body: Sequence[Line]) -> list[tuple[int, list[cst.SimpleStatementLine]]]:
    """Runs of import lines without a blank line or comment between, with where they start."""
    found: list[tuple[int, list[cst.SimpleStatementLine]]] = []
    previous = -2
    for position, line in enumerate(body):
        if not isinstance(line, cst.SimpleStatementLine) or not _is_import(line):
            continue
        if previous == position - 1 and not line.leading_lines:
            found[-1][1].append(line)
        else:
            found.append((position, [line]))
        previous = position
    return found


def _is_import(line: Line) -> TypeGuard[cst.SimpleStatementLine]:
    return (
        isinstance(line, cst.SimpleStatementLine)
        and len(line.body) == 1
        and isinstance(line.body[0], cst.Import | cst.ImportFrom)
    )


def _module(line: cst.SimpleStatementLine) -> str:
    small = line.body[0]
    if isinstance(small, cst.Import):
        return dotted_name(small.names[0].name) or ""
    assert isinstance(small, cst.ImportFrom)
    return source_module(small)


def _is_standard(line: cst.SimpleStatementLine) -> bool:
    return _module(line).partition(".")[0] in sys.stdlib_module_names


def _is_future(line: cst.SimpleStatementLine) -> bool:
    return _module(line) == "__future__"


def _plain_first(line: cst.SimpleStatementLine) -> Key:
    return (not _is_future(line), isinstance(line.body[0], cst.ImportFrom), _module(line).lower())


def _by_module(line: cst.SimpleStatementLine) -> Key:
    return (not _is_future(line), _module(line).lower(), isinstance(line.body[0], cst.ImportFrom))


def _sorted_by(
    key: Callable[[cst.SimpleStatementLine], Key],
) -> Callable[[list[cst.SimpleStatementLine]], bool]:
    return lambda block: block == sorted(block, key=key)


def _after_future(body: Sequence[Line]) -> int:
    """The position after a docstring and imports from ``__future__``."""
    position = 0
    for index, line in enumerate(body):
        docstring = (
            index == 0
            and isinstance(line, cst.SimpleStatementLine)
            and isinstance(line.body[0], cst.Expr)
            and isinstance(line.body[0].value, cst.SimpleString | cst.ConcatenatedString)
        )
        if not docstring and not (
            isinstance(line, cst.SimpleStatementLine) and _is_import(line) and _is_future(line)
        ):
            break
        position = index + 1
    return position


def imports_end(module: cst.Module) -> int:
    """The position after the imports (and their guards) at the top of a module."""
    position = _after_future(module.body)
    for index, statement in enumerate(module.body):
        if _holds_import(statement):
            position = index + 1
        elif not _is_preamble(statement):
            break
    return position


def run_end(body: Sequence[cst.CSTNode], start: int) -> int:
    """The position after the imports that stand at ``start``, one after another."""
    position = start
    while position < len(body) and _holds_import(body[position]):
        position += 1
    return position


def _holds_import(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return any(isinstance(small, cst.Import | cst.ImportFrom) for small in statement.body)
    if isinstance(statement, cst.With):
        return any(map(_holds_import, statement.body.body))
    if isinstance(statement, cst.Try | cst.If):
        return all(
            _holds_import(inner) or isinstance(inner, cst.SimpleStatementLine)
            for inner in statement.body.body
        ) and any(_holds_import(inner) for inner in statement.body.body)
    return False


def _is_preamble(statement: cst.CSTNode) -> bool:
    """Docstrings and short statements that people put between imports."""
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], cst.Expr
    )
