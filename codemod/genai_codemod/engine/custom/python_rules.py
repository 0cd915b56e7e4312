"""Loads rules that are written in Python: from a file, from a module, or from a distribution."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath
from types import ModuleType
from typing import Any

from genai_codemod.engine.custom.handlers import FAILURES, said
from genai_codemod.engine.rule_sources import RulesError
from genai_codemod.engine.rules import AttributeRule, CallRule, Kind, NameRule, RulePack
from genai_codemod.rules.registry import ATTRIBUTE, PythonRule

_PACKAGE = "_genai_codemod_rules"


def load_python_file(name: str, data: bytes) -> RulePack:
    """The rules in a file ``path.py:attribute``, or all of ``path.py``.

    The file is executed as a module of a private package, so that it hides no other one.

    Raises:
        RulesError: it cannot be executed, or has no such rules.
    """
    path, attribute = split_attribute(name)
    module = _executed(path, data)
    return pack_of(name, _attribute(name, module, attribute))


def load_module(name: str) -> RulePack:
    """The rules ``module:attribute`` of an importable module, or all of ``module:``.

    Raises:
        RulesError: it cannot be imported, or has no such rules.
    """
    path, attribute = split_attribute(name)
    try:
        module = import_module(path)
    except FAILURES as error:
        raise RulesError(f"cannot import the rules {name}: {said(error)}") from error
    return pack_of(name, _attribute(name, module, attribute))


def split_attribute(name: str) -> tuple[str, str]:
    """A path or module, and the attribute after the colon; a drive has a colon, too."""
    path, colon, attribute = name.rpartition(":")
    if colon and (not attribute or all(map(str.isidentifier, attribute.split(".")))):
        return path, attribute
    return name, ""


def pack_of(name: str, found: object) -> RulePack:
    """The pack that something makes: a rule, several, a module with some, or a pack.

    Raises:
        RulesError: it is nothing of that.
    """
    if isinstance(found, ModuleType) and callable(getattr(found, "load", None)):
        found = found.load()
    if isinstance(found, RulePack):
        return found
    rules = list(_rules(name, found))
    if not rules:
        raise RulesError(f"{name} has no rules: register functions with genai_codemod.rules.rule")
    return _pack(name, rules)


def _attribute(name: str, module: ModuleType, attribute: str) -> object:
    found: Any = module
    for part in filter(None, attribute.split(".")):
        if not hasattr(found, part):
            raise RulesError(f"{name}: there is no {part!r}")
        found = getattr(found, part)
    return found


def _executed(path: str, data: bytes) -> ModuleType:
    digest = hashlib.sha256(path.encode() + data).hexdigest()[:12]
    stem = re.sub(r"\W", "_", PurePath(path).stem)
    package = sys.modules.setdefault(_PACKAGE, ModuleType(_PACKAGE))
    package.__path__ = []
    full = f"{_PACKAGE}.{stem}_{digest}"
    if full in sys.modules:
        return sys.modules[full]
    module = sys.modules[full] = ModuleType(full)
    module.__file__ = path
    try:
        exec(compile(data, path, "exec"), module.__dict__)
    except SyntaxError as error:
        del sys.modules[full]
        place = f"{path}:{error.lineno or 1}:{error.offset or 1}"
        raise RulesError(f"{place}: {error.msg}") from error
    except FAILURES as error:
        del sys.modules[full]
        raise RulesError(f"{_place(path, error)}: {said(error)}") from error
    return module


def _place(path: str, error: BaseException) -> str:
    """The last line of a file that an error came through."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f"{path}:{lines[-1]}" if lines else path


def _rules(name: str, found: object) -> Iterator[PythonRule]:
    """The rules that something is, or holds, each once."""
    if isinstance(found, ModuleType):
        held: Iterable[object] = dict.fromkeys(
            each for each in vars(found).values() if _registered(each) is not None
        )
    elif isinstance(found, list | tuple | set | frozenset):
        held = found
    else:
        held = [found]
    for each in held:
        rule = _registered(each)
        if rule is None:
            raise RulesError(f"{name}: {type(each).__name__} is not registered as a rule")
        yield rule


def _registered(given: object) -> PythonRule | None:
    own = vars(given) if hasattr(given, "__dict__") else {}
    found = given if isinstance(given, PythonRule) else own.get(ATTRIBUTE)
    return found if isinstance(found, PythonRule) else None


def _pack(name: str, rules: Iterable[PythonRule]) -> RulePack:
    calls: dict[str, CallRule] = {}
    names: dict[str, NameRule] = {}
    kinds: dict[str, Kind] = {}
    functions: dict[str, PythonRule] = {}
    packages: list[str] = []
    for rule in rules:
        if functions.setdefault(rule.id, rule) is not rule:
            raise RulesError(f"{name}: two rules are called {rule.id!r}")
        said_of_it: dict[str, Any] = {
            key: getattr(rule, key) for key in ("id", "guide", "about", "example", "after")
        }
        for signature in rule.calls:
            made = CallRule(
                legacy=signature, returns=rule.returns, keeps_arguments=True, **said_of_it
            )
            if calls.setdefault(signature.name, made) is not made:
                raise RulesError(f"{name}: two rules are for calls of {signature.name}")
        for signature in rule.methods:
            kind, _, method = signature.name.partition(".")
            owned = replace(signature, name=method)
            call = CallRule(legacy=owned, returns=rule.returns, keeps_arguments=True, **said_of_it)
            kinds[kind] = _with(kinds, kind, methods={method: call})
        for attribute in rule.attributes:
            kind, _, read = attribute.partition(".")
            about = AttributeRule(name=read, returns=rule.returns, **said_of_it)
            kinds[kind] = _with(kinds, kind, attributes={read: about})
        for each in rule.names:
            names[each] = NameRule(legacy=each, **said_of_it)
        packages += [*(signature.name for signature in rule.calls), *rule.names, *rule.modules]
        if rule.returns is not None:
            kinds.setdefault(rule.returns, Kind(name=rule.returns))
    return RulePack(
        name=name,
        packages=tuple(dict.fromkeys(packages)),
        aliases=(),
        calls=calls,
        names=names,
        kinds=kinds,
        own=True,
        functions=functions,
    )


def _with(
    kinds: dict[str, Kind],
    name: str,
    methods: dict[str, CallRule] | None = None,
    attributes: dict[str, AttributeRule] | None = None,
) -> Kind:
    kind = kinds.get(name, Kind(name=name))
    return replace(
        kind,
        methods={**kind.methods, **(methods or {})},
        attributes={**kind.attributes, **(attributes or {})},
    )
