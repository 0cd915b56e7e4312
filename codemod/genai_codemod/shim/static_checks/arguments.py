"""Checks what is written as an argument against the annotation of what takes it.

Literals are validated by pydantic with the SDK's own annotations; what is only known at run time
is accepted.
"""

from __future__ import annotations

import ast
import enum
import re
import typing
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks import suggestions
from genai_codemod.shim.static_checks.findings import Report
from genai_codemod.shim.static_checks.inference import Inference
from genai_codemod.shim.static_checks.literals import Literals, NotLiteralError
from genai_codemod.shim.static_checks.special_fields import refusal
from genai_codemod.shim.static_checks.values import (
    Awaitable,
    InstanceValue,
    LocalFunction,
    without_none,
)

_CALLABLE: Any = Callable
_SCALARS = (str, int, float, bool, bytes)


class Arguments:
    """Checks values of one module against annotations, and reports what does not fit."""

    def __init__(self, inference: Inference, literals: Literals, report: Report) -> None:
        self._inference = inference
        self.literals = literals
        self._report = report
        self._seen: set[tuple[ast.AST, str]] = set()

    def check(self, annotation: object, node: ast.expr, owner: str, name: str) -> None:
        """Check an argument or field ``name`` of ``owner``, the class or function that has it."""
        given, node = node, self.literals.written(node)
        kinds = surface.alternatives(annotation)
        if not kinds:
            return
        if isinstance(node, ast.Dict):
            self._dict(kinds, node, owner, name)
        elif isinstance(node, ast.List):
            self._list(kinds, node, owner, name)
        else:
            self._scalar(kinds, node, owner, name, given)

    def fields(self, model: type, node: ast.Dict) -> None:
        """Check the keys and values of a dict that stands for a model."""
        known = surface.fields(model)
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                continue
            if key.value in known:
                self.field(model, key.value, value)
            else:
                self.unknown_field(model, key.value, key)

    def field(self, model: type, name: str, node: ast.expr) -> None:
        """Check the value of a field that the model has."""
        try:
            value = self.literals.value(node)
        except NotLiteralError:
            pass
        else:
            refused = refusal(model, name, value)
            if refused:
                self._once(node, *refused)
                return
        self.check(surface.fields(model)[name], node, model.__name__, name)

    def unknown_field(self, model: type, name: str, node: ast.AST) -> None:
        message = f"{model.__name__} has no field {name!r}"
        self._once(node, "field", message, suggestions.for_field(model, name))

    # ---------------------------------------------------------------- by shape

    def _dict(self, kinds: Sequence[object], node: ast.Dict, owner: str, name: str) -> None:
        classes = [surface.class_of(kind) for kind in kinds]
        models = [each for each in classes if each is not None and surface.is_model(each)]
        if any(_takes_any_dict(each) for each in classes):
            values = [kind for kind in kinds if surface.class_of(kind) is dict]
            if not models and len(values) == 1 and len(get_args(values[0])) == 2:
                for value in node.values:
                    self.check(get_args(values[0])[1], value, owner, name)
            return
        if surface.sdk_types().File in models:
            # The SDK reads a dict that is no file as the data of one.
            models.append(surface.sdk_types().FileData)
        if models:
            self.fields(_best(list(dict.fromkeys(models)), node), node)
        elif all(each in _SCALARS or each is list for each in classes):
            self._once(node, "value", f"{owner}: {name} cannot be a dict", _expects(kinds))

    def _list(self, kinds: Sequence[object], node: ast.List, owner: str, name: str) -> None:
        lists = [kind for kind in kinds if _is_list(kind)]
        if not lists:
            classes = [surface.class_of(kind) for kind in kinds]
            if all(
                each in _SCALARS or surface.is_model(each) or surface.is_enum(each)
                for each in classes
            ):
                self._once(node, "value", f"{owner}: {name} cannot be a list", _expects(kinds))
            return
        items = [get_args(kind)[0] for kind in lists if get_args(kind)]
        if len(items) < len(lists):
            return
        for element in node.elts:
            if not isinstance(element, ast.Starred):
                self.check(typing.Union[tuple(items)], element, owner, name)  # noqa: UP007

    def _scalar(
        self, kinds: Sequence[object], node: ast.expr, owner: str, name: str, given: ast.expr
    ) -> None:
        """Check a literal ``node``, or else the expression ``given`` that stands for it."""
        try:
            value = self.literals.value(node)
        except NotLiteralError:
            self._known_object(kinds, given, owner, name)
            return
        if value is None or isinstance(value, list | dict | tuple):
            return
        problem = _refusal(kinds, value)
        if problem:
            shown = ast.unparse(node)
            shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
            message = f"{owner}: {name}={shown}: {problem}"
            self._once(node, "value", message, _values_of(kinds, value))

    def _known_object(self, kinds: Sequence[object], node: ast.expr, owner: str, name: str) -> None:
        """Check an object of the SDK, and a call that is not awaited."""
        values = without_none(self._inference.values(node))
        classes = [surface.class_of(kind) for kind in kinds]
        plain = [v.cls for v in values if isinstance(v, InstanceValue) and v.cls in _SCALARS]
        if plain and len(plain) == len(values) and all(map(_is_object_of_the_sdk, classes)):
            message = f"{owner}: {name} cannot be a {surface.label(plain[0])}"
            self._once(node, "value", message, _expects(kinds))
            return
        if not values or not all(_is_closed(cls) for cls in classes):
            return
        if all(isinstance(value, Awaitable) for value in values):
            message = f"{owner}: {name} is given a coroutine that is not awaited"
            self._once(node, "await", message, f"write await {ast.unparse(node)}")
            return
        if all(isinstance(value, LocalFunction) for value in values):
            if _CALLABLE not in classes:
                message = f"{owner}: {name} cannot be a function"
                self._once(node, "value", message, _for_function(kinds))
            return
        models = [value.cls for value in values if isinstance(value, InstanceValue)]
        if len(models) < len(values):
            return
        for cls in models:
            if cls is None or not surface.is_model(cls):
                return
            if any(known is not None and _is_read_as(cls, known) for known in classes):
                return
        message = f"{owner}: {name} cannot be a {surface.label(models[0])}"
        has_name = classes == [str] and "name" in surface.field_infos(models[0] or object)
        self._once(node, "value", message, "give its name" if has_name else _expects(kinds))

    def _once(self, node: ast.AST, check: str, message: str, suggestion: str) -> None:
        if (node, message) not in self._seen:
            self._seen.add((node, message))
            self._report(node, check, message, suggestion)


