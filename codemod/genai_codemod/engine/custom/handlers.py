"""What decides what becomes of a place: rules in YAML and in Python, in the same form."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import isclass, unwrap
from pathlib import PurePath
from traceback import walk_tb
from types import CodeType
from typing import Any

from genai_codemod.engine.custom.data import attribute_edit, call_edit, name_edit
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, NameRule, Rule
from genai_codemod.rules.edits import Edit
from genai_codemod.rules.registry import PythonRule

Decide = Callable[[Any], Any]
# Code of somebody else that ends the program must not end this one.
FAILURES = (Exception, SystemExit)


class RuleFailure(Exception):  # noqa: N818
    """A rule in Python failed; the text is for the user."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The rules of a pack as functions: of the class of each a new object for each module."""

    functions: dict[str, Any]

    @classmethod
    def of(cls, pack: RulePack) -> Handlers:
        return cls({rule_id: _handler(each) for rule_id, each in pack.functions.items()})

    def call(self, rule: CallRule) -> Decide:
        return self._find(rule, "call") or partial(call_edit, rule)

    def name(self, rule: NameRule) -> Decide:
        return self._find(rule, "name") or partial(name_edit, rule)

    def attribute(self, rule: AttributeRule) -> Decide:
        return self._find(rule, "attribute") or partial(attribute_edit, rule)

    def module(self, rule: Rule) -> Decide:
        decide = self._find(rule, "module")
        assert decide is not None
        return decide

    def _find(self, rule: Rule, what: str) -> Decide | None:
        found = self.functions.get(rule.id)
        if isinstance(found, _Failed):
            return found
        if found is None or not hasattr(found, what):
            return found if callable(found) else None
        method: Decide = getattr(found, what)
        return method


@dataclass(frozen=True, slots=True)
class _Failed:
    """Stands for a class that could not be made an object."""

    error: BaseException

    def __call__(self, _given: object) -> Any:
        raise self.error


def _handler(rule: PythonRule) -> Any:
    if not isclass(rule.handler):
        return rule.handler
    try:
        return rule.handler()
    except FAILURES as error:  # reported at each place that the rule is for
        return _Failed(error)


def decided(decide: Decide, given: object) -> Edit | None:
    """What a rule says.

    Raises:
        RuleFailure: it raised an error, or gave something else.
    """
    try:
        edit = decide(given)
    except FAILURES as error:
        raise RuleFailure(f"{place_of(decide, error)}{said(error)}") from error
    if edit is not None and not isinstance(edit, Edit):
        given_instead = f"it gave {type(edit).__name__} rather than an Edit or None"
        raise RuleFailure(f"{place_of(decide)}{given_instead}")
    return edit


def all_decided(decide: Decide, given: object) -> tuple[Edit, ...]:
    """What a rule for whole modules says.

    Raises:
        RuleFailure: it raised an error, or gave something else.
    """
    try:
        found = decide(given)
        edits = () if found is None else (found,) if isinstance(found, Edit) else tuple(found)
    except FAILURES as error:
        raise RuleFailure(f"{place_of(decide, error)}{said(error)}") from error
    if not all(isinstance(each, Edit) for each in edits):
        raise RuleFailure(f"{place_of(decide)}it gave something else than edits")
    return edits


def place_of(decide: object, error: BaseException | None = None) -> str:
    """The file and line of a rule in Python, for the beginning of a sentence, or nothing.

    The line is the last one of its file that an error came through, or where the rule begins.
    """
    code = getattr(unwrap(decide) if callable(decide) else None, "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    file, line = code.co_filename, code.co_firstlineno
    for frame, reached in walk_tb(error.__traceback__ if error is not None else None):
        if frame.f_code.co_filename == file:
            line = reached
    return f"{PurePath(file).name}:{line}: "


def said(error: BaseException) -> str:
    """An error in one line."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return textwrap.shorten(text, 200, placeholder="...")
