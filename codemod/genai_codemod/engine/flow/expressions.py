"""What each expression evaluates to, as an abstract value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.places import Places
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    NONE,
    NOTHING,
    TEXT,
    UNBOUND,
    UNKNOWN,
    Awaitable,
    Container,
    Function,
    Instance,
    Plain,
    Unknown,
    Value,
    Written,
    only_text,
    plain,
    present,
    written,
)
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal
from genai_codemod.engine.syntax.strings import is_bytes, raw_text
from genai_codemod.engine.tracing.passing_values import passing_stores


class ExpressionEvaluator(Places, ABC):
    """Evaluates expressions against the current environment and the heap."""

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        super().__init__(modules, pack)
        self.values: dict[cst.CSTNode, Value] = {}
        self.bindings: dict[cst.Call, dict[CallRule, Binding]] = {}
        self._passing: dict[str, frozenset[cst.CSTNode]] = {}
        # The method for each class of nodes, looked up once.
        self._evaluators: dict[type[cst.CSTNode], Callable[[Any], Value]] = {}

    def evaluate(self, node: cst.CSTNode | None) -> Value:
        """Evaluate an expression and remember its value."""
        if node is None:
            return NOTHING
        kind = node.__class__
        if kind not in self._evaluators:
            self._evaluators[kind] = getattr(self, "_eval_" + kind.__name__, self._eval_other)
        value = self._evaluators[kind](node)
        known = self.values.get(node)
        if known is None:
            self.values[node] = value
        elif known is not value and not value <= known:
            self.values[node] = known | value
        return value

    @property
    def passing(self) -> frozenset[cst.CSTNode]:
        """The attributes of this module whose values nobody else sees; see `passing_values`."""
        found = self._passing.get(self.module.name)
        if found is None:
            found = self._passing[self.module.name] = passing_stores(self.module.index)
        return found

    def passing_name(self, node: cst.Attribute) -> str:
        """What a value that nobody else sees is kept under beside the variables."""
        return f"{dotted_name(node)}" if self.passing else ""

    def _eval_other(self, node: cst.CSTNode) -> Value:
        for child in self.module.index.children(node):
            if isinstance(child, cst.BaseExpression):
                self.evaluate(child)
            elif not isinstance(child, cst.BaseParenthesizableWhitespace):
                self._eval_other(child)
        return UNKNOWN

    def _eval_Name(self, node: cst.Name) -> Value:
        if node.value in ("None", "True", "False"):
            return NONE if node.value == "None" else plain("bool")
        return self.read_name(node.value)

    def _eval_Attribute(self, node: cst.Attribute) -> Value:
        held = self.evaluate(node.value)
        here = self.env.get(self.passing_name(node), UNBOUND)
        if not here & UNBOUND:
            return here
        value = (here - UNBOUND) | self.attribute(held, node.attr.value)
        own = self.own_class(node.value) if self.path else None
        if own is None:
            return value
        keys = [("attr", related, node.attr.value) for related in self.family(own)]
        return self.possible_here(keys, value, (own,))

    def _eval_SimpleString(self, node: cst.SimpleString) -> Value:
        if is_bytes(node):
            return plain("bytes")
        return TEXT | {Written(node)} if self.pack.asks_about(raw_text(node)) else TEXT

    def _eval_ConcatenatedString(self, node: cst.ConcatenatedString) -> Value:
        self.evaluate(node.right)
        return self.evaluate(node.left)

    def _eval_FormattedString(self, node: cst.FormattedString) -> Value:
        self._eval_other(node)
        match node.parts:
            case (
                cst.FormattedStringText(value=self.pack.model_prefix),
                cst.FormattedStringExpression(expression=name),
            ):
                return TEXT | written(self.values[name])
        return TEXT

    def _eval_Integer(self, _node: cst.Integer) -> Value:
        return plain("int")

    def _eval_Float(self, _node: cst.Float) -> Value:
        return plain("float")

    def _eval_BinaryOperation(self, node: cst.BinaryOperation) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        if isinstance(node.operator, cst.Add | cst.Modulo) and (
            only_text(left) or only_text(right)
        ):
            return TEXT
        if isinstance(node.operator, cst.Add | cst.BitOr):
            site = frozenset({Container(node)})
            for side in (left, right):
                self.store(("item", node, "*"), self.elements(side))
            if any(isinstance(atom, Container) for atom in left | right):
                return site
        if isinstance(node.operator, cst.Multiply):
            repeated = frozenset(atom for atom in left | right if isinstance(atom, Container))
            if repeated:
                self.store(("item", node, "*"), self.elements(repeated))
                return frozenset({Container(node)})
        return library.calculated(node.operator, left, right)

    def _eval_BooleanOperation(self, node: cst.BooleanOperation) -> Value:
        left = self.evaluate(node.left)
        right = self.evaluate(node.right)
        if isinstance(node.operator, cst.Or):
            left = present(left) | written(left)
        return left | right

    def _eval_IfExp(self, node: cst.IfExp) -> Value:
        self.evaluate(node.test)
        outside, values = self.path, NOTHING
        for part, holds in ((node.body, True), (node.orelse, False)):
            self.path = outside + self.known_after(node.test, holds=holds)
            values |= self.evaluate(part)
        self.path = outside
        return values

    def _eval_NamedExpr(self, node: cst.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value)
        return value

    def _eval_Await(self, node: cst.Await) -> Value:
        return awaited(self.evaluate(node.expression))

    def _eval_List(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        for position, element in enumerate(node.elements):
            value = self.evaluate(element.value)
            if isinstance(element, cst.StarredElement):
                value = self.iterated(value)
            self.store(("item", node, "*"), value)
            if isinstance(node, cst.Tuple):
                self.store(("item", node, position), value)
        return frozenset({Container(node)})

    _eval_Tuple = _eval_Set = _eval_List

    def _eval_Dict(self, node: cst.Dict) -> Value:
        for element in node.elements:
            value = self.evaluate(element.value)
            if isinstance(element, cst.DictElement):
                self.store(("keys", node), self.evaluate(element.key))
                key = literal(element.key)
                self.store(("item", node, "*"), value)
                if isinstance(key, str):
                    self.store(("item", node, key), value)
            else:
                for atom in present(value):
                    if isinstance(atom, Container):
                        self.copy_items(atom.site, node)
        return frozenset({Container(node)})

    def _eval_Subscript(self, node: cst.Subscript) -> Value:
        value = self.evaluate(node.value)
        for each in node.slice:
            self._eval_other(each)
        element = node.slice[0].slice
        if not isinstance(element, cst.Index):
            return value
        return self.item(value, literal(element.value))

    def _comprehension(self, clause: cst.CompFor, results: list[cst.BaseExpression]) -> list[Value]:
        overlay: dict[str, Value] = {}
        self.overlays.append(overlay)
        current: cst.CompFor | None = clause
        while current is not None:
            items = self.iterated(self.gone_through(current))
            self._bind_overlay(overlay, current.target, items)
            for condition in current.ifs:
                self.evaluate(condition.test)
            current = current.inner_for_in
        values = [self.evaluate(result) for result in results]
        self.overlays.pop()
        return values

    def gone_through(self, loop: cst.For | cst.CompFor) -> Value:
        """What a loop goes through; ``async for`` also goes through what could be awaited."""
        value = self.evaluate(loop.iter)
        if loop.asynchronous is None:
            return value
        results = (atom.result if isinstance(atom, Awaitable) else {atom} for atom in value)
        return frozenset().union(*results)

    def _bind_overlay(self, overlay: dict[str, Value], target: cst.CSTNode, value: Value) -> None:
        if isinstance(target, cst.Name):
            overlay[target.value] = value
            self.values[target] = self.values.get(target, NOTHING) | value
        elif isinstance(target, cst.Tuple | cst.List):
            for position, element in enumerate(target.elements):
                self._bind_overlay(overlay, element.value, self.unpacked(value, position))

    def _eval_ListComp(self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp) -> Value:
        (value,) = self._comprehension(node.for_in, [node.elt])
        self.store(("item", node, "*"), value)
        return frozenset({Container(node)})

    _eval_GeneratorExp = _eval_SetComp = _eval_ListComp

    def _eval_DictComp(self, node: cst.DictComp) -> Value:
        key, value = self._comprehension(node.for_in, [node.key, node.value])
        self.store(("keys", node), key)
        self.store(("item", node, "*"), value)
        return frozenset({Container(node)})

    def _eval_Lambda(self, node: cst.Lambda) -> Value:
        names = [param.name.value for param in node.params.params]
        self.overlays.append(
            {name: self.load(("param", node, name)) or self.unseen for name in names}
        )
        self.store(("return", node), self.evaluate(node.body))
        self.overlays.pop()
        return frozenset({Function(node)})

    def _eval_Yield(self, node: cst.Yield) -> Value:
        function = self.scope.node
        if isinstance(node.value, cst.From):
            value = self.iterated(self.evaluate(node.value.item))
        else:
            value = self.evaluate(node.value)
        self.store(("yield", function), value)
        return UNKNOWN

    @abstractmethod
    def _eval_Call(self, node: cst.Call) -> Value: ...

    @abstractmethod
    def assign(self, target: cst.CSTNode, value: Value) -> None:
        """Store a value where an assignment target says."""


def awaited(value: Value) -> Value:
    """What awaiting ``value`` gives."""
    result: set[object] = set()
    atoms = present(value)
    can_be = any(isinstance(atom, Awaitable) for atom in atoms)
    for atom in atoms:
        if isinstance(atom, Awaitable):
            result |= atom.result
        elif not (can_be and isinstance(atom, Instance | Plain)):
            # Objects of the SDK and text are not awaited where there is something that can be.
            result.add(Unknown())
    return frozenset(result)  # type: ignore[arg-type]
