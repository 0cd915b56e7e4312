"""What the installed google.genai has: its attributes, signatures, annotations and fields.

Everything here is read from the package itself, with ``inspect``, ``typing`` and pydantic.
"""

from __future__ import annotations

import ast
import builtins
import dis
import enum
import importlib
import importlib.util
import inspect
import sys
import types as builtin_types
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from functools import cache
from itertools import chain
from types import ModuleType
from typing import Any, ForwardRef, TypeVar, Union, get_args, get_origin

PACKAGE = "google.genai"


@cache
def package() -> ModuleType:
    """The package ``google.genai``."""
    return importlib.import_module(PACKAGE)


@cache
def sdk_types() -> ModuleType:
    """The module ``google.genai.types``."""
    return importlib.import_module(f"{PACKAGE}.types")


def version() -> str:
    """The version of the installed SDK."""
    return str(package().__version__)


@cache
def submodule(dotted: str) -> ModuleType | None:
    """A module of the SDK by its full name, or nothing when there is none."""
    try:
        return importlib.import_module(dotted)
    except Exception:  # its own imports fail here, or what it does when it is imported
        return None


def in_sdk(dotted: str) -> bool:
    """Whether a name is that of the SDK or of something in it."""
    return f"{dotted}.".startswith(f"{PACKAGE}.")


@cache
def is_submodule(dotted: str) -> bool:
    """Whether the SDK has a module of this name, even one whose own imports fail here."""
    try:
        return importlib.util.find_spec(dotted) is not None
    except (ImportError, ValueError):
        return False


def is_ours(cls: object) -> bool:
    """Whether a class comes from the SDK."""
    module = getattr(cls, "__module__", None)
    return isinstance(module, str) and f"{module}.".startswith(f"{PACKAGE}.")


def is_model(cls: object) -> bool:
    """Whether a class of the SDK is a pydantic model that refuses fields it does not have."""
    if not isinstance(cls, type) or not is_ours(cls):
        return False
    config = getattr(cls, "model_config", None)
    return isinstance(config, Mapping) and config.get("extra") == "forbid"


def is_enum(cls: object) -> bool:
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


# ---------------------------------------------------------------- annotations


@cache
def hints(function: Callable[..., Any]) -> Mapping[str, object]:
    """The annotations of a function, each evaluated alone; one that cannot be is ``Any``."""
    inner = inspect.unwrap(function)
    namespace = getattr(inner, "__globals__", {})
    found = getattr(inner, "__annotations__", {})
    return {name: _evaluated(annotation, namespace) for name, annotation in found.items()}


def _evaluated(annotation: object, namespace: Mapping[str, object]) -> object:
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        return annotation
    names = {**vars(builtins), **namespace}
    try:
        return eval(annotation, names)
    except NameError:
        names.update(names_for_type_checkers(str(namespace.get("__name__", ""))))
    except Exception:  # whatever a name of a type checker raises here
        return Any
    try:
        return eval(annotation, names)
    except Exception:
        return Any


@cache
def names_for_type_checkers(module: str) -> Mapping[str, object]:
    """What a module of the SDK imports only ``if TYPE_CHECKING``, for its annotations."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError, SyntaxError):
        return {}
    found: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for each in node.body:
                if isinstance(each, ast.ImportFrom):
                    dotted = "." * each.level + (each.module or "")
                    found.update(_members(dotted, each.names, module.rpartition(".")[0]))
    return found


def _members(dotted: str, names: list[ast.alias], around: str) -> Mapping[str, object]:
    try:
        module = submodule(importlib.util.resolve_name(dotted, around))
    except ImportError:
        return {}
    return {each.asname or each.name: getattr(module, each.name, Any) for each in names}


def alternatives(annotation: object) -> tuple[object, ...]:
    """What a value may be besides ``None``: the members of unions; empty when that is open."""
    annotation = _evaluated(annotation, vars(sdk_types()))
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return alternatives(get_args(annotation)[0])
    if origin is Union or origin is builtin_types.UnionType:
        members = [each for each in get_args(annotation) if each is not type(None)]
        found = [alternatives(each) for each in members]
        return () if () in found else tuple(dict.fromkeys(chain.from_iterable(found)))
    if isinstance(annotation, TypeVar) and annotation.__bound__ is not None:
        return alternatives(annotation.__bound__)
    if annotation is Any or annotation is object or isinstance(annotation, TypeVar):
        return ()
    return (model_of(annotation) or annotation,)


def awaited(annotation: object) -> object:
    """What awaiting gives: some versions annotate that with ``Awaitable`` around it."""
    arguments = get_args(annotation)
    return arguments[-1] if get_origin(annotation) in (Awaitable, Coroutine) else annotation


@cache
def model_of(typed_dict: object) -> type | None:
    """The model that a ``TypedDict`` of the SDK becomes."""
    if not is_typed_dict(typed_dict) or not is_ours(typed_dict):
        return None
    name = str(getattr(typed_dict, "__name__", "")).removesuffix("Dict")
    model = getattr(sdk_types(), name, None)
    return model if is_model(model) else None


def is_typed_dict(annotation: object) -> bool:
    # Those of ``typing_extensions`` are not known to ``typing.is_typeddict``.
    return hasattr(annotation, "__total__")


def class_of(annotation: object) -> type | None:
    """The class behind an annotation such as ``list[Candidate]``."""
    origin = get_origin(annotation) or annotation
    return origin if isinstance(origin, type) else None


def label(annotation: object) -> str:
    """An annotation as messages name it."""
    cls = class_of(annotation)
    if cls is None:
        return str(annotation)
    inner = [label(each) for each in get_args(annotation) if isinstance(each, type)]
    # Those are called ``Interactions`` and the like in what their authors write about them.
    name = cls.__name__.replace("GeminiNextGen", "")
    return f"{name}[{', '.join(inner)}]" if inner else name


# ---------------------------------------------------------------- attributes


@cache
def fields(model: type) -> Mapping[str, object]:
    """The annotations of a model's fields, under their names and their aliases.

    A list that the model leaves open is described by the ``TypedDict`` of the same name.
    """
    twin = hints_of_class(getattr(sdk_types(), f"{model.__name__}Dict", None))
    found: dict[str, object] = {}
    for name, field in field_infos(model).items():
        annotation = field.annotation
        if list in alternatives(annotation):
            annotation = twin.get(name, annotation)
        found[name] = annotation
        if field.alias:
            found[field.alias] = annotation
    return found


def field_infos(model: type) -> Mapping[str, Any]:
    """Pydantic's own description of the fields of a model."""
    found: Mapping[str, Any] = getattr(model, "model_fields", {})
    return found


