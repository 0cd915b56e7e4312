"""The values that objects, attributes and imports of the SDK stand for."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.values import (
    UNKNOWN,
    ClassValue,
    EnumMember,
    FunctionValue,
    ModuleValue,
    Namespace,
    Values,
    instances,
)


def imported(node: ast.Import | ast.ImportFrom, name: str) -> Values:
    """What an import statement gives a name."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if (alias.asname or alias.name) != name or node.level:
                continue
            if node.module == "google":
                return namespace_member(alias.name)
            if surface.in_sdk(node.module or ""):
                module = surface.submodule(node.module or "")
                member = getattr(module, alias.name, None)
                member = member or surface.submodule(f"{node.module}.{alias.name}")
                return of_object(member)
        elif alias.asname == name and surface.in_sdk(alias.name):
            return of_object(surface.submodule(alias.name))
        elif not alias.asname and name == "google" and surface.in_sdk(alias.name):
            surface.submodule(alias.name)
            return (Namespace("google"),)
        elif not alias.asname and name == alias.name == "google":
            return (Namespace("google"),)
    return UNKNOWN


def namespace_member(name: str) -> Values:
    return (ModuleValue(surface.package()),) if name == "genai" else UNKNOWN


def of_object(found: object) -> Values:
    """The value that stands for an object of the SDK itself."""
    if inspect.ismodule(found) and surface.in_sdk(found.__name__):
        return (ModuleValue(found),)
    if inspect.isclass(found) and surface.is_ours(found):
        return (ClassValue(found),)
    if inspect.isfunction(found) and surface.is_ours(found):
        return (FunctionValue(found, "", bound=False),)
    return UNKNOWN


def class_attribute(cls: type, name: str) -> Values:
    if surface.is_enum(cls):
        member = getattr(cls, "__members__", {}).get(name)
        return (EnumMember(member),) if member is not None else UNKNOWN
    member = inspect.getattr_static(cls, name, None)
    if isinstance(member, classmethod | staticmethod) and surface.is_ours(cls):
        bound = isinstance(member, classmethod)
        if _is_written_by_the_sdk(member.__func__):
            return (FunctionValue(member.__func__, surface.label(cls), bound=bound),)
    return UNKNOWN


def instance_attribute(cls: type, name: str) -> Values:
    if not surface.is_ours(cls):
        return UNKNOWN
    if name in surface.field_infos(cls):
        return instances(surface.field_infos(cls)[name].annotation)
    member = inspect.getattr_static(cls, name, None)
    if isinstance(member, property) and member.fget is not None:
        return instances(surface.hints(member.fget).get("return", Any))
    if isinstance(member, cached_property):
        return instances(surface.hints(member.func).get("return", Any))
    if inspect.isfunction(member) and _is_written_by_the_sdk(member):
        return (FunctionValue(surface.described(member, cls), surface.label(cls), bound=True),)
    if isinstance(member, classmethod | staticmethod):
        return class_attribute(cls, name)
    if member is not None:
        return UNKNOWN
    return instances(surface.hints_of_class(cls).get(name, Any))


def _is_written_by_the_sdk(function: Callable[..., Any]) -> bool:
    return surface.is_ours(inspect.unwrap(function))
