"""What objects are given after they were made: ``request.contents = ...``, ``.append(...)``."""

from __future__ import annotations

from collections.abc import Container, Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.origins import origin

_GROWING = frozenset({"append", "extend", "insert", "update", "CopyFrom"})


def fillings(
    facts: Facts, made: Container[cst.CSTNode]
) -> Iterator[tuple[cst.Call, cst.BaseExpression]]:
    """The calls among those ``made`` whose result is given something later, each with that."""
    for changed, given in _changes(facts):
        call = origin(facts, _owner(changed))
        if isinstance(call, cst.Call) and call in made:
            for each in given:
                yield call, each


def _changes(facts: Facts) -> Iterator[tuple[cst.BaseExpression, list[cst.BaseExpression]]]:
    """The attributes and items that are changed, with what they are given."""
    for node in facts.index.nodes(cst.Assign, cst.AnnAssign, cst.AugAssign):
        assert isinstance(node, cst.Assign | cst.AnnAssign | cst.AugAssign)
        targets = node.targets if isinstance(node, cst.Assign) else [node]
        for each in targets:
            if isinstance(each.target, cst.Attribute | cst.Subscript) and node.value is not None:
                yield each.target, [node.value]
    for call in facts.index.calls:
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in _GROWING:
            if isinstance(call.func.value, cst.Attribute | cst.Subscript):
                yield call.func.value, [argument.value for argument in call.args]


def _owner(changed: cst.BaseExpression) -> cst.BaseExpression:
    """The variable whose object is changed: ``x`` of ``x.contents[0].parts``."""
    while isinstance(changed, cst.Attribute | cst.Subscript):
        changed = changed.value
    return changed
