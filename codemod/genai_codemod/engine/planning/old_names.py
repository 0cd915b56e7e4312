"""The variables that hold what the legacy SDK still makes, where parts of a module are left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.module_syntax import dotted_name, target_names

Place = tuple[cst.CSTNode | None, str]
_BINDING = (cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor, cst.WithItem)


class OldNames:
    """Follows what is left from one assignment to the next; all that is made of it counts."""

    def __init__(self, facts: Facts, left: Sequence[cst.CSTNode]) -> None:
        self._facts = facts
        self._left = set(left)
        self._places: set[Place] = set()
        for node in left:
            parameter = facts.enclosing(node, cst.Param)
            if isinstance(parameter, cst.Param) and facts.enclosing(node, cst.Annotation):
                function = facts.enclosing(parameter, cst.FunctionDef)
                self._places.add((function, parameter.name.value))
        nodes = facts.index.nodes(*_BINDING) if left else []
        bindings = [found for node in nodes for found in _bindings(node)]
        before = -1
        while len(self._places) > before:
            before = len(self._places)
            for value, target in bindings:
                if self.holds(value):
                    self._places |= set(self._bound(target))

    def holds(self, expression: cst.CSTNode) -> bool:
        """Whether an expression is made of what the legacy SDK makes."""
        return any(
            node in self._left or not self._places.isdisjoint(self._bound(node))
            for node in self._facts.index.within(expression)
        )

    def _bound(self, node: cst.CSTNode) -> Iterator[Place]:
        """The variables or attributes that an expression, or a target, names."""
        if isinstance(node, cst.Attribute):
            dotted = dotted_name(node)
            if dotted is not None:
                yield None, dotted
            return
        for name in target_names(node):
            scope = self._facts.index.scope(name).binding_scope(name.value)
            yield (scope.node if scope is not None else None), name.value


def _bindings(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """The values and targets of what binds names."""
    match node:
        case cst.Assign(value=value, targets=targets):
            yield from ((value, each.target) for each in targets)
        case cst.AnnAssign(value=cst.BaseExpression() as value, target=target):
            yield value, target
        case cst.NamedExpr(value=value, target=target):
            yield value, target
        case cst.For(iter=iterated, target=target) | cst.CompFor(iter=iterated, target=target):
            yield iterated, target
        case cst.WithItem(item=item, asname=cst.AsName(name=target)):
            yield item, target