def _best(models: Sequence[type], node: ast.Dict) -> type:
    """The model of several that has most of the keys of a dict."""
    keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return max(models, key=lambda model: len(keys & surface.fields(model).keys()))


def _for_function(kinds: Sequence[object]) -> str:
    if surface.sdk_types().FunctionDeclaration in kinds:
        return "hand the function itself to tools=[...]"
    return _expects(kinds)


def _is_read_as(cls: type, known: type) -> bool:
    """Whether a model is taken for another: pydantic reads the fields that both have."""
    shared = surface.field_infos(cls).keys() & surface.field_infos(known).keys()
    return issubclass(cls, known) or bool(shared)


def _is_object_of_the_sdk(cls: type | None) -> bool:
    if cls is None or cls.__name__.startswith("_") or surface.is_typed_dict(cls):
        return False
    return surface.is_ours(cls) and not surface.is_enum(cls)


def _is_closed(cls: type | None) -> bool:
    """Whether nothing but what a class says is taken for it."""
    if cls is None or cls.__name__.startswith("_"):  # those stand for others of the SDK
        return False
    # No model of the SDK can be called, or is an image of Pillow.
    others = cls in _SCALARS or cls in (list, _CALLABLE) or _is_image(cls)
    return others or surface.is_model(cls) or surface.is_enum(cls)


def _takes_any_dict(cls: type | None) -> bool:
    if cls is None or cls is object or issubclass(cls, Mapping):
        return True
    return bool(surface.field_infos(cls)) and not surface.is_model(cls)


def _is_list(kind: object) -> bool:
    cls = surface.class_of(kind)
    return (
        cls is not None
        and cls not in _SCALARS
        and (issubclass(cls, list) or (hasattr(cls, "__iter__") and not surface.is_ours(cls)))
    )


def _refusal(kinds: Sequence[object], value: object) -> str:
    """Why pydantic refuses a literal for any of these annotations; empty when it does not."""
    classes = [surface.class_of(kind) for kind in kinds]
    if type(value) in classes:
        return ""
    scalars = [kind for kind, cls in zip(kinds, classes, strict=True) if _is_scalar(kind, cls)]
    others = [cls for kind, cls in zip(kinds, classes, strict=True) if not _is_scalar(kind, cls)]
    if not all(cls is list or surface.is_model(cls) or _is_image(cls) for cls in others):
        return ""
    if not scalars:
        return f"must be {_expects(kinds).removeprefix('expects ')}"
    problem = ""
    for kind in scalars:
        problem = _problem(kind, value)
        if not problem:
            return ""
    return problem


def _is_scalar(kind: object, cls: type | None) -> bool:
    if typing.get_origin(kind) is typing.Literal:
        return True
    return cls is not None and (
        cls in _SCALARS or surface.is_enum(cls) or cls.__module__ == "datetime"
    )


def _is_image(cls: type | None) -> bool:
    return cls is not None and cls.__module__.startswith("PIL")


def _problem(kind: object, value: Any) -> str:
    import pydantic

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            _adapter(kind).validate_python(value)
        except pydantic.ValidationError as error:
            return re.sub(r"^Value error, ", "", str(error.errors()[0]["msg"]))
        except AttributeError:  # enums of the SDK take it for granted that a value is a text
            return f"{value!r} is not a valid {surface.label(kind)}"
        except (TypeError, ValueError) as error:
            return str(error)
    # The SDK warns of a member that an enum does not have, and sends it.
    return str(caught[0].message) if caught and surface.is_enum(kind) else ""


@cache
def _adapter(kind: Any) -> Any:
    import pydantic

    return pydantic.TypeAdapter(kind)


def _expects(kinds: Sequence[object]) -> str:
    names = dict.fromkeys(surface.label(kind) for kind in kinds)
    return f"expects {' or '.join(names)}"


def _values_of(kinds: Sequence[object], value: object) -> str:
    """The members of an enum that was given something else, or the closest."""
    parts = [kind for kind in kinds if "Part" in surface.label(kind)]
    if parts and isinstance(value, str) and len(parts) == len(kinds):
        text = f'{{"text": "{value if len(value) < 30 else "..."}"}}'
        return f"write [{text}]" if all(_is_list(kind) for kind in parts) else f"write {text}"
    enums = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, enum.Enum)]
    if not enums or not isinstance(value, str):
        return ""
    return suggestions.for_enum(value, [str(member.value) for member in enums[0]])
