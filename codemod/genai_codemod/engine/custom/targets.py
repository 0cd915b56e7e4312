"""What rules are given: the places of a module, as frozen objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Instance, Plain, Symbol, present
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.rules.objects import Attribute, Call, Expression, Module, Name, Value


class Targets:
    """Makes the objects that rules are given for the places of one module."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        imports = _imports(facts)
        self.module = Module(facts.module, facts.index.code, imports, self.value, self._calls_of)

    def value(self, node: cst.CSTNode) -> Value:
        """What an expression can be."""
        atoms = self.facts.value(node)
        named = {atom.name for atom in atoms if isinstance(atom, Symbol)}
        kinds = {atom.kind for atom in atoms if isinstance(atom, Instance)}
        types = {atom.type for atom in atoms if isinstance(atom, Plain)}
        certain = bool(atoms) and all(
            isinstance(atom, Symbol | Instance | Plain) for atom in present(atoms)
        )
        return Value(frozenset(named), frozenset(kinds), frozenset(types), certain)

    def expression(self, node: cst.BaseExpression) -> Expression:
        return Expression(node, source_of(node), self.value(node))

    def call(self, node: cst.Call, rule: CallRule, binding: Binding) -> Call:
        """A call that a rule is for."""
        bound = [atom for atom in self.facts.value(node.func) if isinstance(atom, Bound)]
        function = f"{bound[0].instance.kind}.{bound[0].method}" if bound else rule.legacy.name
        receiver = node.func.value if bound and isinstance(node.func, cst.Attribute) else None
        return Call(
            **self._place(node),
            function=function,
            arguments={
                parameter: self.expression(node.args[position].value)
                for parameter, position in binding.arguments.items()
            },
            unmatched=binding.unmatched,
            receiver=self.expression(receiver) if receiver is not None else None,
        )

    def name(self, node: cst.BaseExpression, dotted: str) -> Name:
        return Name(**self._place(node), name=dotted)

    def attribute(self, node: cst.Attribute, kind: str) -> Attribute:
        owner = self.expression(node.value)
        return Attribute(**self._place(node), name=f"{kind}.{node.attr.value}", owner=owner)

    def _calls_of(self, module: Module, function: str) -> tuple[Call, ...]:
        """The calls of something imported, whether a rule is for it or not."""
        symbol = Symbol(function)
        found = [node for node in self.facts.index.calls if symbol in self.facts.value(node.func)]
        return tuple(
            Call(
                **self._place(node),
                function=function,
                arguments={
                    argument.keyword.value: self.expression(argument.value)
                    for argument in node.args
                    if argument.keyword is not None
                },
                unmatched=tuple(
                    argument.star + source_of(argument.value)
                    for argument in node.args
                    if argument.keyword is None
                ),
            )
            for node in found
        )

    def _place(self, node: cst.BaseExpression) -> dict[str, Any]:
        index = self.facts.index
        around = [
            each.name.value
            for each in index.ancestors(node)
            if isinstance(each, cst.FunctionDef | cst.ClassDef)
        ]
        return {
            "node": node,
            "text": source_of(node),
            "line": index.position(node)[0],
            "role": self.facts.use(node).role,
            "inside": tuple(reversed(around)),
            "module": self.module,
        }


def _imports(facts: Facts) -> Mapping[str, str]:
    found = facts.index.imported.items()
    return {bound: f"{source}.{name}" if name else source for bound, (source, name) in found}
