"""Attributes that hold something only until a later statement beside it: nobody else sees that.

``self.model = name``, and then ``self.model = GenerativeModel(self.model)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import SyntaxIndex, dotted_name
from genai_codemod.engine.syntax.parts import within

# What may end a function, or have other code see what an object holds.
_LEAVING = (cst.Return, cst.Yield, cst.Await, cst.Break, cst.Continue)
_TRIES = (cst.Try, cst.TryStar)


def passing_stores(index: SyntaxIndex) -> frozenset[cst.CSTNode]:
    """The attributes that are assigned to, where what they hold is replaced soon."""
    blocks = index.nodes(cst.IndentedBlock)
    return frozenset(target for block in blocks for target in _passing(index, block.body))


def _passing(index: SyntaxIndex, body: Sequence[cst.BaseStatement]) -> Iterator[cst.CSTNode]:
    for end, statement in enumerate(body):
        last = _stored(statement)
        if last is None or not _is_of_self(index, last) or _shows(statement, last.value):
            continue
        for before in reversed(body[:end]):
            direct = _stored(before)
            if direct is not None and dotted_name(direct) == dotted_name(last):
                yield direct
            if _shows(before, last.value):
                break
            yield from _stores(before, dotted_name(last))


def _stores(statement: cst.BaseStatement, name: str | None) -> Iterator[cst.CSTNode]:
    """What is assigned to in a statement by a name."""
    for node in within(statement):
        if isinstance(node, cst.AssignTarget) and dotted_name(node.target) == name:
            yield node.target


def _stored(statement: cst.BaseStatement) -> cst.Attribute | None:
    """``self.name`` of ``self.name = value``."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)])]
        ):
            return target if isinstance(target.value, cst.Name) else None
    return None


def _is_of_self(index: SyntaxIndex, target: cst.Attribute) -> bool:
    """Whether an attribute is set on what a function was given, and no ``try`` is around that."""
    for parent in index.ancestors(target):
        if isinstance(parent, _TRIES):
            return False
        if isinstance(parent, cst.FunctionDef):
            first = parent.params.params[:1]
            return bool(first) and first[0].name.value == dotted_name(target.value)
    return False


def _shows(statement: cst.BaseStatement, owner: cst.BaseExpression) -> bool:
    """Whether other code may see what an object holds while a statement is executed."""
    name = dotted_name(owner)
    for node in within(statement):
        if isinstance(node, _LEAVING):
            return True
        if isinstance(node, cst.Call):
            method = node.func.value if isinstance(node.func, cst.Attribute) else None
            if name in (dotted_name(each) for each in (method, *(a.value for a in node.args))):
                return True
        if isinstance(node, cst.FunctionDef | cst.Lambda | cst.Assign) and _names(node, name):
            return True
    return False


def _names(node: cst.FunctionDef | cst.Lambda | cst.Assign, name: str | None) -> bool:
    """Whether a function reads an object, or it gets another name."""
    if isinstance(node, cst.Assign):
        targets = [each.target for each in node.targets]
        return name in (dotted_name(each) for each in (node.value, *targets))
    return any(isinstance(each, cst.Name) and each.value == name for each in within(node))
