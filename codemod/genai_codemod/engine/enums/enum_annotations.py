"""Annotations that call a number what is a named member in the new SDK.

``def explain(reason: int)``, ``MESSAGES: dict[int, str] = {FinishReason.STOP: ...}``.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.enums.enum_numbers import enums_by_class, number_rule
from genai_codemod.engine.enums.unset_members import looked_up
from genai_codemod.engine.flow.annotations import annotated_value
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Symbol, Value, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.syntax.parts import within

_TABLES = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_EITHER = frozenset({"Optional", "Union"})


def plan_enum_annotations(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Name the enum where an annotation says ``int`` of nothing but its members."""
    annotations = _Annotations(facts, plan, left)
    for annotation in facts.index.nodes(cst.Annotation):
        for node in within(annotation):
            if isinstance(node, cst.Name) and node.value == "int":
                annotations.plan_int(node)


class _Annotations:
    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left
        self.kinds = enums_by_class(facts.pack)

    def plan_int(self, node: cst.Name) -> None:
        around = _around(self.facts, node)
        value = self._given(node)
        if around in _TABLES:
            table = _only_dict(value)
            kind = self._of_keys(table) if table is not None else None
            unset = table is not None and self._is_asked_for_unset(table)
        elif around in ("", *_EITHER):
            kind = self._of_value(value)
            unset = not around and _can_be_unset(value)
        else:
            return
        if kind is None or kind.enum is None:
            return
        head, _, tail = kind.enum.partition(".")
        named = attribute(f"{self.plan.name(head)}.{tail}")
        # What an answer leaves unset is None now, and was zero.
        written = cst.BinaryOperation(named, cst.BitOr(), cst.Name("None")) if unset else named
        self.plan.replace[node] = lambda _: written
        self.plan.found(node, number_rule(kind), "rewritten")

    def _given(self, node: cst.Name) -> Value:
        """The value of what an annotation is for; that of a parameter is what calls give it."""
        owner = self.facts.index.parents.get(self.facts.enclosing(node, cst.Annotation) or node)
        if not isinstance(owner, cst.Param):
            return annotated_value(self.facts, node)
        function = self.facts.enclosing(owner, cst.FunctionDef)
        return self.facts.interpreter.load(("param", function, owner.name.value))

    def _of_value(self, value: Value) -> Kind | None:
        """The enum of which a value is a member, if it can be nothing else."""
        if self.left.value_left(value):
            return None
        kinds = [
            self.facts.pack.kinds.get(atom.kind)
            if isinstance(atom, Instance)
            else self.kinds.get(atom.name.rpartition(".")[0] if isinstance(atom, Symbol) else "")
            for atom in present(value)
        ]
        enums = {kind.enum if kind is not None else None for kind in kinds}
        return kinds[0] if len(enums) == 1 and None not in enums else None

    def _of_keys(self, table: cst.Dict) -> Kind | None:
        """The enum of which all keys of a dict are members that is written out."""
        keys: Value = frozenset()
        for element in table.elements:
            if not isinstance(element, cst.DictElement) or element.key in self.left:
                return None
            keys |= self.facts.value(element.key)
        return self._of_value(keys)

    def _is_asked_for_unset(self, table: cst.Dict) -> bool:
        """Whether a dict may be asked for what an answer leaves unset."""
        keys = (each.key for each in table.elements if isinstance(each, cst.DictElement))
        asked = looked_up(self.facts, next(keys, table)) or ()
        return any(
            _can_be_unset(self.facts.value(each)) and each not in self.plan.wrap for each in asked
        )


def _only_dict(value: Value) -> cst.Dict | None:
    """The one dict that a value can be, where it is written out."""
    sites = [atom.site if isinstance(atom, Container) else None for atom in present(value)]
    only = sites[0] if len(sites) == 1 else None
    return only if isinstance(only, cst.Dict) else None


def _can_be_unset(value: Value) -> bool:
    return any(isinstance(atom, Instance) for atom in value)


def _around(facts: Facts, node: cst.Name) -> str:
    """The type that ``int`` is the first argument of, or empty for that of the whole annotation.

    ``int | None`` is as good as ``int``; what is deeper inside has the name ``...``.
    """
    parent = facts.index.parents[node]
    if isinstance(parent, cst.Annotation):
        return ""
    outer: cst.CSTNode = parent
    while isinstance(outer, cst.Index | cst.SubscriptElement):
        outer = facts.index.parents[outer]
    if not isinstance(facts.index.parents.get(outer), cst.Annotation):
        return "..."
    if isinstance(outer, cst.BinaryOperation):
        return "Optional"
    if isinstance(outer, cst.Subscript) and outer.slice[0] is facts.index.parents[parent]:
        return (dotted_name(outer.value) or "...").rpartition(".")[2]
    return "..."
