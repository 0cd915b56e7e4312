"""Calls of one of two methods, as a flag says: how they are written, and taken apart again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import libcst as cst

from genai_codemod.engine.rule_packs.template import as_test, call
from genai_codemod.engine.syntax.module_syntax import string_value

Making = Callable[[cst.BaseExpression], cst.BaseExpression]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is made of each of two calls, of which a flag chooses one; the innermost comes first."""

    of_first: list[Making] = field(default_factory=list)
    of_second: list[Making] = field(default_factory=list)

    def written(self, updated: cst.CSTNode) -> cst.CSTNode:
        first, second = partial(_made, self.of_first), partial(_made, self.of_second)
        return _either(updated, first, second)


def _made(makings: Iterable[Making], value: cst.BaseExpression) -> cst.BaseExpression:
    for making in makings:
        value = making(value)
    return value


def chosen(rendered: cst.Call, flag: cst.BaseExpression, name: str) -> cst.Call:
    """``getattr(owner, "name" if flag else "method")(...)`` for a call of ``owner.method``."""
    assert isinstance(rendered.func, cst.Attribute)
    # What the flag chooses is known where it is tested, but not to a type checker.
    method = cst.IfExp(
        test=as_test(flag),
        body=cst.SimpleString(f'"{name}"'),
        orelse=cst.SimpleString(f'"{rendered.func.attr.value}"'),
    )
    getter = call(cst.Name("getattr"), cst.Arg(rendered.func.value), cst.Arg(method))
    return rendered.with_changes(func=getter)


def _either(updated: cst.CSTNode, of_first: Making, of_second: Making) -> cst.CSTNode:
    """A choice between what is made of each of the two calls that a `chosen` one, or its ``await``,
    stands for; any other node stays as it is."""
    made = updated.expression if isinstance(updated, cst.Await) else updated
    if not isinstance(made, cst.Call) or not isinstance(made.func, cst.Call):
        return updated
    owner, method = (argument.value for argument in made.func.args[:2])
    if not isinstance(method, cst.IfExp):
        return updated
    calls = []
    for name in (method.body, method.orelse):
        func = cst.Attribute(owner, cst.Name(string_value(name) or ""))
        one: cst.BaseExpression = made.with_changes(func=func)
        calls.append(cst.Await(one) if isinstance(updated, cst.Await) else one)
    return cst.IfExp(
        test=method.test,
        body=of_first(calls[0]),
        orelse=of_second(calls[1]),
        lpar=[cst.LeftParen()],
        rpar=[cst.RightParen()],
    )
