"""Calls that another function makes: ``asyncio.to_thread(model.generate_content, prompt)``.

For the analysis they are spelled out, ``to_thread(lambda: model.generate_content(prompt))``, so
that the inner call is rewritten like any other; afterwards they are put together again.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import libcst as cst

from genai_codemod.engine.calling.handing_over import CALLERS, handed_over, last_name
from genai_codemod.engine.calling.passed_calls import PackedCall, PassedCall
from genai_codemod.engine.syntax.comments import comments, with_comments
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import within
from genai_codemod.engine.tracing.late_names import rebound_names

# These pass on positional arguments only.
POSITIONAL = frozenset({"run_sync", "run_in_executor"})
_PREFIX = "_forwarded_"
_PARTIAL = "functools.partial("
_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
_CALLERS = re.compile(rb"\b(%b)\(" % "|".join(CALLERS).encode())


@dataclass(slots=True)
class SpelledOut:
    """A module with such calls spelled out, and what they were, by the lambda's parameter."""

    module: cst.Module
    originals: dict[str, PassedCall] = field(default_factory=dict)

    def with_more(self, passed: Mapping[cst.Call, PassedCall]) -> SpelledOut:
        """The module with other calls of it spelled out as well."""
        return _spelled(self.module, _KnownSpeller(passed, self.originals))

    def joined(self, after: cst.Module) -> tuple[cst.Module, set[str]]:
        """A later form of the module with the calls put together again, and imports it needs."""
        if not self.originals:
            return after, set()
        joiner = _Joiner(self.originals)
        joined = after.visit(joiner)
        assert isinstance(joined, cst.Module)
        return joined, {"import functools"} if joiner.needs_partial else set()


def spell_out(module: cst.Module, data: bytes, functions: Collection[str]) -> SpelledOut:
    """Spell out the calls of functions with one of some names that others make.

    ``data`` is what the module was parsed from.
    """
    if not (_CALLERS.search(data) and _as_values(frozenset(functions)).search(data)):
        return SpelledOut(module)
    calls = (each for each in within(module) if each.__class__ is cst.Call)
    if not any(isinstance(each, cst.Call) and _passed(each, functions) for each in calls):
        return SpelledOut(module)
    return _spelled(module, _NameSpeller(functions))


def is_spelled_out(node: cst.CSTNode | None) -> bool:
    """Whether an expression is a lambda that was written here."""
    return _forwarded(node) is not None


@cache
def _as_values(functions: frozenset[str]) -> re.Pattern[bytes]:
    """Matches where one of some functions is not called, but handed to another one."""
    return re.compile(rb"\b(%b)\s*(#.*\s*)*[,)]" % "|".join(functions).encode())


def _passed(call: cst.Call, functions: Collection[str]) -> PassedCall | None:
    """What a call has called, if that is to be spelled out."""
    handed = handed_over(call)
    if handed is None or handed.caller.known or last_name(handed.function) not in functions:
        return None
    if isinstance(handed.function, cst.Name) and hasattr(builtins, handed.function.value):
        return None
    place = next(at for at, each in enumerate(call.args) if each.value is handed.function)
    own = frozenset(at for at, each in enumerate(call.args) if each not in handed.sources)
    match handed.caller.takes:
        case "the rest":
            positional = last_name(call.func) in POSITIONAL
            return PassedCall(call.args, place, own, positional=positional)
        case "packed" if len(handed.caller.packed) > 1:
            named = all(call.args[at].keyword for at in own if at > place)
            return PackedCall(call.args, place, own, handed=handed) if named else None
    return None


def _spelled(module: cst.Module, speller: _Speller) -> SpelledOut:
    spelled = module.visit(speller)
    assert isinstance(spelled, cst.Module)
    return SpelledOut(spelled, speller.originals) if speller.originals else SpelledOut(module)


class _Speller(cst.CSTTransformer):
    """Spells out the calls of which :meth:`_passed` says what they have called."""

    def __init__(self, originals: Mapping[str, PassedCall]) -> None:
        super().__init__()
        self.originals = dict(originals)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        passed = self._passed(original_node, updated_node)
        if passed is None:
            return updated_node
        name = f"{_PREFIX}{len(self.originals)}"
        spelled = passed.spelled(updated_node, name)
        lost = (Counter(comments(updated_node)) - Counter(comments(spelled))).elements()
        self.originals[name] = replace(passed, lost=tuple(lost))
        return spelled

    def _passed(self, original: cst.Call, updated: cst.Call) -> PassedCall | None:
        raise NotImplementedError


class _NameSpeller(_Speller):
    """Spells out what is called elsewhere, where it has one of some names."""

    def __init__(self, functions: Collection[str]) -> None:
        super().__init__({})
        self._functions = functions

    def _passed(self, original: cst.Call, updated: cst.Call) -> PassedCall | None:
        return _passed(updated, self._functions)


class _KnownSpeller(_Speller):
    """Spells out some calls of which it is known what they have called."""

    def __init__(
        self, passed: Mapping[cst.Call, PassedCall], originals: Mapping[str, PassedCall]
    ) -> None:
        super().__init__(originals)
        self._known = passed

    def _passed(self, original: cst.Call, updated: cst.Call) -> PassedCall | None:
        passed = self._known.get(original)
        return None if passed is None else replace(passed, arguments=updated.args)


class _Joiner(cst.CSTTransformer):
    def __init__(self, originals: Mapping[str, PassedCall]) -> None:
        super().__init__()
        self._originals = originals
        self.needs_partial = False
        self._scopes: list[cst.FunctionDef | cst.Module] = []
        self._lost: list[list[str]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect the comments that each statement loses by itself."""
        if isinstance(node, _STATEMENTS):
            self._lost.append([])
        return super().on_visit(node)

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        left = super().on_leave(original_node, updated_node)
        lost = self._lost.pop() if isinstance(original_node, _STATEMENTS) else []
        return with_comments(left, lost) if isinstance(left, _STATEMENTS) else left

    def visit_Module(self, node: cst.Module) -> None:
        self._scopes.append(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._scopes.append(node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._scopes.pop()
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        for place, given in enumerate(updated_node.args):
            if (name := _forwarded(given.value)) is not None:
                passed = self._originals[name]
                joined = self._put_together(updated_node, place, name)
                before = Counter([*passed.lost, *comments(updated_node)])
                self._lost[-1] += (before - Counter(comments(joined))).elements()
                self.needs_partial |= _PARTIAL in source_of(joined)
                return joined
        return updated_node

    def _put_together(self, outer: cst.Call, place: int, name: str) -> cst.Call:
        passed, written = self._originals[name], outer.args[place].value
        assert isinstance(written, cst.Lambda)
        if source_of(written.body) == source_of(passed.inner):
            return passed.restored(outer)
        rebound = frozenset[str]().union(*map(rebound_names, self._scopes))
        return passed.put_together(outer, place, written.body, rebound)


def _forwarded(node: cst.CSTNode | None) -> str | None:
    """The parameter that says that a lambda was written here."""
    if not isinstance(node, cst.Lambda) or len(node.params.params) != 1:
        return None
    name = node.params.params[0].name.value
    return name if name.startswith(_PREFIX) else None
