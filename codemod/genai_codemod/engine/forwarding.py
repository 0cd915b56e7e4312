"""Calls that another function makes: ``asyncio.to_thread(model.generate_content, prompt)``.

For the analysis they are spelled out, ``to_thread(lambda: model.generate_content(prompt))``, so
that the inner call is rewritten like any other; afterwards they are put together again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from genai_codemod.engine.comments import comments, with_comments
from genai_codemod.engine.late_names import bound_now, rebound_names
from genai_codemod.engine.parts import within
from genai_codemod.engine.syntax import dotted_name

# Which argument is the function, by the last name of what calls it.
FORWARDERS = {"to_thread": 0, "submit": 0, "run_sync": 0, "run_in_executor": 1}
# These pass on positional arguments only.
POSITIONAL = frozenset({"run_sync", "run_in_executor"})
_PREFIX = "_forwarded_"
_NOTHING = cst.SimpleWhitespace("")
_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)


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


@dataclass(frozen=True, slots=True)
class PassedCall:
    """What a call was that has another call made, before that was spelled out.

    It takes the ``arguments`` at the places ``own`` itself; the one at ``function`` is what is
    called with the others.  ``taken`` are the names of its own parameters, ``positional`` says that
    it passes on no keyword arguments, and ``full`` that others can follow its own by position.
    ``lost`` are the comments that are not in what is spelled out.
    """

    arguments: Sequence[cst.Arg]
    function: int
    own: frozenset[int]
    taken: frozenset[str] = frozenset()
    positional: bool = False
    full: bool = True
    lost: tuple[str, ...] = ()

    @property
    def inner(self) -> cst.Call:
        """The call that is made, on one line, so that the lines of the module stay."""
        rest = (each for at, each in enumerate(self.arguments) if at not in self.own)
        return cst.Call(self.arguments[self.function].value, [_bare(each) for each in rest])

    def spelled(self, outer: cst.Call, name: str) -> cst.Call:
        """The call that has it made, given a lambda with a parameter of some name."""
        written = cst.Lambda(cst.Parameters([cst.Param(cst.Name(name))]), self.inner)
        given = [each for at, each in enumerate(outer.args) if at in self.own]
        place = sorted(self.own).index(self.function)
        given[place] = given[place].with_changes(value=written)
        last = self.arguments[-1]
        given[-1] = given[-1].with_changes(
            comma=last.comma, whitespace_after_arg=last.whitespace_after_arg
        )
        return outer.with_changes(args=given)

    def restored(self, outer: cst.Call) -> cst.Call:
        """The call that has it made as it was, but for what became of its own arguments."""
        own = iter(outer.args)
        given = list(self.arguments)
        for place in sorted(self.own):
            value = next(own).value
            if place != self.function:
                given[place] = given[place].with_changes(value=value)
        return outer.with_changes(args=given)

    def takes(self, arguments: Sequence[cst.Arg]) -> bool:
        """Whether arguments can be given to what has the call made, which passes them on."""
        keywords = {each.keyword.value for each in arguments if each.keyword is not None}
        if keywords and (self.positional or keywords & self.taken):
            return False
        return self.full or all(each.keyword is not None for each in arguments)


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
    if not any(caller.encode() in data for caller in FORWARDERS):
        return SpelledOut(module)
    if not any(
        node.__class__ is cst.Call and _caller(node) in FORWARDERS for node in within(module)
    ):
        return SpelledOut(module)
    return _spelled(module, _NameSpeller(functions))


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
    """Spells out what other threads call, where it has one of some names."""

    def __init__(self, functions: Collection[str]) -> None:
        super().__init__({})
        self._functions = functions

    def _passed(self, original: cst.Call, updated: cst.Call) -> PassedCall | None:
        position = _position(updated)
        if position is None:
            return None
        given = dotted_name(updated.args[position].value) or ""
        if given.rpartition(".")[2] not in self._functions:
            return None
        own, positional = frozenset(range(position + 1)), _caller(updated) in POSITIONAL
        return PassedCall(updated.args, position, own, positional=positional)


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
                joined = self._put_together(updated_node, place, passed)
                before = Counter([*passed.lost, *comments(updated_node)])
                self._lost[-1] += (before - Counter(comments(joined))).elements()
                return joined
        return updated_node

    def _put_together(self, outer: cst.Call, place: int, passed: PassedCall) -> cst.Call:
        given = outer.args[place]
        assert isinstance(given.value, cst.Lambda)
        made = given.value.body
        if _code(made) == _code(passed.inner):
            return passed.restored(outer)
        if not isinstance(made, cst.Call) or isinstance(made.func, cst.Name):
            rebound = frozenset[str]().union(*map(rebound_names, self._scopes))
            bare = given.with_changes(value=bound_now(made, rebound))
            return outer.with_changes(args=_replaced(outer.args, place, bare))
        if not passed.takes(made.args):
            self.needs_partial = True
            partial = cst.Attribute(cst.Name("functools"), cst.Name("partial"))
            inner = _laid_out(partial, [cst.Arg(made.func), *made.args], made)
            bare = given.with_changes(value=inner)
            return outer.with_changes(args=_replaced(outer.args, place, bare))
        own = _replaced(outer.args, place, given.with_changes(value=made.func))
        named = place + 1 if given.keyword is None else place
        while named < len(own) and own[named].keyword is None:
            named += 1
        return self._joined(outer, [*own[:named], *made.args, *own[named:]], made)

    def _joined(self, outer: cst.Call, arguments: Sequence[cst.Arg], inner: cst.Call) -> cst.Call:
        joined = _laid_out(outer.func, arguments, inner)
        if isinstance(outer.whitespace_before_args, cst.ParenthesizedWhitespace):
            dedented = joined.visit(_Dedenter())
            assert isinstance(dedented, cst.Call)
            joined = dedented
        return outer.with_changes(
            args=joined.args, whitespace_before_args=joined.whitespace_before_args
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


def is_spelled_out(node: cst.CSTNode | None) -> bool:
    """Whether an expression is a lambda that was written here."""
    return _forwarded(node) is not None


def _caller(call: cst.Call) -> str:
    """The last name of what is called."""
    return (dotted_name(call.func) or "").rpartition(".")[2]


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _replaced(arguments: Sequence[cst.Arg], place: int, new: cst.Arg) -> list[cst.Arg]:
    return [*arguments[:place], new, *arguments[place + 1 :]]


def _laid_out(func: cst.BaseExpression, arguments: Sequence[cst.Arg], inner: cst.Call) -> cst.Call:
    """A call of ``func`` with arguments, of which some are those of ``inner``, laid out like it."""
    space = inner.whitespace_before_args
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    comma = cst.Comma(whitespace_after=space if broken else cst.SimpleWhitespace(" "))
    *first, last = (
        each
        if each in inner.args
        else each.with_changes(comma=comma, whitespace_after_arg=_NOTHING)
        for each in arguments
    )
    end = inner.args[-1] if inner.args else cst.Arg(func)
    first = [each.with_changes(comma=comma) if each is end else each for each in first]
    last = last.with_changes(comma=end.comma, whitespace_after_arg=end.whitespace_after_arg)
    return inner.with_changes(func=func, args=[*first, last])


def _bare(argument: cst.Arg) -> cst.Arg:
    """An argument on one line, so that the lines of the module stay where they are."""
    return argument.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=_NOTHING)


def _forwarded(node: cst.CSTNode | None) -> str | None:
    """The parameter that says that a lambda was written here."""
    if not isinstance(node, cst.Lambda) or len(node.params.params) != 1:
        return None
    name = node.params.params[0].name.value
    return name if name.startswith(_PREFIX) else None
