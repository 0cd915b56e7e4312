"""The public surface of the parts of vertexai that the rules cover, found by walking them."""

from __future__ import annotations

import enum
import importlib
import inspect
import warnings
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import proto
from tests.rules.legacy_surface import Legacy, described_class, parameters_of

from genai_codemod.engine.rule_packs.rule_pack import RulePack

# What is of one name in both: the preview has more parameters, so it comes last.
COVERED = (
    "vertexai.caching",
    "vertexai.generative_models",
    "vertexai.language_models",
    "vertexai.tuning",
    "vertexai.tuning.sft",
    "vertexai.vision_models",
    "vertexai.preview.caching",
    "vertexai.preview.generative_models",
    "vertexai.preview.language_models",
    "vertexai.preview.tuning",
    "vertexai.preview.tuning.sft",
    "vertexai.preview.vision_models",
)
# What a resource has of all that Vertex AI has for resources, and no program calls.
PLUMBING = frozenset({"client_class", "mro"})


def surface(pack: RulePack) -> Mapping[str, Legacy]:
    """All that is public in these modules, and in vertexai itself, by its canonical name."""
    found: dict[str, Legacy] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = importlib.import_module("vertexai")
        # It is a method of an object that stands for the module.
        found["vertexai.init"] = Legacy("vertexai.init", "function", parameters_of(package.init))
        for name in COVERED:
            module = importlib.import_module(name)
            for inner, value in _public(module):
                for legacy in _described(f"{name}.{inner}", value):
                    found[pack.canonical(legacy.name)] = legacy
    return found


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    names = getattr(module, "__all__", vars(module))
    for name in sorted(names):
        value = getattr(module, name)
        if not name.startswith("_") and not inspect.ismodule(value):
            yield name, value


def _described(dotted: str, value: Any) -> Iterator[Legacy]:
    if inspect.isfunction(value):
        yield Legacy(dotted, "function", parameters_of(value))
    elif not inspect.isclass(value):
        yield Legacy(dotted, "value")
    elif issubclass(value, proto.Enum | enum.Enum):
        yield Legacy(dotted, "enum", attributes=frozenset(value.__members__))
    elif issubclass(value, BaseException):
        yield Legacy(dotted, "error")
    elif issubclass(value, proto.Message):
        yield Legacy(dotted, "function", parameters_of_message(value))
        yield from _inner(dotted, value)
    elif dotted.endswith(".grounding"):
        # A class that is used as a module.
        yield from _inner(dotted, value)
    else:
        described = described_class(dotted, value)
        inner = {name for name, _ in _classes(value)} | PLUMBING
        yield Legacy(
            dotted,
            "class",
            described.parameters,
            described.methods,
            described.attributes - inner,
            described.bound,
        )
        yield from _inner(dotted, value)


def parameters_of_message(message: Any) -> Any:
    """A message is made with its fields."""
    from tests.rules.legacy_surface import Parameters

    return Parameters(tuple(message.meta.fields), 0)


def _inner(dotted: str, value: type) -> Iterator[Legacy]:
    for name, inner in _classes(value):
        yield from _described(f"{dotted}.{name}", inner)


def _classes(value: type) -> Iterator[tuple[str, type]]:
    for name in dir(value):
        inner = inspect.getattr_static(value, name)
        if inspect.isclass(inner) and not name.startswith("_") and name not in PLUMBING:
            yield name, inner
