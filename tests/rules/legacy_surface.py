"""The public surface of the installed google-generativeai, found by walking its packages."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import sys
import typing
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import proto

PACKAGE = "google.generativeai"
MESSAGES = "google.ai.generativelanguage"
# The notebook magics are a program of their own; they need IPython to be imported.
NOTEBOOK = "google.generativeai.notebook"
PYTHON = (*sys.stdlib_module_names, "typing_extensions")


@dataclass(frozen=True)
class Parameters:
    """The names of a signature in order, and how many may be given by position."""

    names: tuple[str, ...]
    positional: int

    def __str__(self) -> str:
        listed = list(self.names)
        if self.positional < len(listed):
            listed.insert(self.positional, "*")
        return f"({', '.join(listed)})"


@dataclass(frozen=True)
class Legacy:
    """One public thing of the legacy packages.

    ``sort`` is ``function``, ``class``, ``message``, ``enum``, ``dict``, ``error`` or ``value``.
    ``methods`` have the parameters without ``self``; ``attributes`` are properties and fields.
    """

    name: str
    sort: str
    parameters: Parameters | None = None
    methods: dict[str, Parameters] = field(default_factory=dict)
    attributes: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()


@cache
def walk() -> tuple[Legacy, ...]:
    """Everything public, under the name of the module that it is imported from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = list(_modules())
        found = [_module_itself(NOTEBOOK)]
        for module in modules:
            for name, value in _public(module):
                found.extend(_described(f"{module.__name__}.{name}", value))
    return tuple(found)


@cache
def by_name() -> dict[str, Legacy]:
    return {legacy.name: legacy for legacy in walk()}


def _modules() -> Iterator[ModuleType]:
    package = importlib.import_module(PACKAGE)
    yield package
    for info in pkgutil.walk_packages(package.__path__, PACKAGE + "."):
        if not info.name.startswith(NOTEBOOK):
            yield importlib.import_module(info.name)
    yield importlib.import_module(MESSAGES)


def _module_itself(name: str) -> Legacy:
    return Legacy(name, "value")


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The public names of a module that are its own, or that a package gathers."""
    is_package = hasattr(module, "__path__")
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or inspect.ismodule(value):
            continue
        home = _home(name, value)
        if home == module.__name__ or home is None:
            yield name, value
        elif is_package and home.partition(".")[0] not in PYTHON:
            yield name, value


def _home(name: str, value: object) -> str | None:
    """The other module that has the very same thing under the very same name."""
    module = getattr(value, "__module__", None) or type(value).__module__
    origin = sys.modules.get(module)
    return module if getattr(origin, name, None) is value else None


def _described(dotted: str, value: Any) -> Iterator[Legacy]:
    if inspect.isfunction(value):
        yield Legacy(dotted, "function", _parameters(value))
    elif not inspect.isclass(value):
        yield Legacy(dotted, "value")
    elif issubclass(value, proto.Enum | enum.Enum):
        members = frozenset(value.__members__)
        yield Legacy(dotted, "enum", attributes=members)
    elif issubclass(value, proto.Message):
        yield from _message(dotted, value)
    elif typing.is_typeddict(value) or type(value).__name__ == "_TypedDictMeta":
        yield Legacy(dotted, "dict")
    elif issubclass(value, BaseException):
        yield Legacy(dotted, "error")
    elif value.__module__.startswith(PACKAGE):
        yield _class(dotted, value)
    else:
        yield Legacy(dotted, "value")


def _message(dotted: str, message: Any) -> Iterator[Legacy]:
    """A message with its fields, and the messages and enums inside it."""
    fields = tuple(message.meta.fields)
    yield Legacy(dotted, "message", Parameters(fields, 0), attributes=frozenset(fields))
    for name, inner in vars(message).items():
        # The entries of map fields are messages that nobody can import.
        if inspect.isclass(inner) and issubclass(inner, proto.Message | proto.Enum):
            if not name.endswith("Entry"):
                yield from _described(f"{dotted}.{name}", inner)


def _class(dotted: str, value: type) -> Legacy:
    methods: dict[str, Parameters] = {}
    attributes = {f.name for f in dataclasses.fields(value)} if _is_data(value) else set()
    bound = set()
    for name in dir(value):
        member = inspect.getattr_static(value, name)
        if name.startswith("_"):
            continue
        if inspect.isfunction(member):
            methods[name] = _parameters(member, skip=1)
        elif isinstance(member, classmethod | staticmethod):
            methods[name] = _parameters(getattr(value, name))
            bound.add(name)
        else:
            attributes.add(name)
    return Legacy(
        dotted, "class", _parameters(value), methods, frozenset(attributes), frozenset(bound)
    )


def _is_data(value: type) -> bool:
    return dataclasses.is_dataclass(value)


def _parameters(value: Callable[..., Any], skip: int = 0) -> Parameters:
    kinds = inspect.Parameter
    given = list(inspect.signature(value).parameters.values())[skip:]
    named = [p for p in given if p.kind not in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)]
    positional = sum(p.kind is not kinds.KEYWORD_ONLY for p in named)
    return Parameters(tuple(p.name for p in named), positional)
