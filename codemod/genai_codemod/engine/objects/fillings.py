"""What objects are given after they were made: ``request.contents = ...``, ``.append(...)``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.tracing.origins import origin

_GROWING = frozenset({"append", "extend", "insert", "update", "CopyFrom"})


def fillings(
    facts: Facts, unknown: Collection[cst.CSTNode]
) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression]]:
    """Where each object was made that is given something later, with that.

    Objects are those of the kinds that the rules know, and results of the ``unknown`` calls.
    """
    for changed, given in _changes(facts):
        owners = list(_owners(changed))
        made: list[cst.CSTNode] = [each.site for one in owners for each in facts.instances(one)]
        if not made and unknown:
            call = origin(facts, owners[-1])
            made = [call] if call is not None and call in unknown else []
        for site in made:
            for each in given:
                yield site, each


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


def _owners(changed: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What is changed, from the inside to the variable: ``x.a`` and ``x`` of ``x.a.b``."""
    while isinstance(changed, cst.Attribute | cst.Subscript):
        changed = changed.value
        yield changed
