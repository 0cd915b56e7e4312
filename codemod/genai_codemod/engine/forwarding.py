"""Calls that another function makes: ``asyncio.to_thread(model.generate_content, prompt)``.

For the analysis they are spelled out, ``to_thread(lambda: model.generate_content(prompt))``, so
that the inner call is rewritten like any other; afterwards they are put together again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.parts import within
from genai_codemod.engine.syntax import dotted_name

# Which argument is the function, by the last name of what calls it.
FORWARDERS = {"to_thread": 0, "submit": 0, "run_sync": 0, "run_in_executor": 1}
# These pass on positional arguments only.
POSITIONAL = frozenset({"run_sync", "run_in_executor"})
_PREFIX = "_forwarded_"


def forwarded(call: cst.Call) -> tuple[cst.BaseExpression, Sequence[cst.Arg]] | None:
    """The function that a call has another thread call, and what it is given there."""
    position = _position(call)
    return None if position is None else (call.args[position].value, call.args[position + 1 :])


def _position(call: cst.Call) -> int | None:
    """Which argument of a call is a function that another thread is to call."""
    position = FORWARDERS.get(_caller(call))
    if position is None or len(call.args) <= position:
        return None
    plain = not any(each.star or each.keyword for each in call.args[: position + 1])
    return position if plain else None


@dataclass(slots=True)
class SpelledOut:
    """A module with such calls spelled out, and what they were, by the lambda's parameter."""

    module: cst.Module
    originals: dict[str, tuple[cst.Call, Sequence[cst.Arg]]] = field(default_factory=dict)

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
    if not any(caller.encode() in data for caller in FORWARDERS):
        return SpelledOut(module)
    # Looked for before: a visit builds the whole module anew.
    if not any(_forwards_one_of(node, functions) for node in within(module)):
        return SpelledOut(module)
    speller = _Speller(functions)
    spelled = module.visit(speller)
    assert isinstance(spelled, cst.Module)
    return SpelledOut(spelled, speller.originals)


class _Speller(cst.CSTTransformer):
    def __init__(self, functions: Collection[str]) -> None:
        super().__init__()
        self._functions = functions
        self.originals: dict[str, tuple[cst.Call, Sequence[cst.Arg]]] = {}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not _forwards_one_of(updated_node, self._functions):
            return updated_node
        position = FORWARDERS[_caller(updated_node)]
        before, given = updated_node.args[:position], updated_node.args[position]
        rest = updated_node.args[position + 1 :]
        inner = cst.Call(given.value, [_bare(argument) for argument in rest])
        name = f"{_PREFIX}{len(self.originals)}"
        self.originals[name] = (inner, updated_node.args[position:])
        spelled = cst.Lambda(cst.Parameters([cst.Param(cst.Name(name))]), inner)
        return updated_node.with_changes(args=[*before, cst.Arg(spelled)])


class _Joiner(cst.CSTTransformer):
    def __init__(self, originals: Mapping[str, tuple[cst.Call, Sequence[cst.Arg]]]) -> None:
        super().__init__()
        self._originals = originals
        self.needs_partial = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        last = updated_node.args[-1].value if updated_node.args else None
        name = _forwarded(last)
        if name is None or not isinstance(last, cst.Lambda):
            return updated_node
        before = updated_node.args[:-1]
        inner, arguments = self._originals[name]
        if cst.Module([]).code_for_node(last.body) == cst.Module([]).code_for_node(inner):
            return updated_node.with_changes(args=[*before, *arguments])
        if not isinstance(last.body, cst.Call) or isinstance(last.body.func, cst.Name):
            bare = cst.Lambda(cst.Parameters(), last.body)
            return updated_node.with_changes(args=[*before, cst.Arg(bare)])
        return self._joined(updated_node, before, last.body)

    def _joined(self, outer: cst.Call, before: Sequence[cst.Arg], inner: cst.Call) -> cst.Call:
        if _caller(outer) in POSITIONAL:
            self.needs_partial = True
            partial = cst.Attribute(cst.Name("functools"), cst.Name("partial"))
            return outer.with_changes(args=[*before, cst.Arg(_with_first(partial, inner))])
        joined = _with_first(outer.func, inner)
        if isinstance(outer.whitespace_before_args, cst.ParenthesizedWhitespace):
            dedented = joined.visit(_Dedenter())
            assert isinstance(dedented, cst.Call)
            joined = dedented
        return outer.with_changes(
            args=[*before, *joined.args], whitespace_before_args=joined.whitespace_before_args
        )


class _Dedenter(cst.CSTTransformer):
    """Takes one step of indentation away: the arguments of a broken call were one step deeper."""

    def leave_ParenthesizedWhitespace(
        self,
        original_node: cst.ParenthesizedWhitespace,
        updated_node: cst.ParenthesizedWhitespace,
    ) -> cst.ParenthesizedWhitespace:
        shorter = updated_node.last_line.value.removesuffix(" " * 4)
        return updated_node.with_changes(last_line=cst.SimpleWhitespace(shorter))


def _forwards_one_of(call: cst.CSTNode, functions: Collection[str]) -> bool:
    """Whether a call has another thread call a function with one of some names."""
    found = forwarded(call) if isinstance(call, cst.Call) else None
    return found is not None and _last_name(found[0]) in functions


def _caller(call: cst.Call) -> str:
    """The last name of what is called."""
    return _last_name(call.func)


def _last_name(node: cst.CSTNode) -> str:
    """``c`` of ``a.b.c``, and nothing of what is no name."""
    return (dotted_name(node) or "").rpartition(".")[2]


def _with_first(func: cst.BaseExpression, inner: cst.Call) -> cst.Call:
    """A call of ``func`` with the function of ``inner`` as its first argument, laid out alike."""
    space = inner.whitespace_before_args
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    comma = cst.Comma(whitespace_after=space if broken else cst.SimpleWhitespace(" "))
    first = cst.Arg(inner.func, comma=comma if inner.args else cst.MaybeSentinel.DEFAULT)
    return inner.with_changes(func=func, args=[first, *inner.args])


def _bare(argument: cst.Arg) -> cst.Arg:
    """An argument on one line, so that the lines of the module stay where they are."""
    return argument.with_changes(
        comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace("")
    )


def _forwarded(node: cst.CSTNode | None) -> str | None:
    """The parameter that says that a lambda was written here."""
    if not isinstance(node, cst.Lambda) or len(node.params.params) != 1:
        return None
    name = node.params.params[0].name.value
    return name if name.startswith(_PREFIX) else None
