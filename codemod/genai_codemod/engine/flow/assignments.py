"""What assigning does: to names, attributes, items and tuples of them."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.calls import CallEvaluator
from genai_codemod.engine.flow.values import (
    NOTHING,
    Class,
    Container,
    Module,
    Object,
    Symbol,
    Value,
    present,
)
from genai_codemod.engine.syntax.module_syntax import literal


class AssignmentEvaluator(CallEvaluator):
    """Evaluates assignments; see :class:`ExpressionEvaluator` for where values are kept."""

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        match target:
            case cst.Name(value=name):
                self._assign_name(name, value)
                self.values[target] = self.values.get(target, NOTHING) | value
            case cst.Attribute() if target in self.passing:
                self.evaluate(target.value)
                self.env[self.passing_name(target)] = value
                self.values[target] = self.values.get(target, NOTHING) | value
            case cst.Attribute(value=base, attr=attribute):
                self.env.pop(self.passing_name(target), None)
                own = self.own_class(base)
                for atom in present(self.evaluate(base)):
                    self._assign_attribute(atom, attribute.value, value, own)
                self.values[target] = self.values.get(target, NOTHING) | value
            case cst.Subscript(value=base):
                self._assign_item(target, self.evaluate(base), value)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for position, element in enumerate(elements):
                    inner = self.unpacked(value, position)
                    self.assign(element.value, value if _starred(element) else inner)

    def _assign_name(self, name: str, value: Value) -> None:
        for overlay in reversed(self.overlays):
            if name in overlay:
                overlay[name] = value
                return
        self.env[name] = value
        owner = self.scope.binding_scope(name)
        if owner is not None:
            self.store_here(("name", owner.node, name), value, owner.nodes)
            if self.scope is not owner:
                self.store(("written", owner.node, name), value)
        if isinstance(self.scope.node, cst.ClassDef):
            self.store_here(("attr", self.scope.node, name), value, ())

    def _assign_attribute(
        self, atom: object, name: str, value: Value, own: cst.ClassDef | None
    ) -> None:
        match atom:
            case Object(node=node) | Class(node=node):
                self.store_here(("attr", node, name), value, {node} & {own})
            case Symbol(name=dotted):
                self.store(("attr", dotted, name), value)
                self.store(("item", dotted, name), value)
            case Module(name=module):
                scope = self.modules[module].scope
                self.add_name(scope, name)
                self.store_here(("name", scope.node, name), value, ())
                self.store(("written", scope.node, name), value)

    def _assign_item(self, target: cst.Subscript, base: Value, value: Value) -> None:
        element = target.slice[0].slice
        given = self.evaluate(element.value) if isinstance(element, cst.Index) else NOTHING
        key = literal(element.value) if isinstance(element, cst.Index) else ...
        for atom in present(base):
            if isinstance(atom, Container):
                self.store(("keys", atom.site), given)
                self.store(("item", atom.site, "*"), value)
                if isinstance(key, str):
                    self.store(("item", atom.site, key), value)
            elif isinstance(atom, Symbol):
                # A session state shows what it holds as attributes too.
                self.store(("item", atom.name, key), value)
                self.store(("attr", atom.name, str(key)), value)


def _starred(element: cst.BaseElement) -> bool:
    return isinstance(element, cst.StarredElement)
