"""What each expression evaluates to, as an abstract value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import libcst as cst

from genai_codemod.engine import library
from genai_codemod.engine.rules import CallRule, RulePack
from genai_codemod.engine.signature import Binding
from genai_codemod.engine.syntax import Scope, SourceModule, literal
from genai_codemod.engine.values import (
    NONE,
    NOTHING,
    TEXT,
    UNBOUND,
    UNKNOWN,
    Awaitable,
    Bound,
    Class,
    Container,
    Function,
    Generator,
    Instance,
    Module,
    Object,
    Plain,
    Symbol,
    Unknown,
    Value,
    Written,
    only_text,
    plain,
    present,
    written,
)

Key = tuple[object, ...]


class ExpressionEvaluator(ABC):
    """Evaluates expressions against the current environment and the heap.

    The environment holds the variables of the scope being executed, statement by statement; the
    heap holds what any part of the module ever stores in a place that outlives a scope.  The heap
    only grows, and the module is executed again until it stops growing.
    """

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        self.modules = {module.name: module for module in modules}
        self.module = modules[0]
        self.pack = pack
        self.heap: dict[Key, Value] = {}
        self.values: dict[cst.CSTNode, Value] = {}
        self.bindings: dict[cst.Call, dict[CallRule, Binding]] = {}
        self.grew = False
        self.scope: Scope = self.module.scope
        self.env: dict[str, Value] = {}
        self.overlays: list[dict[str, Value]] = []
        self.optimistic = True

    @property
    def unseen(self) -> Value:
        """What a place holds that nothing was seen to be stored in.

        At first nothing, since a later statement may store something; in the end, anything.
        """
        return NOTHING if self.optimistic else UNKNOWN

    # -- places -------------------------------------------------------------------------------

    def load(self, key: Key) -> Value:
        return self.heap.get(key, NOTHING)

    def store(self, key: Key, value: Value) -> None:
        known = self.heap.get(key, NOTHING)
        if not value <= known:
            self.heap[key] = known | value
            self.grew = True

    def read_name(self, name: str) -> Value:
        for overlay in reversed(self.overlays):
            if name in overlay:
                return overlay[name]
        scope = self.scope.binding_scope(name)
        if scope is None:
            return frozenset({Symbol("builtins." + name)})
        key = ("name", scope.node, name)
        if scope is self.scope or name in self.scope.global_names | self.scope.nonlocal_names:
            here = self.env.get(name)
            if scope is self.scope:
                written = self.load(("written", scope.node, name))
                return (here or NOTHING) | written or UNBOUND
            return self.load(key) if here is None else here
        return self.load(key)

    def attribute(self, value: Value, name: str) -> Value:
        """What ``value.name`` can be."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Symbol(name=dotted) if dotted.endswith("()") and self.pack.sibling(dotted):
                    result.add(atom)
                case Symbol(name=dotted):
                    result |= self.load(("attr", dotted, name)) or self.named(f"{dotted}.{name}")
                case Module(name=module):
                    result |= self.exported(module, name)
                case Instance(kind=kind):
                    result |= self._instance_attribute(atom, kind, name)
                case Object(node=node) | Class(node=node):
                    result |= self._class_attribute(node, name, isinstance(atom, Object))
                case Plain(type="str") if name in library.TEXT_METHODS:
                    result.add(Symbol("builtins.str." + name))
                case Plain(type="json") if name in library.ITEM_METHODS:
                    result.add(Symbol(library.JSON_ITEM))
                case Container():
                    result.add(Bound(Instance("container", atom.site), name))
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    def named(self, dotted: str) -> Value:
        """What a dotted import path stands for: a module of the program, or something outside."""
        module = self.module.imports.get(dotted)
        return frozenset({Module(module) if module else Symbol(self.pack.canonical(dotted))})

    def exported(self, module: str, name: str) -> Value:
        """What a module of the program shows under a name."""
        source = self.modules[module]
        if name in source.scope.names:
            return self.load(("name", source.scope.node, name)) or self.unseen
        inner = source.imports.get("." + name)
        return frozenset({Module(inner)}) if inner else UNKNOWN

    def _instance_attribute(self, atom: Instance, kind: str, name: str) -> Value:
        if self.pack.method(kind, name):
            return frozenset({Bound(atom, name)})
        rule = self.pack.attribute(kind, name)
        if rule is None or rule.returns is None:
            return UNKNOWN
        return self.typed(rule.returns, atom.site)

    def _class_attribute(self, node: cst.ClassDef, name: str, from_object: bool) -> Value:
        found: set[object] = set()
        for related in self.family(node):
            found |= self.load(("attr", related, name))
        bound = {
            Function(atom.node, node)
            if isinstance(atom, Function) and from_object and atom.owner is None
            else atom
            for atom in found
        }
        for atom in list(bound):
            if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef):
                if library.is_property(atom.node):
                    bound.discard(atom)
                    bound |= self.load(("return", atom.node)) or self.unseen
        return frozenset(bound) or self.unseen  # type: ignore[arg-type]

    def family(self, node: cst.ClassDef) -> Iterable[cst.ClassDef]:
        """A class with its ancestors and descendants in this module."""
        seen = [node, *self._closure(node, "base"), *self._closure(node, "derived")]
        return dict.fromkeys(seen)

    def _closure(self, node: cst.ClassDef, relation: str) -> list[cst.ClassDef]:
        found: list[cst.ClassDef] = []
        todo = [node]
        while todo:
            for atom in self.load((relation, todo.pop())):
                if isinstance(atom, Class) and atom.node not in found and atom.node is not node:
                    found.append(atom.node)
                    todo.append(atom.node)
        return found

    def typed(self, description: str, site: cst.CSTNode) -> Value:
        """The value a rule describes as ``str``, ``list[str]``, ``Response`` ..."""
        if description in library.PLAIN_TYPES:
            return plain(description)
        return frozenset({Instance(description, site)})

    def elements(self, value: Value) -> Value:
        """What iterating ``value`` gives."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Container(site=site):
                    result |= self.load(("item", site, "*"))
                case Generator(node=node):
                    result |= self.load(("yield", node))
                case Instance(kind=kind, site=site):
                    result |= self._iterated(kind, site)
                case Plain(type="str" | "json" as inner):
                    result |= plain(inner)
                case Symbol(name=dotted) if self.pack.sibling(dotted) is not None:
                    result |= UNKNOWN | {atom}
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    def _iterated(self, kind: str, site: cst.CSTNode) -> Value:
        if kind.startswith("list["):
            return self.typed(kind[5:-1], site)
        declared = self.pack.kinds.get(kind)
        if declared is None or declared.iterates is None:
            return UNKNOWN
        return self.typed(declared.iterates, site)

    def item(self, value: Value, key: object) -> Value:
        """What ``value[key]`` can be; ``key`` is ``...`` when it is not a literal."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Container(site=site):
                    exact = NOTHING
                    if isinstance(key, str) or isinstance(site, cst.Tuple):
                        exact = self.load(("item", site, key))
                    result |= exact or self.load(("item", site, "*"))
                case Symbol(name=dotted):
                    result |= self.load(("item", dotted, key)) or library.item_of(dotted)
                case Instance(kind=kind, site=site) if kind.startswith(("list[", "dict[")):
                    result |= self.typed(kind[5:-1], site)
                case Instance(kind=kind, site=site):
                    declared = self.pack.kinds.get(kind)
                    rule = declared.items.get(str(key)) if declared else None
                    known = (rule and rule.returns) or (
                        declared.iterates if declared and declared.sequence else None
                    )
                    result |= self.typed(known, site) if known else UNKNOWN
                case Plain(type="str" | "json" as inner):
                    result |= plain(inner)
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    # -- expressions --------------------------------------------------------------------------

    def evaluate(self, node: cst.CSTNode | None) -> Value:
        """Evaluate an expression and remember its value."""
        if node is None:
            return NOTHING
        handler = getattr(self, "_eval_" + type(node).__name__, None)
        value: Value = handler(node) if handler else self._eval_other(node)
        self.values[node] = self.values.get(node, NOTHING) | value
        return value

    def _eval_other(self, node: cst.CSTNode) -> Value:
        for child in node.children:
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
        return self.attribute(self.evaluate(node.value), node.attr.value)

    def _eval_SimpleString(self, node: cst.SimpleString) -> Value:
        if "b" in node.prefix.lower():
            return plain("bytes")
        return TEXT | {Written(node)} if self.pack.retired_model(node.raw_value) else TEXT

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
        return library.calculated(node.operator, left, right)

    def _eval_BooleanOperation(self, node: cst.BooleanOperation) -> Value:
        left = self.evaluate(node.left)
        right = self.evaluate(node.right)
        if isinstance(node.operator, cst.Or):
            left = present(left) | written(left)
        return left | right

    def _eval_IfExp(self, node: cst.IfExp) -> Value:
        self.evaluate(node.test)
        return self.evaluate(node.body) | self.evaluate(node.orelse)

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
                value = self.elements(value)
            self.store(("item", node, "*"), value)
            if isinstance(node, cst.Tuple):
                self.store(("item", node, position), value)
        return frozenset({Container(node)})

    _eval_Tuple = _eval_Set = _eval_List

    def _eval_Dict(self, node: cst.Dict) -> Value:
        for element in node.elements:
            value = self.evaluate(element.value)
            if isinstance(element, cst.DictElement):
                self.evaluate(element.key)
                key = literal(element.key)
                self.store(("item", node, "*"), value)
                if isinstance(key, str):
                    self.store(("item", node, key), value)
            else:
                for atom in present(value):
                    if isinstance(atom, Container):
                        self.copy_items(atom.site, node)
        return frozenset({Container(node)})

    def copy_items(self, source: cst.CSTNode, target: cst.CSTNode) -> None:
        for key, value in list(self.heap.items()):
            if key[0] == "item" and key[1] is source:
                self.store(("item", target, key[2]), value)

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
            self._bind_overlay(overlay, current.target, self.elements(self.evaluate(current.iter)))
            for condition in current.ifs:
                self.evaluate(condition.test)
            current = current.inner_for_in
        values = [self.evaluate(result) for result in results]
        self.overlays.pop()
        return values

    def _bind_overlay(self, overlay: dict[str, Value], target: cst.CSTNode, value: Value) -> None:
        if isinstance(target, cst.Name):
            overlay[target.value] = value
            self.values[target] = self.values.get(target, NOTHING) | value
        elif isinstance(target, cst.Tuple | cst.List):
            for position, element in enumerate(target.elements):
                self._bind_overlay(overlay, element.value, self.unpacked(value, position))

    def unpacked(self, value: Value, position: int) -> Value:
        """What the name at ``position`` of a tuple target gets."""
        result: set[object] = set()
        for atom in present(value):
            exact = NOTHING
            if isinstance(atom, Container):
                exact = self.load(("item", atom.site, position))
            result |= exact or self.elements(frozenset({atom}))
        return frozenset(result)  # type: ignore[arg-type]

    def _eval_ListComp(self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp) -> Value:
        (value,) = self._comprehension(node.for_in, [node.elt])
        self.store(("item", node, "*"), value)
        return frozenset({Container(node)})

    _eval_GeneratorExp = _eval_SetComp = _eval_ListComp

    def _eval_DictComp(self, node: cst.DictComp) -> Value:
        _, value = self._comprehension(node.for_in, [node.key, node.value])
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
            value = self.elements(self.evaluate(node.value.item))
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
    for atom in present(value):
        result |= atom.result if isinstance(atom, Awaitable) else {Unknown()}
    return frozenset(result)  # type: ignore[arg-type]
