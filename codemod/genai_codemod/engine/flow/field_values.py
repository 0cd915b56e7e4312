"""What the fields of dataclasses, models and named tuples are given."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.expressions import ExpressionEvaluator
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNBOUND,
    UNKNOWN,
    Class,
    Container,
    Function,
    Object,
    Symbol,
    Unbound,
    Value,
    present,
)
from genai_codemod.engine.syntax.fields import annotated_fields, named_tuple


class FieldsEvaluator(ExpressionEvaluator):
    """Fills fields where objects are made, and where changed copies of them are."""

    def attribute(self, value: Value, name: str) -> Value:
        result = super().attribute(value, name)
        for atom in value:
            if isinstance(atom, Object) and atom.promised:
                result |= self._declared(atom.node, name)
        return result

    def _declared(self, node: cst.ClassDef, name: str) -> Value:
        """What a field can hold of an object that somebody else makes, by its annotation."""
        classes = [node, *self._closure(node, "base")]
        if any(self.load(("attr", each, "__init__")) for each in classes):
            return NOTHING
        return NOTHING.union(*(self.load(("field", each, name)) for each in classes))

    def _of_named_tuple(self, node: cst.Call) -> Value:
        """What ``_replace``, ``_make`` and ``_asdict`` give; nothing for other methods."""
        if not isinstance(node.func, cst.Attribute):
            return NOTHING
        owner = self.values.get(node.func.value, NOTHING)
        objects = [atom for atom in owner if isinstance(atom, Object)]
        match node.func.attr.value:
            case "_replace" if objects:
                return self._changed_copy(node, owner)
            case "_asdict" if objects:
                return self._as_dict(node, objects)
            case "_make" if node.args:
                given = self.values.get(node.args[0].value, NOTHING)
                classes = [atom.node for atom in owner if isinstance(atom, Class)]
                for each in classes:
                    self._fill(each, given, 0)
                return frozenset(Object(each) for each in classes)
        return NOTHING

    def _as_dict(self, node: cst.Call, objects: Iterable[Object]) -> Value:
        """A dict of the fields of an object."""
        for each in objects:
            for name in self._fields(each.node):
                value = self.attribute(frozenset({each}), name)
                self.store(("item", node, name), value)
                self.store(("item", node, "*"), value)
        return frozenset({Container(node)})

    def _made_of_fields(self, node: cst.Call, name: str, first: Value) -> Value:
        """What ``namedtuple``, ``replace``, ``copy`` and ``field`` make; nothing for others."""
        if name in library.FIELDS:
            return self._declared_field(node)
        if name == "collections.namedtuple":
            made = self._named_tuple(node)
            return frozenset({Class(made)}) if made is not None else NOTHING
        copies = name == "dataclasses.replace" or name.startswith("copy.")
        if copies and any(isinstance(atom, Object) for atom in first):
            return self._changed_copy(node, first)
        objects = [atom for atom in first if isinstance(atom, Object)]
        if name == "dataclasses.asdict" and objects:
            return self._as_dict(node, objects)
        return NOTHING

    def _made_by(self, factory: Value, site: cst.CSTNode) -> Value:
        """What a factory makes when it is called with nothing."""
        made: Value = NOTHING
        for atom in present(factory):
            match atom:
                case Symbol(name="builtins.list" | "builtins.dict"):
                    made |= frozenset({Container(site)})
                case Function(node=definition):
                    made |= self.load(("return", definition))
                case Class(node=definition):
                    made |= frozenset({Object(definition)})
                case _:
                    made |= UNKNOWN
        return made

    def _declared_field(self, node: cst.Call) -> Value:
        """``field(default_factory=list)``: what the field holds where an object is made."""
        made: Value = NOTHING
        for argument in node.args:
            given = self.values.get(argument.value, NOTHING)
            if argument.star:
                made |= UNKNOWN
            elif argument.keyword is None or argument.keyword.value == "default":
                made |= given
            elif argument.keyword.value in library.FACTORIES:
                made |= self._made_by(given, node)
        return made or UNBOUND

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
        names = self._fields(definition)
        for position, argument in enumerate(call.args):
            value = self.values.get(argument.value, NOTHING)
            if argument.keyword is not None and argument.keyword.value in names:
                self.store_here(("attr", definition, argument.keyword.value), value, ())
            elif argument.star == "*":
                self._fill(definition, value, position)
            elif argument.star:
                for name in names:
                    self.store_here(("attr", definition, name), self.item(value, name), ())
            elif argument.keyword is None and position < len(names):
                self.store_here(("attr", definition, names[position]), value, ())

    def _fill(self, definition: cst.ClassDef, values: Value, start: int) -> None:
        """Give what a sequence holds to the fields of a class, from a position on."""
        for offset, name in enumerate(self._fields(definition)[start:]):
            self.store_here(("attr", definition, name), self.unpacked(values, offset), ())

    def _fields(self, definition: cst.ClassDef) -> list[str]:
        classes = [*reversed(self._closure(definition, "base")), definition]
        return [name for each in classes for name in annotated_fields(each)]


def _named(call: cst.Call) -> list[cst.Arg]:
    """The keyword arguments of a call."""
    return [argument for argument in call.args if argument.keyword is not None]
