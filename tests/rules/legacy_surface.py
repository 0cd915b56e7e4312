"""The public surface of the installed google-generativeai, found by walking its packages."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import proto
from google.api_core import exceptions

PACKAGE = "google.generativeai"
MESSAGES = "google.ai.generativelanguage"
# What proto-plus gives the class of every message.
MESSAGE_METHODS = frozenset(
    name
    for name, method in vars(type(proto.Message)).items()
    if inspect.isfunction(method) and not name.startswith("_")
)
# The notebook magics are a program of their own; they need IPython to be imported.
NOTEBOOK = "google.generativeai.notebook"
SUBMODULES = {"content", "generative_service"}
PYTHON = (*sys.stdlib_module_names, "typing_extensions")


@dataclass(frozen=True)
class Parameters:
    """The names of a signature in order, and how many may be given by position.

    ``passes_on`` says that the function takes any keywords for another one.
    """

    names: tuple[str, ...]
    positional: int
    passes_on: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        listed = list(self.names)
        if self.positional < len(listed):
            listed.insert(self.positional, "*")
        return f"({', '.join(listed)})"

    def allows(self, other: Parameters) -> bool:
        """Whether a rule with the other parameters is about this signature."""
        more = other.names[len(self.names) :]
        return other.positional == self.positional and (
            other.names == self.names or (self.passes_on and other.names == (*self.names, *more))
        )


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


@cache
def message_packages() -> tuple[str, ...]:
    """The packages with messages, one for each version of the API, and where theirs are imported.

    The other submodules of ``types`` are the package's own affair: no program was seen with them.
    """
    parent, _, name = MESSAGES.rpartition(".")
    packages = []
    for info in pkgutil.iter_modules(importlib.import_module(parent).__path__):
        if info.name.startswith(name):
            packages.append(f"{parent}.{info.name}")
            if info.name != name:
                types = importlib.import_module(f"{parent}.{info.name}.types")
                inner = {each.name for each in pkgutil.iter_modules(types.__path__)}
                packages.append(types.__name__)
                packages += [f"{types.__name__}.{each}" for each in inner & SUBMODULES]
    return tuple(packages)


@cache
def raised_names() -> tuple[str, ...]:
    """The exceptions that the legacy calls raise are classes of another package."""
    return tuple(
        f"{exceptions.__name__}.{name}"
        for name, value in vars(exceptions).items()
        if inspect.isclass(value) and issubclass(value, Exception) and not name.startswith("_")
    )


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
    """The public names of a module that are its own, or that it gathers from others."""
    gathered = getattr(module, "__all__", vars(module) if hasattr(module, "__path__") else ())
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or inspect.ismodule(value):
            continue
        home = _home(name, value)
        own = home in (module.__name__, None)
        if own or (name in gathered and str(home).partition(".")[0] not in PYTHON):
            yield name, value


def _home(name: str, value: object) -> str | None:
    """The other module that has the very same thing under the very same name."""
    module = getattr(value, "__module__", None) or type(value).__module__
    origin = sys.modules.get(module)
    return module if getattr(origin, name, None) is value else None


def _described(dotted: str, value: Any) -> Iterator[Legacy]:
    if inspect.isfunction(value):
        yield Legacy(dotted, "function", parameters_of(value))
    elif not inspect.isclass(value):
        yield Legacy(dotted, "value")
    elif issubclass(value, proto.Enum | enum.Enum):
        members = frozenset(value.__members__)
        yield Legacy(dotted, "enum", attributes=members)
    elif issubclass(value, proto.Message):
        yield from _message(dotted, value)
    elif type(value).__name__ == "_TypedDictMeta" or dotted.endswith("Dict"):
        yield Legacy(dotted, "dict")
    elif issubclass(value, BaseException):
        yield Legacy(dotted, "error")
    elif value.__module__.startswith(PACKAGE):
        yield described_class(dotted, value)
    else:
        yield Legacy(dotted, "value")


def _message(dotted: str, message: Any) -> Iterator[Legacy]:
    """A message with its fields, and the messages and enums inside it."""
    fields = tuple(message.meta.fields)
    yield Legacy(
        dotted,
        "message",
        Parameters(fields, 0),
        {name: parameters_of(getattr(message, name)) for name in MESSAGE_METHODS},
        frozenset(fields),
        MESSAGE_METHODS,
    )
    for name, inner in vars(message).items():
        # The entries of map fields are messages that nobody can import.
        if inspect.isclass(inner) and issubclass(inner, proto.Message | proto.Enum):
            if not name.endswith("Entry"):
                yield from _described(f"{dotted}.{name}", inner)


def described_class(dotted: str, value: type) -> Legacy:
    """A class with what can be called and read on it."""
    methods: dict[str, Parameters] = {}
    attributes = _assigned(value)
    if dataclasses.is_dataclass(value):
        attributes |= {each.name for each in dataclasses.fields(value)}
    bound = set()
    for name in dir(value):
        member = inspect.getattr_static(value, name)
        if name.startswith("_"):
            continue
        if inspect.isfunction(member):
            methods[name] = parameters_of(member, skip=1)
        elif isinstance(member, classmethod | staticmethod):
            methods[name] = parameters_of(getattr(value, name))
            bound.add(name)
        else:
            attributes.add(name)
    return Legacy(
        dotted, "class", parameters_of(value), methods, frozenset(attributes), frozenset(bound)
    )


def _assigned(value: type) -> set[str]:
    """The public attributes that a constructor gives its object."""
    init = vars(value).get("__init__")
    if init is None or init.__code__.co_filename == "<string>":
        return set()
    return set(re.findall(r"^\s+self\.([a-z]\w*)\s*(?::[^=]+)?=", inspect.getsource(init), re.M))


def parameters_of(value: Callable[..., Any], skip: int = 0) -> Parameters:
    kinds = inspect.Parameter
    given = list(inspect.signature(value).parameters.values())[skip:]
    named = [p for p in given if p.kind not in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)]
    positional = sum(p.kind is not kinds.KEYWORD_ONLY for p in named)
    passes_on = any(p.kind is kinds.VAR_KEYWORD for p in given)
    return Parameters(tuple(p.name for p in named), positional, passes_on)
