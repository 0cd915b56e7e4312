"""Checks calls of the SDK: whether the arguments bind, and whether their values are accepted."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks import overloads, suggestions
from genai_codemod.shim.static_checks.arguments import Arguments
from genai_codemod.shim.static_checks.concurrency import handed_on
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.roles import CONVERSATIONS, Roles
from genai_codemod.shim.static_checks.values import (
    Awaitable,
    ClassValue,
    FunctionValue,
    InstanceValue,
    Value,
    without_none,
)

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

# These tell what they are given apart by its keys, and take more than their annotations say.
_READS_KEYS = frozenset({"AsyncSession.send"})


class Calls:
    """Checks the calls of one module."""

    def __init__(
        self, inference: Inference, arguments: Arguments, roles: Roles, report: Report
    ) -> None:
        self._inference = inference
        self._roles = roles
        self._arguments = arguments
        self._report = report

    def check(self, node: ast.Call) -> None:
        if any(isinstance(each, ast.Constant) and each.value is ... for each in node.args):
            return  # ``f(..., x=1)``: an example that leaves things out
        self._pydantic_method(node)
        self._handed_on(node)
        callees = without_none(self._inference.values(node.func))
        if len(callees) != 1:
            self._one_of(callees, node)
            return
        callee = callees[0]
        if isinstance(callee, FunctionValue):
            self._function(callee, node)
        elif isinstance(callee, ClassValue):
            self._constructor(callee.cls, node)
        elif isinstance(callee, InstanceValue | Awaitable):
            self._not_callable(callee, node)

    def check_assigned(self, node: ast.Assign) -> None:
        """``config.temperature = ...``: what a field is set to."""
        for target in node.targets:
            if not isinstance(target, ast.Attribute):
                continue
            owners = without_none(self._inference.values(target.value))
            cls = owners[0].cls if len(owners) == 1 and _is_object(owners[0]) else None
            if cls is not None and surface.is_model(cls) and target.attr in surface.fields(cls):
                self._arguments.field(cls, target.attr, node.value)

    def _handed_on(self, node: ast.Call) -> None:
        """``asyncio.to_thread(client.models.generate_content, model=...)`` and the like."""
        function = handed_on(node)
        found = self._inference.values(function) if function is not None else ()
        if function is None or len(found) != 1 or not isinstance(found[0], FunctionValue):
            return
        arguments = node.args[node.args.index(function) + 1 :]
        call = ast.copy_location(ast.Call(function, arguments, node.keywords), node)
        self._inference.scopes.parents[call] = node
        is_partial = ast.unparse(node.func).endswith("partial")
        self._function(found[0], call, is_complete=not is_partial)

    def _one_of(self, callees: Sequence[Value], node: ast.Call) -> None:
        """A call of one of several functions: what none of them takes."""
        functions = [each for each in callees if isinstance(each, FunctionValue)]
        if not functions or len(functions) < len(callees):
            return
        found = [surface.signature(each.function) for each in functions]
        signatures = [each for each in found if each is not None and not _is_open(each)]
        if len(signatures) < len(found):
            return
        for keyword in node.keywords:
            if keyword.arg and not any(keyword.arg in each.parameters for each in signatures):
                hints = surface.hints(functions[0].function)
                name = functions[0].name
                suggestion = _for_keyword(name, keyword, signatures[0].parameters, hints, [])
                message = f"{name}() got an unexpected keyword argument {keyword.arg!r}"
                self._report(keyword, "argument", message, suggestion)

    def _not_callable(self, callee: Value, node: ast.Call) -> None:
        written = ast.unparse(node.func)
        if isinstance(callee, Awaitable):
            message = f"{callee.name}() is a coroutine, which cannot be called"
            self._report(node, "await", message, f"write (await {written})(...)")
            return
        assert isinstance(callee, InstanceValue)
        cls = callee.cls
        if cls is None or not surface.is_checkable(cls) or "__call__" in _methods(cls):
            return
        if not isinstance(node.func, ast.Attribute):
            return
        kind = surface.label(callee.annotation)
        message = f"{node.func.attr} is a {kind}, not a method"
        self._report(node, "call", message, "drop the parentheses")

    def _pydantic_method(self, node: ast.Call) -> None:
        """``model_copy(update={...})`` and ``model_validate({...})`` take fields in dicts."""
        if not isinstance(node.func, ast.Attribute):
            return
        owners = without_none(self._inference.values(node.func.value))
        if len(owners) != 1 or not isinstance(owners[0], ClassValue | InstanceValue):
            return
        cls = owners[0].cls
        fields: ast.expr | None = None
        if node.func.attr == "model_copy":
            fields = next((each.value for each in node.keywords if each.arg == "update"), None)
        elif node.func.attr == "model_validate" and node.args:
            fields = node.args[0]
        if cls is None or fields is None or not surface.is_model(cls):
            return
        fields = self._arguments.literals.written(fields)
        if isinstance(fields, ast.Dict):
            self._arguments.fields(cls, fields)

    # ---------------------------------------------------------------- functions

    def _function(self, callee: FunctionValue, node: ast.Call, *, is_complete: bool = True) -> None:
        signature = surface.signature(callee.function)
        if signature is None:
            return
        if callee.bound:
            parameters = list(signature.parameters.values())[1:]
            signature = signature.replace(parameters=parameters)
        hints = {} if callee.name in _READS_KEYS else surface.hints(callee.function)
        ways = overloads.parameters(surface.overloads(callee.function))
        if ways and _is_open(signature):
            self._known_keywords(callee.name, ways, hints, node)
        elif is_complete:
            self._bind(callee.name, signature, hints, node)
        else:
            self._bind(callee.name, _without_required(signature), hints, node)

    def _known_keywords(
        self,
        name: str,
        parameters: Mapping[str, inspect.Parameter],
        annotations: Mapping[str, object],
        node: ast.Call,
    ) -> None:
        """Check a method that takes any keyword, but whose overloads name those that it knows."""
        for keyword in self._arguments.literals.keywords(node):
            if keyword.arg is not None and keyword.arg not in parameters:
                suggestion = _for_keyword(name, keyword, parameters, annotations, [])
                message = f"{name}() got an unexpected keyword argument {keyword.arg!r}"
                self._report(keyword, "argument", message, suggestion)

    def _bind(
        self,
        name: str,
        signature: inspect.Signature,
        annotations: Mapping[str, object],
        node: ast.Call,
    ) -> None:
        parameters = signature.parameters
        given = self._positional(name, signature, node)
        unexpected: list[ast.keyword] = []
        keywords = self._arguments.literals.keywords(node)
        for keyword in keywords:
            if keyword.arg is None:
                continue
            parameter = parameters.get(keyword.arg)
            if parameter is not None and parameter.kind in _NAMED:
                if keyword.arg in given:
                    message = f"{name}() got several values for {keyword.arg!r}"
                    self._report(keyword, "argument", message, "")
                given[keyword.arg] = keyword.value
            elif not _is_open(signature):
                unexpected.append(keyword)
        missing = _missing(signature, given, keywords, node)
        for keyword in unexpected:
            suggestion = _for_keyword(name, keyword, parameters, annotations, missing)
            message = f"{name}() got an unexpected keyword argument {keyword.arg!r}"
            self._report(keyword, "argument", message, suggestion)
            missing = [each for each in missing if suggestion != f"use {each}="]
        self._lacks(name, missing, node)
        for argument, value in given.items():
            self._arguments.check(annotations.get(argument, object), value, name, argument)
            if argument in CONVERSATIONS:
                self._roles.check(argument, value)

    def _positional(
        self, name: str, signature: inspect.Signature, node: ast.Call
    ) -> dict[str, ast.expr]:
        """The parameters that are given by position; too many of them are reported."""
        parameters = list(signature.parameters.values())
        if any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters):
            return {}
        places = [p.name for p in parameters if p.kind in _POSITIONAL]
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return {}
        if len(node.args) > len(places):
            first = node.args[len(places)]
            taken = f"at most {len(places)} positional" if places else "no positional"
            noun = "argument" if len(places) == 1 else "arguments"
            empty = inspect.Parameter.empty
            names = [p.name for p in parameters if p.kind in _NAMED and p.default is empty]
            self._report(
                first,
                "argument",
                f"{name}() takes {taken} {noun}",
                _by_name(names, [k.arg for k in node.keywords], node.args),
            )
        return dict(zip(places, node.args, strict=False))

    def _lacks(self, name: str, missing: Sequence[str], node: ast.Call) -> None:
        if not missing:
            return
        noun = "argument" if len(missing) == 1 else "arguments"
        listed = " and ".join(repr(each) for each in missing)
        example = ", ".join(f"{each}=..." for each in missing)
        message = f"{name}() misses the required {noun} {listed}"
        self._report(node, "argument", message, f"add {example}")

    # ---------------------------------------------------------------- classes

    def _constructor(self, cls: type, node: ast.Call) -> None:
        if surface.is_enum(cls):
            if len(node.args) == 1 and not node.keywords:
                self._arguments.check(cls, node.args[0], cls.__name__, "value")
            return
        initialiser = surface.own_initialiser(cls)
        if initialiser is not None:
            found = surface.signature(initialiser)
            if found is not None:
                signature = found.replace(parameters=list(found.parameters.values())[1:])
                # Exceptions keep whatever they are made with.
                checked = not issubclass(cls, BaseException)
                hints = surface.hints(initialiser) if checked else {}
                self._initialiser(cls, signature, hints, node)
        elif surface.is_model(cls):
            self._model(cls, node)

    def _initialiser(
        self,
        cls: type,
        signature: inspect.Signature,
        annotations: Mapping[str, object],
        node: ast.Call,
    ) -> None:
        if _is_open(signature):
            if surface.is_model(cls):
                self._model(cls, node, positional=True)
            return
        self._bind(cls.__name__, signature, annotations, node)

    def _model(self, cls: type, node: ast.Call, *, positional: bool = False) -> None:
        known = surface.fields(cls)
        if node.args and not positional:
            message = f"{cls.__name__}() takes no positional arguments"
            self._report(node.args[0], "argument", message, "name the arguments")
        for keyword in self._arguments.literals.keywords(node):
            if keyword.arg is None:
                value = self._arguments.literals.written(keyword.value)
                if isinstance(value, ast.Dict):
                    self._arguments.fields(cls, value)
            elif keyword.arg in known:
                self._arguments.field(cls, keyword.arg, keyword.value)
            else:
                self._arguments.unknown_field(cls, keyword.arg, keyword)
        self._required(cls, node)

    def _required(self, cls: type, node: ast.Call) -> None:
        given = {keyword.arg for keyword in self._arguments.literals.keywords(node)}
        if node.args or None in given:
            return
        for name, info in surface.field_infos(cls).items():
            if info.is_required() and not given & {name, info.alias}:
                message = f"{cls.__name__}() misses the required field {name!r}"
                self._report(node, "argument", message, f"add {name}=...")


def _is_open(signature: inspect.Signature) -> bool:
    """Whether a function takes any keyword."""
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.parameters.values())


def _without_required(signature: inspect.Signature) -> inspect.Signature:
    """The same for a call that gives only some of the arguments."""
    named = (*_POSITIONAL, *_NAMED)
    parameters = [
        p.replace(default=None) if p.kind in named else p for p in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


def _is_object(value: Value) -> TypeGuard[InstanceValue]:
    return isinstance(value, InstanceValue)


def _missing(
    signature: inspect.Signature,
    given: Mapping[str, object],
    keywords: Sequence[ast.keyword],
    node: ast.Call,
) -> list[str]:
    """The required parameters that a call does not give."""
    if any(keyword.arg is None for keyword in keywords):
        return []
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return []
    required = [
        p.name
        for p in signature.parameters.values()
        if p.default is inspect.Parameter.empty and p.kind in (*_POSITIONAL, *_NAMED)
    ]
    missing = [each for each in required if each not in given]
    positional = sum(p.kind in _POSITIONAL for p in signature.parameters.values())
    # What is given by position where it must be named is reported as that.
    return missing if len(node.args) <= positional else []


def _for_keyword(
    name: str,
    keyword: ast.keyword,
    parameters: Mapping[str, inspect.Parameter],
    annotations: Mapping[str, object],
    missing: Sequence[str],
) -> str:
    assert keyword.arg is not None
    if keyword.arg == "stream":
        method = name.rpartition(".")[2]
        return f"call {method}_stream() without it" if "stream" not in method else "leave it out"
    return suggestions.for_keyword(keyword.arg, list(parameters), annotations, missing)


def _by_name(names: list[str], given: list[str | None], values: list[ast.expr]) -> str:
    """The positional arguments of a call written by name, as far as that can be guessed."""
    free = [name for name in names if name not in given]
    if len(free) < len(values) or any(isinstance(value, ast.Starred) for value in values):
        return "name the arguments"
    shown = [_short(value) for value in values]
    return "write " + ", ".join(f"{n}={v}" for n, v in zip(free, shown, strict=False))


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else "..."


def _methods(cls: type) -> set[str]:
    return {name for each in cls.__mro__ for name in vars(each)}