@cache
def field_info(model: type, name: str) -> Any:
    """The description of one field, by its name or its alias; nothing when there is none."""
    infos = field_infos(model)
    if name in infos:
        return infos[name]
    return next((info for info in infos.values() if info.alias == name), None)


@cache
def hints_of_class(cls: object) -> Mapping[str, object]:
    """The annotations in the body of a class and of those it inherits from."""
    found: dict[str, object] = {}
    for each in reversed(getattr(cls, "__mro__", ())):
        module = sys.modules.get(getattr(each, "__module__", ""))
        for name, annotation in vars(each).get("__annotations__", {}).items():
            found[name] = _evaluated(annotation, vars(module) if module else {})
    return found


@cache
def stored_attributes(cls: type) -> frozenset[str]:
    """The names that the methods of a class assign on some object, mostly ``self``."""
    names: set[str] = set()
    for each in cls.__mro__:
        for member in list(vars(each).values()):
            code = getattr(inspect.unwrap(member) if callable(member) else member, "__code__", None)
            if code is not None:
                names |= {
                    str(i.argval) for i in dis.get_instructions(code) if i.opname == "STORE_ATTR"
                }
    return frozenset(names)


def has_attribute(cls: type, name: str) -> bool:
    """Whether instances of a class have an attribute; true when that cannot be told."""
    if cls in STREAMS:
        return any(hasattr(each, name) for each in _GENERATORS)
    if any(name in vars(each) for each in cls.__mro__):
        return True
    if name in field_infos(cls) or name in hints_of_class(cls):
        return True
    if any("__getattr__" in vars(each) for each in cls.__mro__ if not _is_pydantic(each)):
        return True
    return name in stored_attributes(cls)


def _is_pydantic(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "pydantic"


def is_checkable(cls: type) -> bool:
    """Whether all attributes of the instances of a class are known."""
    return is_ours(cls) or cls in _PLAIN or cls in STREAMS


# What the methods that stream are annotated with, and what they really give.
STREAMS: frozenset[type] = frozenset({Iterator, AsyncIterator})
_GENERATORS = (builtin_types.GeneratorType, builtin_types.AsyncGeneratorType)
_PLAIN = frozenset({str, int, float, bool, bytes, list, dict})


# ---------------------------------------------------------------- calls


@cache
def signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """The signature of a function or method, as it is written."""
    try:
        return inspect.signature(inspect.unwrap(function))
    except (TypeError, ValueError):
        return None


@cache
def described(method: Callable[..., Any], cls: type) -> Callable[..., Any]:
    """The method of a base class that one that takes just anything hands its arguments to."""
    if not _takes_anything(method):
        return method
    for base in cls.__mro__:
        found = vars(base).get(method.__name__)
        if inspect.isfunction(found) and is_ours(found) and not _takes_anything(found):
            return found
    return method


def _takes_anything(method: Callable[..., Any]) -> bool:
    found = signature(method)
    kinds = [each.kind for each in found.parameters.values()] if found else []
    return kinds[1:] == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


@cache
def overloads(function: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    """The ways to call a method, where its class or a base class names several."""
    inner = inspect.unwrap(function)
    found = typing.get_overloads(inner)
    owner, _, name = inner.__qualname__.rpartition(".")
    cls = getattr(sys.modules.get(inner.__module__), owner, None) if owner else None
    for base in getattr(cls, "__mro__", ())[1:]:
        if not found and inspect.isfunction(vars(base).get(name)):
            found = typing.get_overloads(vars(base)[name])
    return tuple(found)


@cache
def own_initialiser(cls: type) -> Callable[..., Any] | None:
    """The ``__init__`` that a class of the SDK writes itself, rather than pydantic's."""
    for each in cls.__mro__:
        if "__init__" in vars(each):
            return vars(each)["__init__"] if is_ours(each) else None
    return None


def is_coroutine(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(inspect.unwrap(function))


def is_context_manager(function: Callable[..., Any]) -> bool:
    """Whether a function is a generator that ``contextlib`` made a context manager of."""
    inner = inspect.unwrap(function)
    return inner is not function and (
        inspect.isasyncgenfunction(inner) or inspect.isgeneratorfunction(inner)
    )


@cache
def closes_itself() -> bool:
    """Whether a client of this version closes its connection when nothing refers to it."""
    return "__del__" in vars(package().Client)
