"""Follows names, attributes and calls of a module to what they are in the installed SDK."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks import containers, overloads
from genai_codemod.shim.static_checks.concurrency import awaited, handed_on, run_by_asyncio
from genai_codemod.shim.static_checks.local_code import LocalCode
from genai_codemod.shim.static_checks.scopes import Binding, ModuleScopes
from genai_codemod.shim.static_checks.sdk_values import (
    class_attribute,
    imported,
    instance_attribute,
    namespace_member,
    of_object,
)
from genai_codemod.shim.static_checks.values import (
    UNKNOWN,
    Awaitable,
    ClassValue,
    EnumMember,
    FunctionValue,
    InstanceValue,
    ListValue,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Manager,
    ModuleValue,
    Namespace,
    Nothing,
    Prepared,
    Value,
    Values,
    instances,
    union,
    without_collections,
    without_none,
)


class Inference:
    """Says what expressions of one module are; ``values`` is the question."""

    def __init__(self, scopes: ModuleScopes) -> None:
        self.scopes = scopes
        self.local = LocalCode(scopes)
        changing = scopes.of(*containers.CHANGING)
        self.changed = {name for node in changing for name in containers.changed_names(node)}
        self._known: dict[ast.AST, Values] = {}
        self._bound: dict[Binding, Values] = {}
        self._open: set[object] = set()

    # ---------------------------------------------------------------- expressions

    def values(self, node: ast.AST | None) -> Values:
        """What an expression may be; empty when that is not known."""
        if node is None:
            return UNKNOWN
        if node not in self._known:
            if node in self._open:
                return UNKNOWN
            self._open.add(node)
            try:
                self._known[node] = self._infer(node)
            finally:
                self._open.discard(node)
        return self._known[node]

    def _infer(self, node: ast.AST) -> Values:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                owners = without_none(self.values(node.value))
                return union([self.attribute(owner, node.attr) for owner in owners])
            case ast.Call():
                return self._call(node)
            case ast.Await():
                return union([self._awaited(value) for value in self.values(node.value)])
            case ast.Subscript():
                owners = without_none(self.values(node.value))
                return union([containers.item(owner, node.slice) for owner in owners])
            case ast.Constant(value=None):
                return (Nothing(),)
            case ast.NamedExpr():
                return self.values(node.value)
            case ast.IfExp():
                return union([self.values(node.body), self.values(node.orelse)])
            case ast.BoolOp():
                return union([self.values(each) for each in node.values])
            case ast.Tuple() | ast.List() | ast.Dict():
                return containers.written(node, self.values)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                elements = self.values(node.elt)
                return (ListValue(elements),) if elements else UNKNOWN
        return UNKNOWN

    def _name(self, node: ast.Name) -> Values:
        bindings = self.scopes.bindings(node)
        if not bindings:
            return UNKNOWN
        # One that is being followed already adds nothing to what it is made of.
        groups = [self.bound(each) for each in bindings if each not in self._open]
        return union(groups)

    def is_module(self, node: ast.expr, name: str) -> bool:
        """Whether an expression is a module that is imported under its own name."""
        bindings = self.scopes.bindings(node) if isinstance(node, ast.Name) else None
        return bool(bindings) and all(
            isinstance(each.node, ast.Import) and each.name == name for each in bindings or ()
        )

    def is_only_annotated(self, node: ast.expr) -> bool:
        """Whether nothing but the annotation of a parameter tells what an expression is."""
        bindings = self.scopes.bindings(node) if isinstance(node, ast.Name) else None
        return any(each.kind == "parameter" for each in bindings or ())

    def bound(self, binding: Binding) -> Values:
        """What a binding gives its name."""
        if binding not in self._bound:
            self._open.add(binding)
            try:
                self._bound[binding] = self._binding(binding)
            finally:
                self._open.discard(binding)
        return self._bound[binding]

    def _binding(self, binding: Binding) -> Values:
        node, value = binding.node, binding.value
        match binding.kind:
            case "import":
                assert isinstance(node, ast.Import | ast.ImportFrom)
                return imported(node, binding.name)
            case "function":
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                return (LocalFunction(node),)
            case "class":
                assert isinstance(node, ast.ClassDef)
                return (LocalClass(node),) if self.local.keeps_class(node) else UNKNOWN
            case "parameter":
                assert isinstance(node, ast.arg)
                return self._parameter(node)
            case "assign":
                found = self.values(value)
                if binding.name in self.changed:
                    found = without_collections(found)
                if not found and isinstance(node, ast.AnnAssign):
                    found = self.annotated(node.annotation)
                return containers.unpacked(found, binding.path)
            case "iterate":
                return containers.unpacked(containers.iterated(self.values(value)), binding.path)
            case "catch":
                return self._caught(value)
            case "enter":
                return containers.unpacked(self.entered(self.values(value)), binding.path)
        return UNKNOWN

    def _caught(self, classes: ast.expr | None) -> Values:
        """The exceptions that a handler names."""
        each = classes.elts if isinstance(classes, ast.Tuple) else [classes]
        caught = [value for name in each for value in (self.values(name) or (Nothing(),))]
        return union(
            [(InstanceValue(v.cls),) if isinstance(v, ClassValue) else UNKNOWN for v in caught]
        )

    def _parameter(self, node: ast.arg) -> Values:
        owner = self.local.method_owner(node)
        if owner is not None:
            return (owner,)
        arguments = self.scopes.parents[node]
        assert isinstance(arguments, ast.arguments)
        if node is arguments.vararg or node is arguments.kwarg:
            return UNKNOWN
        return self.annotated(node.annotation)

    # ---------------------------------------------------------------- annotations

    def annotated(self, annotation: ast.expr | None) -> Values:
        """What an annotation in the module allows."""
        match annotation:
            case ast.Constant(value=str(text)):
                return self.annotated(self.local.parsed(annotation, text))
            case ast.Constant(value=None):
                return (Nothing(),)
            case ast.BinOp(op=ast.BitOr()):
                return union([self.annotated(annotation.left), self.annotated(annotation.right)])
            case ast.Subscript():
                return self._generic(annotation)
            case ast.Name() | ast.Attribute():
                groups: list[Values] = []
                for value in self.values(annotation):
                    if isinstance(value, ClassValue):
                        groups.append((InstanceValue(value.cls),))
                    elif isinstance(value, LocalClass):
                        groups.append((LocalInstance(value.node),))
                    else:
                        groups.append(UNKNOWN)
                return union(groups)
        return UNKNOWN

    def _generic(self, annotation: ast.Subscript) -> Values:
        name = self.local.typing_name(annotation.value)
        if name == "Optional":
            return union([self.annotated(annotation.slice), (Nothing(),)])
        if name == "Union" and isinstance(annotation.slice, ast.Tuple):
            return union([self.annotated(each) for each in annotation.slice.elts])
        if name in ("list", "List"):
            items = self.annotated(annotation.slice)
            if len(items) == 1 and isinstance(items[0], InstanceValue) and items[0].cls:
                return (InstanceValue(list[items[0].annotation]),)  # type: ignore[misc]
        return UNKNOWN

    # ---------------------------------------------------------------- parts of values

    def attribute(self, owner: Value, name: str) -> Values:
        """What an attribute of a value is; unknown also when there is none."""
        match owner:
            case ModuleValue(module):
                return of_object(getattr(module, name, None))
            case Namespace():
                return namespace_member(name)
            case ClassValue(cls):
                return class_attribute(cls, name)
            case InstanceValue() if owner.cls is not None:
                return instance_attribute(owner.cls, name)
            case LocalInstance(node):
                return self._local_attribute(node, name)
            case LocalClass(node):
                return self._local_attribute(node, name)
        return UNKNOWN

    def _local_attribute(self, node: ast.ClassDef, name: str) -> Values:
        if name in self.local.stored_elsewhere:
            return UNKNOWN
        groups = [
            self._member(kind, found)
            for each in self.local.family(node, self.values)
            for kind, found in self.local.members(each, name)
        ]
        if self.local.is_annotated(node, name):
            groups = [group for group in groups if group]
        if not groups:
            bases = [value for base in node.bases for value in self.values(base)]
            inherited = [
                instance_attribute(v.cls, name) for v in bases if isinstance(v, ClassValue)
            ]
            return union(inherited)
        return union(groups)

    def _member(self, kind: str, found: ast.AST | None) -> Values:
        """What one definition of an attribute in a class gives it."""
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            if not self.local.has_plain_decorators(found):
                return UNKNOWN
            is_property = self.local.is_property(found)
            return self.returned(found) if is_property else (LocalFunction(found),)
        if kind == "annotation" and isinstance(found, ast.expr):
            return self.annotated(found)
        return without_collections(self.values(found))

    def entered(self, values: Values) -> Values:
        """What a ``with`` statement binds."""
        groups: list[Values] = []
        for value in values:
            if isinstance(value, Manager):
                groups.append(value.entered)
            elif isinstance(value, InstanceValue) and value.cls is not None:
                ours = surface.is_ours(value.cls) and (
                    hasattr(value.cls, "__enter__") or hasattr(value.cls, "__aenter__")
                )
                groups.append((value,) if ours else UNKNOWN)
            else:
                groups.append(UNKNOWN)
        return union(groups)

    # ---------------------------------------------------------------- calls

    @staticmethod
    def _awaited(value: Value) -> Values:
        if isinstance(value, InstanceValue) and value.cls is not None:
            # To await what is there already is a mistake, and changes nothing about what it is.
            is_known = surface.is_ours(value.cls) and not hasattr(value.cls, "__await__")
            return (value,) if is_known else UNKNOWN
        return awaited((value,))

    def _call(self, node: ast.Call) -> Values:
        if isinstance(node.func, ast.Name) and self.scopes.bindings(node.func) == []:
            return containers.built(node.func.id, [self.values(each) for each in node.args])
        if isinstance(node.func, ast.Attribute) and self.is_module(node.func.value, "asyncio"):
            if node.func.attr != "to_thread":
                return run_by_asyncio(node.func.attr, node, self.values)
        function = handed_on(node)
        if function is not None:
            return self._handed_on(node, self.values(function))
        callees = without_none(self.values(node.func))
        return union([self.result(callee, node) for callee in callees])

    def _handed_on(self, node: ast.Call, functions: Values) -> Values:
        """What a call gives that has a function of the SDK run, or keeps it for later."""
        function = functions[0] if len(functions) == 1 else None
        if not isinstance(function, FunctionValue):
            return UNKNOWN
        if isinstance(node.func, ast.Attribute) and node.func.attr == "to_thread":
            return (Awaitable(self.result(function, node), "asyncio.to_thread"),)
        is_partial = ast.unparse(node.func).endswith("partial")
        return (Prepared(function),) if is_partial else UNKNOWN

    def result(self, callee: Value, node: ast.Call) -> Values:
        """What calling a value gives."""
        match callee:
            case ClassValue(cls):
                return (EnumMember(None),) if surface.is_enum(cls) else (InstanceValue(cls),)
            case FunctionValue():
                return self._sdk_result(callee, node)
            case Prepared(function):
                return self._sdk_result(function, node)
            case LocalClass(found):
                return (LocalInstance(found),)
            case LocalFunction(found):
                return self.returned(found)
        return UNKNOWN

    def _sdk_result(self, callee: FunctionValue, node: ast.Call) -> Values:
        function = callee.function
        returned = self._annotation_of_result(function, node)
        if isinstance(returned, TypeVar):
            result = self._same_as_argument(function, returned, node)
        elif returned is None or returned is type(None):
            result = (Nothing(),)
        else:
            result = instances(surface.awaited(returned))
        if surface.is_context_manager(function):
            inner = inspect.unwrap(function)
            entered = containers.iterated(result)
            return (Manager(entered, inspect.isasyncgenfunction(inner), callee.name),)
        if surface.is_coroutine(function) or surface.awaited(returned) is not returned:
            return (Awaitable(result, callee.name),)
        return result

    @staticmethod
    def _annotation_of_result(function: Callable[..., Any], node: ast.Call) -> object:
        own = surface.hints(function).get("return", Any)
        ways = surface.overloads(function)
        if not ways:
            # What the author takes a stream for is not what it gives.
            return Any if any(keyword.arg == "stream" for keyword in node.keywords) else own
        return overloads.result(ways, node)

    def _same_as_argument(
        self, function: Callable[..., Any], variable: TypeVar, node: ast.Call
    ) -> Values:
        for name, annotation in surface.hints(function).items():
            if annotation is variable and name != "return":
                given = [k.value for k in node.keywords if k.arg == name] or node.args[:1]
                found = self.values(given[0]) if given else UNKNOWN
                bound = variable.__bound__
                fits = all(_is_instance(value, bound) for value in found)
                return found if fits else UNKNOWN
        return UNKNOWN

    def returned(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Values:
        """What calling a function of the module gives."""
        if not self.local.has_plain_decorators(node) or self.local.is_generator(node):
            return UNKNOWN
        if node in self._open:
            return UNKNOWN
        self._open.add(node)
        try:
            found = self.annotated(node.returns)
            if not found:
                found = union([self.values(value) for value in self.local.returns(node)])
        finally:
            self._open.discard(node)
        if isinstance(node, ast.AsyncFunctionDef):
            return (Awaitable(found, node.name),)
        return found


def _is_instance(value: Value, bound: object) -> bool:
    cls = value.cls if isinstance(value, InstanceValue) else None
    return cls is not None and (not isinstance(bound, type) or issubclass(cls, bound))
