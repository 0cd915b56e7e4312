"""Imports that a module needs for what another module of the program lends it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.imports.import_order import place_imports
from genai_codemod.engine.syntax.module_syntax import source_module

Line = cst.SimpleStatementLine | cst.BaseCompoundStatement


def borrow(module: cst.Module, borrowed: Sequence[tuple[str, str, str]]) -> cst.Module:
    """Import names from other modules of the program, beside others from there if there are any."""
    for source, name, own in borrowed:
        alias = cst.ImportAlias(cst.Name(name))
        if own != name:
            alias = alias.with_changes(asname=cst.AsName(cst.Name(own)))
        body = list(module.body)
        position = _importing(body, source)
        if position is None:
            module = place_imports(module, [_import_line(source, alias)])
        else:
            body[position] = _with_alias(body[position], alias)
            module = module.with_changes(body=body)
    return module


def _importing(body: Sequence[Line], source: str) -> int | None:
    """The line that imports names from a module, and nothing else."""
    for position, line in enumerate(body):
        if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
            (small,) = line.body
            if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar):
                if source_module(small) == source:
                    return position
    return None


def _with_alias(line: Line, alias: cst.ImportAlias) -> Line:
    """An import line with one more name, in order if its names were in order."""
    assert isinstance(line, cst.SimpleStatementLine)
    (small,) = line.body
    assert isinstance(small, cst.ImportFrom)
    assert not isinstance(small.names, cst.ImportStar)
    names = list(small.names)
    keys = [_order(each) for each in names]
    place = bisect(keys, _order(alias)) if keys == sorted(keys) else len(keys)
    if place < len(names):
        names.insert(place, alias.with_changes(comma=_comma(names)))
    else:
        names[-1:] = [names[-1].with_changes(comma=_comma(names)), alias]
        names[-1] = alias.with_changes(comma=small.names[-1].comma)
    return line.with_changes(body=[small.with_changes(names=names)])


def _comma(names: Sequence[cst.ImportAlias]) -> cst.Comma | cst.MaybeSentinel:
    """What stands between the names of an import."""
    return names[0].comma if len(names) > 1 else cst.MaybeSentinel.DEFAULT


def _order(alias: cst.ImportAlias) -> tuple[int, str]:
    """Where isort puts a name: constants, classes, then the rest."""
    name = alias.evaluated_name
    sort = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return sort, name.lower()


def _import_line(source: str, alias: cst.ImportAlias) -> cst.SimpleStatementLine:
    line = cst.parse_statement(f"from {source} import name")
    assert isinstance(line, cst.SimpleStatementLine)
    return line.with_changes(body=[line.body[0].with_changes(names=[alias])])
