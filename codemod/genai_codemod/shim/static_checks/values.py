"""What is known about the value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from genai_codemod.shim import surface


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the SDK."""

    module: ModuleType


@dataclass(frozen=True, slots=True)
class Namespace:
    """The package around the SDK, which other packages share: ``google``."""

    name: str


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the SDK itself."""

    cls: type


@dataclass(frozen=True, slots=True)
class InstanceValue:
    """An object of the type that an annotation describes, never a union."""

    annotation: object

    @property
    def cls(self) -> type | None:
        return surface.class_of(self.annotation)


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the SDK; ``owner`` names its class, ``bound`` whether it has its ``self``.

    ``client`` is the expression of the client that it was reached from, where that is one.
    """

    function: Callable[..., Any]
    owner: str
    bound: bool

    @property
    def name(self) -> str:
        own = getattr(self.function, "__name__", "function")
        return f"{self.owner}.{own}" if self.owner else own


@dataclass(frozen=True, slots=True)
class Awaitable:
    """What a call of a coroutine function gives: it must be awaited to get the result."""

    result: tuple[Value, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that runs already and can be awaited, such as what ``gather`` gives."""

    result: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A function of the SDK that was given some of its arguments by ``functools.partial``."""

    function: FunctionValue


@dataclass(frozen=True, slots=True)
class Manager:
    """A context manager, and what it gives to the name after ``as``."""

    entered: tuple[Value, ...]
    is_async: bool
    name: str


@dataclass(frozen=True, slots=True)
class TupleValue:
    """A tuple whose items are known one by one."""

    items: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list or another collection whose elements are all alike."""

    elements: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DictValue:
    """A dict that is written out, with texts as its keys."""

    items: tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enum of the SDK."""

    member: Any


@dataclass(frozen=True, slots=True)
class LocalClass:
    """A class of the module itself."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """An object of a class of the module itself."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class LocalFunction:
    """A function of the module itself."""

    node: ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Nothing:
    """``None``."""


Value = (
    ModuleValue
    | Namespace
    | ClassValue
    | InstanceValue
    | FunctionValue
    | Awaitable
    | Task
    | Prepared
    | Manager
    | TupleValue
    | ListValue
    | DictValue
    | EnumMember
    | LocalClass
    | LocalInstance
    | LocalFunction
    | Nothing
)

# What an expression may be; empty when that is not known.
Values = tuple[Value, ...]
UNKNOWN: Values = ()


def instances(annotation: object) -> Values:
    """The values that an annotation allows; a ``TypedDict`` is a dict, and no model."""
    if surface.is_typed_dict(annotation):
        return UNKNOWN
    return tuple(InstanceValue(each) for each in surface.alternatives(annotation))


def union(groups: list[Values]) -> Values:
    """All of several possibilities; unknown as soon as one of them is."""
    if not groups or UNKNOWN in groups:
        return UNKNOWN
    return tuple(dict.fromkeys(value for group in groups for value in group))


def without_collections(values: Values) -> Values:
    """Nothing is known of a collection that is changed later on."""
    return UNKNOWN if any(isinstance(v, ListValue | DictValue) for v in values) else values


def without_none(values: Values) -> Values:
    return tuple(value for value in values if not isinstance(value, Nothing))
