"""What is kept in objects of other libraries, such as ``context.user_data["chat"]``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.assignments import AssignmentEvaluator
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import UNKNOWN, Value, instances, present
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import Scope, dotted_name, leftmost, literal

Place = tuple[object, ...]


class StorageEvaluator(AssignmentEvaluator):
    """Finds an object again that was put into something unknown, where it is spelled alike.

    Frameworks hand the same storage to each function; its type is not to be seen in the module.
    """

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        super().__init__(modules, pack)
        self._behind: dict[tuple[cst.CSTNode, str], str | None] = {}

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
        if shared or isinstance(base, cst.Attribute):
            return ("place", spelled)
        alias = self._attribute_behind(owner, spelled) if owner is not None else None
        return ("place", alias) if alias is not None else None

    def _attribute_behind(self, owner: Scope, name: str) -> str | None:
        """What a variable of a function is another name for: ``chats = request.app.chats``."""
        if (owner.node, name) not in self._behind:
            bound = [
                each
                for each in self.module.index.within(owner.node)
                if isinstance(each, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For)
                and isinstance(each.target, cst.Name)
                and each.target.value == name
            ]
            statement = self.module.index.parents[bound[0]] if len(bound) == 1 else None
            value = statement.value if isinstance(statement, cst.Assign) else None
            spelled = dotted_name(value) if isinstance(value, cst.Attribute) else None
            self._behind[owner.node, name] = spelled
        return self._behind[owner.node, name]


def _key(node: cst.Subscript) -> object:
    element = node.slice[0].slice
    return literal(element.value) if isinstance(element, cst.Index) else ...
