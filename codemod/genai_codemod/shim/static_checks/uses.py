"""Checks names that are imported, attributes, and how values are awaited and looped over."""

from __future__ import annotations

import ast
from functools import cached_property

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks import suggestions
from genai_codemod.shim.static_checks.containers import iterated
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.scopes import ModuleScopes
from genai_codemod.shim.static_checks.values import (
    Awaitable,
    ClassValue,
    FunctionValue,
    InstanceValue,
    Manager,
    ModuleValue,
    Value,
    without_none,
)

_SCHEDULING = frozenset({"run", "gather", "create_task", "ensure_future", "wait_for", "shield"})
_LEGACY = ("google.generativeai", "google.ai.generativelanguage")


class Uses:
    """Checks what a module does with the values of the SDK, apart from calling them."""

    def __init__(self, scopes: ModuleScopes, inference: Inference, report: Report) -> None:
        self._scopes = scopes
        self._inference = inference
        self._report = report

    @cached_property
    def _given(self) -> frozenset[str]:
        """The attributes that the module gives to objects itself."""
        attributes = self._scopes.of(ast.Attribute)
        return frozenset(node.attr for node in attributes if isinstance(node.ctx, ast.Store))

    # ---------------------------------------------------------------- imports

    def check_import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._legacy(alias.name, alias)
                known = surface.in_sdk(alias.name) and not surface.is_submodule(alias.name)
                if known:
                    self._report(alias, "import", f"there is no module {alias.name}", "")
            return
        if node.level or not node.module:
            return
        for alias in node.names:
            if self._legacy(f"{node.module}.{alias.name}", node):
                return
            if surface.in_sdk(node.module):
                self._imported_name(node.module, alias)

    def _legacy(self, dotted: str, node: ast.AST) -> bool:
        for package in _LEGACY:
            if f"{dotted}.".startswith(f"{package}."):
                message = f"{package} is the retired SDK"
                self._report(node, "legacy", message, "run genai-codemod migrate")
                return True
        return False

    def _imported_name(self, dotted: str, alias: ast.alias) -> None:
        if not surface.is_submodule(dotted):
            self._report(alias, "import", f"there is no module {dotted}", "")
            return
        module = surface.submodule(dotted)
        if module is None or alias.name == "*" or hasattr(module, alias.name):
            return
        if surface.is_submodule(f"{dotted}.{alias.name}"):
            return
        suggestion = suggestions.for_module(dotted, alias.name, _public(module))
        self._report(alias, "import", f"{dotted} has no {alias.name}", suggestion)

    # ---------------------------------------------------------------- attributes

    def check_attribute(self, node: ast.Attribute) -> None:
        values = without_none(self._inference.values(node.value))
        if not values or not all(self._misses(value, node) for value in values):
            return
        if node.attr in self._given and all(map(_is_error, values)):
            return  # a note that the module left on what it caught
        if len(values) > 1 and any(map(_is_open, values)):
            return  # what the server sends may be none of those that this version knows
        value = values[0]
        written = ast.unparse(node.value)
        if isinstance(value, Awaitable):
            message = f"{value.name}() is a coroutine until it is awaited"
            suggestion = f"write (await {written}).{node.attr}"
            self._report(node, "await", message, suggestion)
        elif isinstance(value, ModuleValue):
            name = value.module.__name__
            suggestion = suggestions.for_module(name, node.attr, _public(value.module))
            self._report(node, "attribute", f"{name} has no {node.attr}", suggestion)
        elif isinstance(value, ClassValue | InstanceValue):
            self._no_member(value, node)

    def _no_member(self, value: ClassValue | InstanceValue, node: ast.Attribute) -> None:
        cls = value.cls
        assert cls is not None
        kind = cls.__name__ if isinstance(value, ClassValue) else surface.label(value.annotation)
        if surface.is_enum(cls) and isinstance(value, ClassValue):
            suggestion = suggestions.for_enum(node.attr, list(getattr(cls, "__members__", ())))
        elif isinstance(node.ctx, ast.Store):
            suggestion = suggestions.for_field(cls, node.attr)
        elif cls in surface.STREAMS:
            suggestion = f"it is a stream: loop over it, and read {node.attr} of what it gives"
        elif isinstance(value, ClassValue) and hasattr(surface.sdk_types().Part, node.attr):
            suggestion = f"use types.Part.{node.attr}"
        elif cls is list:
            suggestion = f"take an element first: {ast.unparse(node.value)}[0].{node.attr}"
        else:
            suggestion = suggestions.for_member(cls, node.attr)
        stored = "field" if isinstance(node.ctx, ast.Store) else "attribute"
        self._report(node, stored, f"{kind} has no {stored} {node.attr!r}", suggestion)

    @staticmethod
    def _misses(value: Value, node: ast.Attribute) -> bool:
        """Whether a value does not have an attribute, or refuses to be given it."""
        name = node.attr
        if name.startswith("__"):
            return False
        if not isinstance(node.ctx, ast.Load):
            cls = value.cls if isinstance(value, InstanceValue) else None
            if cls is None or not surface.is_model(cls) or name.startswith("_"):
                return False
            return isinstance(node.ctx, ast.Store) and name not in surface.field_infos(cls)
        if isinstance(value, Awaitable):
            return name not in ("close", "send", "throw") and not name.startswith("cr_")
        if isinstance(value, ModuleValue):
            dotted = value.module.__name__
            return not hasattr(value.module, name) and not surface.is_submodule(f"{dotted}.{name}")
        if isinstance(value, ClassValue):
            # Pydantic keeps its fields out of the class.
            found = surface.has_attribute(value.cls, name) or hasattr(type(value.cls), name)
            return not found and (surface.is_enum(value.cls) or surface.is_model(value.cls))
        if isinstance(value, InstanceValue) and value.cls is not None:
            return surface.is_checkable(value.cls) and not surface.has_attribute(value.cls, name)
        return False

    def check_subscript(self, node: ast.Subscript) -> None:
        values = without_none(self._inference.values(node.value))
        if not values or not isinstance(node.ctx, ast.Load):
            return
        if len(values) == 1 and isinstance(values[0], ClassValue):
            self._check_member(values[0].cls, node)
        elif all(isinstance(value, Awaitable) for value in values):
            self._unawaited(values[0], node, f"write (await {ast.unparse(node.value)})[...]")
        elif _is_text(node.slice) and all(map(_takes_numbers, values)):
            message = f"{_kind(values[0])} is subscripted with a number, not with a name"
            self._report(node, "subscript", message, "take an element first, such as [0]")
        elif all(_without_method(value, "__getitem__") for value in values):
            kind = _kind(values[0])
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            suggestion = ""
            if isinstance(key, str):
                cls = values[0].cls if isinstance(values[0], InstanceValue) else None
                known = suggestions.members(cls) if cls else []
                suggestion = f"write .{key}" if key in known else ""
                suggestion = suggestion or suggestions.did_you_mean(key, known)
            self._report(node, "subscript", f"{kind} cannot be subscripted", suggestion)

    def _check_member(self, cls: type, node: ast.Subscript) -> None:
        """``HarmCategory["..."]``: the names of the members of an enum."""
        name = node.slice.value if isinstance(node.slice, ast.Constant) else None
        members = list(getattr(cls, "__members__", ()))
        if surface.is_enum(cls) and isinstance(name, str) and name not in members:
            suggestion = suggestions.for_enum(name, members)
            self._report(node, "subscript", f"{cls.__name__} has no member {name!r}", suggestion)

    # ---------------------------------------------------------------- awaiting and looping

    def check_await(self, node: ast.Await) -> None:
        values = without_none(self._inference.values(node.value))
        if not values or not all(_without_method(value, "__await__") for value in values):
            return
        value = values[0]
        call = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
        if isinstance(value, Manager):
            suggestion = f"write async with {call}(...) as ..."
        elif ".aio." in f"{call}." or _kind(value).startswith("Async"):
            suggestion = "drop the await"
        else:
            suggestion = "drop the await, or call the same method of client.aio"
        subject = f"{call}()" if call else "this"
        message = f"{subject} gives {_with_article(value)}, which cannot be awaited"
        self._report(node, "await", message, suggestion)

    def check_statement(self, node: ast.Expr) -> None:
        values = self._inference.values(node.value)
        if len(values) == 1 and isinstance(values[0], Awaitable) and _is_call(node.value):
            message = f"{values[0].name}() is never awaited, so it does nothing"
            self._report(node, "await", message, f"write await {_shortened(node.value)}")

    def check_scheduled(self, node: ast.Call) -> None:
        """``asyncio.run(client.models...)``: what it is given must be asynchronous."""
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _SCHEDULING:
            return
        if not self._inference.is_module(function.value, "asyncio"):
            return
        for argument in node.args:
            values = without_none(self._inference.values(argument))
            if isinstance(argument, ast.Starred):
                values = without_none(iterated(self._inference.values(argument.value)))
            if values and all(_without_method(value, "__await__") for value in values):
                message = (
                    f"asyncio.{function.attr}() needs a coroutine, not {_with_article(values[0])}"
                )
                self._report(argument, "await", message, "call the same method of client.aio")

    def check_loop(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        iterated = node.iter
        is_async = isinstance(node, ast.AsyncFor)
        if isinstance(node, ast.comprehension):
            is_async = bool(node.is_async)
        values = without_none(self._inference.values(iterated))
        if not values:
            return
        written = _shortened(iterated)
        if all(isinstance(value, Awaitable) for value in values):
            loop = "async for" if self._gives_stream(values[0]) else "for"
            self._unawaited(values[0], iterated, f"write {loop} ... in await {written}")
        elif all(isinstance(value, FunctionValue) for value in values):
            message = f"{written} is a method, and is not called"
            self._report(iterated, "loop", message, f"write {written}()")
        elif self._inference.is_only_annotated(iterated):
            return  # streams are often annotated with the type of what they give
        elif is_async and all(_without_method(value, "__aiter__") for value in values):
            message = f"{_kind(values[0])} is not asynchronous"
            self._report(iterated, "loop", message, "write for, or call the method of client.aio")
        elif not is_async:
            self._plain_loop(iterated, values)

    def _plain_loop(self, iterated: ast.expr, values: tuple[Value, ...]) -> None:
        if all(_without_method(value, "__iter__") for value in values):
            has_async = all(not _without_method(value, "__aiter__") for value in values)
            suggestion = "write async for" if has_async else ""
            message = f"{_kind(values[0])} cannot be looped over"
            self._report(iterated, "loop", message, suggestion)
        elif all(isinstance(v, InstanceValue) and _has_fields(v.cls) for v in values):
            kind = _kind(values[0])
            suggestion = "loop over one of its fields"
            if kind == "GenerateContentResponse":
                suggestion = "call generate_content_stream or send_message_stream for a stream"
            message = f"looping over {_with_article(values[0])} gives its fields as pairs"
            self._report(iterated, "loop", message, suggestion)

    @staticmethod
    def _gives_stream(value: Value) -> bool:
        results = value.result if isinstance(value, Awaitable) else ()
        return any(not _without_method(each, "__aiter__") for each in results)

    def check_with(self, node: ast.With | ast.AsyncWith) -> None:
        is_async = isinstance(node, ast.AsyncWith)
        method = "__aenter__" if is_async else "__enter__"
        for item in node.items:
            values = self._inference.values(item.context_expr)
            if len(values) != 1:
                continue
            if isinstance(values[0], Awaitable):
                written = _shortened(item.context_expr)
                self._unawaited(
                    values[0], item.context_expr, f"write await {written}, without with"
                )
            elif isinstance(values[0], Manager) and values[0].is_async and not is_async:
                message = f"{values[0].name}() is an asynchronous context manager"
                self._report(item.context_expr, "await", message, "write async with")
            elif isinstance(values[0], InstanceValue) and _without_method(values[0], method):
                how = "async with" if is_async else "with"
                message = f"{_kind(values[0])} cannot be used in {how}"
                self._report(item.context_expr, "with", message, "")

    def _unawaited(self, value: Value, node: ast.AST, suggestion: str) -> None:
        assert isinstance(value, Awaitable)
        message = f"{value.name}() is a coroutine until it is awaited"
        self._report(node, "await", message, suggestion)


def _public(module: object) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


def _without_method(value: Value, method: str) -> bool:
    """Whether a value is known not to have a special method."""
    if isinstance(value, Manager):
        return method in ("__await__", "__iter__", "__aiter__")
    if not isinstance(value, InstanceValue) or value.cls is None:
        return False
    cls = value.cls
    known = surface.is_checkable(cls) or cls.__module__ == "collections.abc"
    return known and not hasattr(cls, method)


def _is_error(value: Value) -> bool:
    cls = value.cls if isinstance(value, InstanceValue) else None
    return isinstance(cls, type) and issubclass(cls, Exception)


def _is_open(value: Value) -> bool:
    """Whether a value is a model that keeps the fields that it does not know."""
    cls = value.cls if isinstance(value, InstanceValue) else None
    return _has_fields(cls) and not surface.is_model(cls)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _takes_numbers(value: Value) -> bool:
    """Whether a value is subscripted with the position of an element."""
    cls = value.cls if isinstance(value, InstanceValue) else None
    if cls is None or not surface.is_ours(cls):
        return cls is list
    method = getattr(cls, "__getitem__", None)
    return method is not None and surface.hints(method).get("index") is int


def _has_fields(cls: type | None) -> bool:
    return cls is not None and bool(surface.field_infos(cls))


def _annotation(value: Value) -> object:
    return value.annotation if isinstance(value, InstanceValue) else None


def _kind(value: Value) -> str:
    if isinstance(value, Manager):
        return "context manager"
    return surface.label(_annotation(value))


def _with_article(value: Value) -> str:
    kind = _kind(value)
    return f"an {kind}" if kind[0] in "AEIOU" else f"a {kind}"


def _is_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call)


def _shortened(node: ast.expr) -> str:
    """A call without its arguments, or a short expression as it is."""
    if isinstance(node, ast.Call):
        return f"{ast.unparse(node.func)}(...)"
    text = ast.unparse(node)
    return text if len(text) <= 60 else "..."
