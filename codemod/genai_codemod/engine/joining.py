"""Putting calls together again that were spelled out; see :mod:`genai_codemod.engine.forwarding`.

What cannot be, such as a call whose result is converted, stays a lambda.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.comments import comments
from genai_codemod.engine.handing_over import HandedOver, last_name
from genai_codemod.engine.parts import names_in, within
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import target_names

PREFIX = "_forwarded_"
# These pass on positional arguments only.
_POSITIONAL = frozenset({"run_sync", "run_in_executor"})
# What does something when it is evaluated, or can only be written where it stood.
_ASKING = (cst.Await, cst.Call, cst.NamedExpr, cst.Yield)
_NOTHING = cst.SimpleWhitespace("")
_LOOPS = (cst.For, cst.While, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Original:
    """A call that was spelled out: what it hands over, itself, and what the lambda calls."""

    handed: HandedOver
    call: cst.Call
    inner: cst.Call


def forwarded_name(node: cst.CSTNode | None) -> str | None:
    """The parameter that says that a lambda was written to spell out a call."""
    if not isinstance(node, cst.Lambda) or len(node.params.params) != 1:
        return None
    name = node.params.params[0].name.value
    return name if name.startswith(PREFIX) else None


class Joiner(cst.CSTTransformer):
    """Puts calls together; ``needs_partial`` says that :mod:`functools` is needed for that."""

    def __init__(self, originals: Mapping[str, Original]) -> None:
        super().__init__()
        self._originals = originals
        self._varying: list[frozenset[str]] = []
        self._lost: list[str] = []
        self.needs_partial = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _LOOPS):
            self._varying.append(frozenset(_bound_in(node)))
        return True

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if isinstance(original_node, _LOOPS):
            self._varying.pop()
        match updated_node:
            case cst.Call():
                return self._left(updated_node)
            case cst.SimpleStatementLine(leading_lines=above) if self._lost:
                lines = [cst.EmptyLine(comment=cst.Comment(text)) for text in self._lost]
                self._lost = []
                return updated_node.with_changes(leading_lines=[*above, *lines])
        return updated_node

    def _left(self, call: cst.Call) -> cst.Call:
        for position, argument in enumerate(call.args):
            name = forwarded_name(argument.value)
            if name is not None and isinstance(argument.value, cst.Lambda):
                original = self._originals[name]
                joined = self._joined(call, position, argument.value, original)
                if original.handed.caller.takes == "packed":
                    kept = Counter(comments(joined))
                    self._lost += (Counter(comments(original.call)) - kept).elements()
                return joined
        return call

    def _joined(
        self, call: cst.Call, position: int, spelled: cst.Lambda, original: Original
    ) -> cst.Call:
        body = spelled.body
        if source_of(body) == source_of(original.inner):
            return _restored(call, position, original)
        takes = original.handed.caller.takes
        if takes == "elements":
            return _with_function(call, position, self._of_elements(spelled))
        if not isinstance(body, cst.Call) or not _is_plain(body.func):
            return _with_function(call, position, self._of_nothing(body, original.inner))
        if takes == "packed":
            if any(each.star for each in body.args):
                return _with_function(call, position, cst.Lambda(cst.Parameters(), body))
            return _packed(call, position, body, original)
        if last_name(call.func) not in _POSITIONAL:
            return _passed_on(call, position, body)
        self.needs_partial = True
        partial = cst.Attribute(cst.Name("functools"), cst.Name("partial"))
        return _with_function(call, position, _with_first(partial, body))

    def _of_nothing(self, body: cst.BaseExpression, inner: cst.Call) -> cst.Lambda:
        """A lambda without arguments; what was asked for to make the call is asked for here."""
        found: dict[str, cst.BaseExpression] = {}
        for argument in inner.args:
            if any(isinstance(node, _ASKING) for node in within(argument.value)):
                name = _free_name(argument.keyword.value if argument.keyword else "value", body)
                replaced = body.visit(_Renamer(source_of(argument.value), name))
                assert isinstance(replaced, cst.BaseExpression)
                if replaced is not body:
                    found[name], body = argument.value, replaced
        kept = [_bound(name, value) for name, value in found.items()]
        kept += [_bound(name) for name in self._read_late(body)]
        return cst.Lambda(cst.Parameters(kept), body)

    def _of_elements(self, spelled: cst.Lambda) -> cst.Lambda:
        """A lambda for each element, whose parameter is named like what it is given to."""
        placeholder = spelled.params.params[0].name.value
        calls = (each for each in within(spelled.body) if isinstance(each, cst.Arg))
        taken_by = (
            each.keyword.value
            for each in calls
            if each.keyword is not None and source_of(each.value) == placeholder
        )
        name = _free_name(next(taken_by, "value"), spelled.body)
        renamed = spelled.body.visit(_Renamer(placeholder, name))
        assert isinstance(renamed, cst.BaseExpression)
        kept = [_bound(each) for each in self._read_late(spelled.body)]
        return cst.Lambda(cst.Parameters([cst.Param(cst.Name(name)), *kept]), renamed)

    def _read_late(self, body: cst.BaseExpression) -> list[str]:
        """What a lambda reads that may be something else by the time that it is called."""
        varying = frozenset().union(*self._varying)
        read = (each.value for each in names_in(body))
        return [name for name in dict.fromkeys(read) if name in varying]


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


def _restored(call: cst.Call, position: int, original: Original) -> cst.Call:
    """The call as it was, with what has become of the arguments that were not spelled out."""
    handed = original.handed
    if handed.each:
        return _with_function(call, position, handed.function)
    others = iter([each for index, each in enumerate(call.args) if index != position])
    spelled = (*handed.sources, *(a for a in original.call.args if a.value is handed.function))
    arguments = [each if each in spelled else next(others) for each in original.call.args]
    return call.with_changes(args=arguments)


def _with_function(call: cst.Call, position: int, function: cst.BaseExpression) -> cst.Call:
    arguments = list(call.args)
    arguments[position] = arguments[position].with_changes(value=function)
    return call.with_changes(args=arguments)


def _passed_on(outer: cst.Call, position: int, inner: cst.Call) -> cst.Call:
    """``submit(function, a, b)``."""
    joined = _with_first(outer.func, inner)
    if isinstance(outer.whitespace_before_args, cst.ParenthesizedWhitespace):
        dedented = joined.visit(_Dedenter())
        assert isinstance(dedented, cst.Call)
        joined = dedented
    return outer.with_changes(
        args=[*outer.args[:position], *joined.args],
        whitespace_before_args=joined.whitespace_before_args,
    )


def _with_first(func: cst.BaseExpression, inner: cst.Call) -> cst.Call:
    """A call of ``func`` with the function of ``inner`` as its first argument, laid out alike."""
    space = inner.whitespace_before_args
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    comma = cst.Comma(whitespace_after=space if broken else cst.SimpleWhitespace(" "))
    first = cst.Arg(inner.func, comma=comma if inner.args else cst.MaybeSentinel.DEFAULT)
    return inner.with_changes(func=func, args=[first, *inner.args])


def _packed(call: cst.Call, position: int, inner: cst.Call, original: Original) -> cst.Call:
    """``Thread(target=function, args=(a,), kwargs={"b": b})``."""
    for_args, for_kwargs = original.handed.caller.packed
    positional = [cst.Element(each.value) for each in inner.args if each.keyword is None]
    first = call.args[position]
    given = [first.with_changes(value=inner.func)]
    if positional:
        given.append(_keyword(for_args, cst.Tuple(positional)))
    if len(positional) < len(inner.args):
        given.append(_keyword(for_kwargs, _as_dict(inner, broken=not positional)))
    space = call.whitespace_before_args
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    comma = cst.Comma(whitespace_after=space if broken else cst.SimpleWhitespace(" "))
    given = [
        *(each.with_changes(comma=comma, whitespace_after_arg=_NOTHING) for each in given[:-1]),
        given[-1].with_changes(comma=first.comma, whitespace_after_arg=first.whitespace_after_arg),
    ]
    return call.with_changes(args=[*call.args[:position], *given, *call.args[position + 1 :]])


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


def _bound(name: str, value: cst.BaseExpression | None = None) -> cst.Param:
    """A parameter that keeps a value, or what a variable of its name is now."""
    tight = cst.AssignEqual(_NOTHING, _NOTHING)
    return cst.Param(cst.Name(name), default=value or cst.Name(name), equal=tight)


def _free_name(name: str, body: cst.BaseExpression) -> str:
    """A name that an expression does not read."""
    read = {each.value for each in names_in(body)}
    while name in read:
        name += "_"
    return name


def _is_plain(function: cst.BaseExpression) -> bool:
    """Whether nothing is asked for to get to a method: ``client.models.get``."""
    if not isinstance(function, cst.Attribute):
        return False
    owner: cst.BaseExpression = function
    while isinstance(owner, cst.Attribute):
        owner = owner.value
    return isinstance(owner, cst.Name) or (isinstance(owner, cst.Call) and not owner.args)


def _bound_in(loop: cst.CSTNode) -> Iterator[str]:
    """The variables that each round of a loop gives other values."""
    for node in within(loop):
        if isinstance(node, cst.For | cst.CompFor | cst.AssignTarget | cst.NamedExpr):
            yield from (each.value for each in target_names(node.target))
