"""What is kept in objects of other libraries, such as ``context.user_data["chat"]``."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.assignments import AssignmentEvaluator
from genai_codemod.engine.flow.values import UNKNOWN, Value, instances, present
from genai_codemod.engine.syntax.module_syntax import dotted_name, leftmost, literal

Place = tuple[object, ...]


class StorageEvaluator(AssignmentEvaluator):
    """Finds an object again that was put into something unknown, where it is spelled alike.

    Frameworks hand the same storage to each function; its type is not to be seen in the module.
    """

    def _assign_item(self, target: cst.Subscript, base: Value, value: Value) -> None:
        super()._assign_item(target, base, value)
        place = self._place(target.value, base)
        if place is not None and instances(value):
            self.store((*place, _key(target)), value)

    def _eval_Subscript(self, node: cst.Subscript) -> Value:
        value = super()._eval_Subscript(node)
        return self._kept(node.value, _key(node)) or value

    def _eval_Call(self, node: cst.Call) -> Value:
        value = super()._eval_Call(node)
        function = node.func
        if (
            isinstance(function, cst.Attribute)
            and function.attr.value in library.ITEM_METHODS
            and node.args
        ):
            return self._kept(function.value, literal(node.args[0].value)) or value
        return value

    def _kept(self, base: cst.BaseExpression, key: object) -> Value:
        place = self._place(base, self.values.get(base, frozenset()))
        return self.load((*place, key)) if place is not None else frozenset()

    def _place(self, base: cst.BaseExpression, value: Value) -> Place | None:
        """What stands for an unknown object: its spelling, and the class if that says ``self``."""
        spelled = dotted_name(base)
        if spelled is None or present(value) != UNKNOWN:
            return None
        root = leftmost(base)
        if root == "self":
            owner = self.scope.parent
            return ("place", owner.node if owner is not None else None, spelled)
        owner = self.scope.binding_scope(root)
        shared = owner is not None and owner.parent is None
        return ("place", spelled) if shared or isinstance(base, cst.Attribute) else None


def _key(node: cst.Subscript) -> object:
    element = node.slice[0].slice
    return literal(element.value) if isinstance(element, cst.Index) else ...
