"""What decorators of the program wrap, and so call by the name of their parameter.

The values of parameters do not say that: a wrapper hands on ``*args``, of which nothing is known,
and what it wraps would lose all that is known of its own parameters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.values import Function


class Wrapped:
    """The functions of a program by the decorators that they are given to."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts.whole

    def called(self, callee: cst.CSTNode) -> Sequence[cst.FunctionDef]:
        """The functions that a decorator can mean where it calls its parameter."""
        if not isinstance(callee, cst.Name) or not self._by_decorator:
            return ()
        scope = self.facts.index.scope(callee).binding_scope(callee.value)
        if scope is None or not isinstance(scope.node, cst.FunctionDef):
            return ()
        given = scope.node.params
        first = next(iter((*given.posonly_params, *given.params)), None)
        if first is None or first.name.value != callee.value:
            return ()
        return self._by_decorator.get(scope.node, ())

    @cached_property
    def _by_decorator(self) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
        found: dict[cst.CSTNode, list[cst.FunctionDef]] = defaultdict(list)
        for each in self.facts.index.nodes(cst.Decorator):
            function = self.facts.index.parents[each]
            for atom in self.facts.value(each.decorator):
                if isinstance(atom, Function) and isinstance(function, cst.FunctionDef):
                    found[atom.node].append(function)
        return dict(found)
