"""Decorators that keep what they are given, such as a callback, and give it back."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.parameters import ParameterEvaluator
from genai_codemod.engine.flow.values import Class, Function


class DecoratorEvaluator(ParameterEvaluator):
    """Has decorators that give back what they get get it; others are taken to change nothing."""

    def _decorate(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        made = Class(node) if isinstance(node, cst.ClassDef) else Function(node)
        for position, each in enumerate(node.decorators):
            value = self.evaluate(each.decorator)
            if isinstance(node, cst.FunctionDef):
                self._wrap(node, position, value)
            for atom in value:
                if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef):
                    name = _given_back(atom.node)
                    if name is not None:
                        self.store(("param", atom.node, name), frozenset({made}))


def _given_back(function: cst.FunctionDef) -> str | None:
    """The parameter that a function returns at its end."""
    last = function.body.body[-1]
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    if not isinstance(small, cst.Return) or not isinstance(small.value, cst.Name):
        return None
    parameters = (*function.params.posonly_params, *function.params.params)
    names = [parameter.name.value for parameter in parameters]
    return small.value.value if small.value.value in names else None
