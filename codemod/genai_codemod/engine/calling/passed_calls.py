"""Calls that have others made: what they are spelled out as, and how they are put together again.

``submit(function, a)``, ``Thread(target=function, args=(a,))``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.calling.handing_over import HandedOver
from genai_codemod.engine.rule_packs.template import bare
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import within
from genai_codemod.engine.tracing.late_names import free_name, late_parameters, parameter

_PARTIAL = cst.Attribute(cst.Name("functools"), cst.Name("partial"))
_NOTHING = cst.SimpleWhitespace("")
# What does something when it is evaluated, or can only be written where it stood.
_ASKING = (cst.Await, cst.Call, cst.NamedExpr, cst.Yield)


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
        return cst.Call(self.arguments[self.function].value, [bare(each) for each in rest])

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

    def put_together(
        self, outer: cst.Call, place: int, made: cst.BaseExpression, rebound: Collection[str]
    ) -> cst.Call:
        """The call that has made what became of the lambda that it is given at a place.

        ``rebound`` are the variables that may be something else by the time that it is called.
        """
        if not isinstance(made, cst.Call) or not _is_plain(made.func):
            return _with(outer, place, self.as_lambda(made, rebound))
        if not self._takes(made.args):
            partial = _laid_out(_PARTIAL, [cst.Arg(made.func), *made.args], made)
            return _with(outer, place, partial)
        own = list(_with(outer, place, made.func).args)
        named = place + 1 if own[place].keyword is None else place
        while named < len(own) and own[named].keyword is None:
            named += 1
        return _joined(outer, [*own[:named], *made.args, *own[named:]], made)

    def as_lambda(self, made: cst.BaseExpression, rebound: Collection[str]) -> cst.Lambda:
        """A lambda without arguments; what was asked for to make the call is asked for before."""
        asked: dict[str, cst.BaseExpression] = {}
        for argument in self.inner.args:
            if any(isinstance(node, _ASKING) for node in within(argument.value)):
                name = free_name(argument.keyword.value if argument.keyword else "value", made)
                renamed = made.visit(_Renamer(source_of(argument.value), name))
                assert isinstance(renamed, cst.BaseExpression)
                if renamed is not made:
                    asked[name], made = argument.value, renamed
        kept = [parameter(name, value) for name, value in asked.items()]
        return cst.Lambda(cst.Parameters([*kept, *late_parameters(made, rebound)]), made)

    def _takes(self, arguments: Sequence[cst.Arg]) -> bool:
        """Whether arguments can be given to what has the call made, which passes them on."""
        keywords = {each.keyword.value for each in arguments if each.keyword is not None}
        if keywords and (self.positional or keywords & self.taken):
            return False
        return self.full or all(each.keyword is not None for each in arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCall(PassedCall):
    """One that is given the arguments of the other in a tuple and a dict."""

    handed: HandedOver

    @property
    def inner(self) -> cst.Call:
        """See :attr:`PassedCall.inner`."""
        return cst.Call(self.handed.function, [bare(each) for each in self.handed.arguments])

    def put_together(
        self, outer: cst.Call, place: int, made: cst.BaseExpression, rebound: Collection[str]
    ) -> cst.Call:
        """See :meth:`PassedCall.put_together`."""
        if not isinstance(made, cst.Call) or not _is_plain(made.func):
            return _with(outer, place, self.as_lambda(made, rebound))
        if any(each.star for each in made.args):
            return _with(outer, place, self.as_lambda(made, rebound))
        for_args, for_kwargs = self.handed.caller.packed
        positional = [cst.Element(each.value) for each in made.args if each.keyword is None]
        own = outer.args[place]
        given = [own.with_changes(value=made.func)]
        if positional:
            given.append(_keyword(for_args, cst.Tuple(positional)))
        if len(positional) < len(made.args):
            given.append(_keyword(for_kwargs, _as_dict(made, broken=not positional)))
        comma = _comma(outer)
        *first, last = given
        first = [each.with_changes(comma=comma, whitespace_after_arg=_NOTHING) for each in first]
        last = last.with_changes(comma=own.comma, whitespace_after_arg=own.whitespace_after_arg)
        return outer.with_changes(
            args=[*outer.args[:place], *first, last, *outer.args[place + 1 :]]
        )


def _is_plain(function: cst.BaseExpression) -> bool:
    """Whether nothing is asked for to get to a method: ``client.models.get``."""
    if not isinstance(function, cst.Attribute):
        return False
    owner: cst.BaseExpression = function
    while isinstance(owner, cst.Attribute):
        owner = owner.value
    return isinstance(owner, cst.Name) or (isinstance(owner, cst.Call) and not owner.args)


class _Renamer(cst.CSTTransformer):
    """Puts a name in the place of what is written in some way."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self._old, self._new = old, new

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        same = isinstance(original_node, cst.BaseExpression)
        same = same and source_of(original_node) == self._old
        return cst.Name(self._new) if same else updated_node


class _Dedenter(cst.CSTTransformer):
    """Takes one step of indentation away: the arguments of a broken call were one step deeper."""

    def leave_ParenthesizedWhitespace(
        self,
        original_node: cst.ParenthesizedWhitespace,
        updated_node: cst.ParenthesizedWhitespace,
    ) -> cst.ParenthesizedWhitespace:
        shorter = updated_node.last_line.value.removesuffix(" " * 4)
        return updated_node.with_changes(last_line=cst.SimpleWhitespace(shorter))


def _with(outer: cst.Call, place: int, value: cst.BaseExpression) -> cst.Call:
    """A call that is given another value at a place."""
    given = outer.args[place].with_changes(value=value)
    return outer.with_changes(args=[*outer.args[:place], given, *outer.args[place + 1 :]])


def _joined(outer: cst.Call, arguments: Sequence[cst.Arg], inner: cst.Call) -> cst.Call:
    joined = _laid_out(outer.func, arguments, inner)
    if isinstance(outer.whitespace_before_args, cst.ParenthesizedWhitespace):
        dedented = joined.visit(_Dedenter())
        assert isinstance(dedented, cst.Call)
        joined = dedented
    return outer.with_changes(
        args=joined.args, whitespace_before_args=joined.whitespace_before_args
    )


def _laid_out(func: cst.BaseExpression, arguments: Sequence[cst.Arg], inner: cst.Call) -> cst.Call:
    """A call of ``func`` with arguments, of which some are those of ``inner``, laid out like it."""
    comma = _comma(inner)
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


def _comma(call: cst.Call) -> cst.Comma:
    """What is between the arguments of a call: a line's end, if each is on a line."""
    space = call.whitespace_before_args
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    return cst.Comma(whitespace_after=space if broken else cst.SimpleWhitespace(" "))


def _as_dict(inner: cst.Call, *, broken: bool) -> cst.Dict:
    """The keyword arguments of a call, laid out like it if that is all that it has."""
    named = [each for each in inner.args if each.keyword is not None]
    entries = [
        cst.DictElement(
            cst.SimpleString(f'"{each.keyword.value}"'),
            each.value,
            comma=each.comma if broken else cst.MaybeSentinel.DEFAULT,
        )
        for each in named
        if each.keyword is not None
    ]
    if not broken:
        return cst.Dict(entries)
    return cst.Dict(
        entries,
        lbrace=cst.LeftCurlyBrace(whitespace_after=inner.whitespace_before_args),
        rbrace=cst.RightCurlyBrace(whitespace_before=named[-1].whitespace_after_arg),
    )


def _keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    tight = cst.AssignEqual(_NOTHING, _NOTHING)
    return cst.Arg(value, keyword=cst.Name(name), equal=tight)
