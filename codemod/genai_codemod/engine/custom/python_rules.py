"""Loads rules that are written in Python: from a file, from a module, or from a distribution."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath
from types import ModuleType
from typing import Any

from genai_codemod.engine.custom.handlers import FAILURES, said
from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rule_sources import RulesError
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, NameRule
from genai_codemod.engine.rule_packs.signature import Signature
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


def _pack(name: str, rules: Sequence[PythonRule]) -> RulePack:
    kinds: dict[str, Kind] = {}
    for rule in rules:
        for kind in _kinds_of(rule):
            kinds[kind.name] = _joined(kinds.get(kind.name, kind), kind)
    calls = [each for rule in rules for each in _calls(rule, rule.calls)]
    names = [NameRule(legacy=each, **_said_of(rule)) for rule in rules for each in rule.names]
    _refuse_twice(name, "are called", [rule.id for rule in rules])
    _refuse_twice(name, "are for calls of", [call.legacy.name for call in calls])
    _refuse_twice(name, "are for the name", [each.legacy for each in names])
    modules = [each for rule in rules for each in rule.modules]
    named = (*(call.legacy.name for call in calls), *(each.legacy for each in names), *modules)
    return RulePack(
        name=name,
        packages=tuple(dict.fromkeys(named)),
        aliases=(),
        calls={call.legacy.name: call for call in calls},
        names={each.legacy: each for each in names},
        kinds=kinds,
        own=True,
        functions={rule.id: rule for rule in rules},
    )


def _refuse_twice(name: str, what: str, found: Sequence[str]) -> None:
    for each in found:
        if found.count(each) > 1:
            raise RulesError(f"{name}: two rules {what} {each}")


def _said_of(rule: PythonRule) -> dict[str, Any]:
    """What people read about a rule."""
    return {key: getattr(rule, key) for key in ("id", "guide", "about", "example", "after")}


def _calls(rule: PythonRule, signatures: Iterable[Signature]) -> Iterator[CallRule]:
    for signature in signatures:
        yield CallRule(
            legacy=signature, returns=rule.returns, keeps_arguments=True, **_said_of(rule)
        )


def _kinds_of(rule: PythonRule) -> Iterator[Kind]:
    """The kinds that a rule is about, each with what that rule says of it."""
    for signature in rule.methods:
        name, _, method = signature.name.partition(".")
        (call,) = _calls(rule, [replace(signature, name=method)])
        yield Kind(name=name, methods={method: call})
    for attribute in rule.attributes:
        name, _, read = attribute.partition(".")
        about = AttributeRule(name=read, returns=rule.returns, **_said_of(rule))
        yield Kind(name=name, attributes={read: about})
    if rule.returns is not None:
        yield Kind(name=rule.returns)


def _joined(first: Kind, second: Kind) -> Kind:
    return replace(
        first,
        methods={**first.methods, **second.methods},
        attributes={**first.attributes, **second.attributes},
    )
