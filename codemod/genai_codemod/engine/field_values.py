"""What the fields of dataclasses, models and named tuples are given."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.expressions import ExpressionEvaluator
from genai_codemod.engine.fields import annotated_fields, named_tuple
from genai_codemod.engine.values import NOTHING, Class, Object, Unbound, Value


class FieldsEvaluator(ExpressionEvaluator):
    """Fills fields where objects are made, and where changed copies of them are."""

    def _replaced(self, node: cst.Call) -> Value:
        """What ``value._replace(field=changed)`` gives of a named tuple."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "_replace":
            return NOTHING
        owner = self.values.get(node.func.value, NOTHING)
        known = any(isinstance(atom, Object) for atom in owner)
        return self._changed_copy(node, owner) if known else NOTHING

    def _made_of_fields(self, node: cst.Call, name: str, first: Value) -> Value:
        """What ``namedtuple``, ``replace`` and ``copy`` make; nothing for other functions."""
        if name == "collections.namedtuple":
            made = self._named_tuple(node)
            return frozenset({Class(made)}) if made is not None else NOTHING
        copies = name == "dataclasses.replace" or name.startswith("copy.")
        if copies and any(isinstance(atom, Object) for atom in first):
            return self._changed_copy(node, first)
        return NOTHING

    def _named_tuple(self, node: cst.Call) -> cst.ClassDef | None:
        """The class that a call of ``namedtuple`` makes, which is the same in every round."""
        if node not in self.tuple_classes and (made := named_tuple(node)) is not None:
            self.tuple_classes[node] = made
        return self.tuple_classes.get(node)

    def _changed_copy(self, node: cst.Call, copied: Value) -> Value:
        """``replace(value, field=changed)``, ``value._replace(field=changed)``."""
        for atom in copied:
            if isinstance(atom, Object):
                self._fill_fields(node.with_changes(args=_named(node)), atom.node)
        return frozenset(atom for atom in copied if not isinstance(atom, Unbound))

    def _fill_fields(self, call: cst.Call, definition: cst.ClassDef) -> None:
        """A dataclass, named tuple or model: what is given becomes its annotated attributes."""
        classes = [*reversed(self._closure(definition, "base")), definition]
        names = [name for each in classes for name in annotated_fields(each)]
        for position, argument in enumerate(call.args):
            value = self.values.get(argument.value, NOTHING)
            if argument.keyword is not None and argument.keyword.value in names:
                self.store_here(("attr", definition, argument.keyword.value), value, ())
            elif argument.keyword is None and not argument.star and position < len(names):
                self.store_here(("attr", definition, names[position]), value, ())


def _named(call: cst.Call) -> list[cst.Arg]:
    """The keyword arguments of a call."""
    return [argument for argument in call.args if argument.keyword is not None]
