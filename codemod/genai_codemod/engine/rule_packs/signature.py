"""Legacy signatures: parsing the notation of the rule files, and binding a call to one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.values import Function
from genai_codemod.engine.syntax.module_syntax import source_of


@dataclass(frozen=True, slots=True)
class Signature:
    """``name(a, b=1, *, c)``: parameters in order, and how many may be given by position."""

    name: str
    parameters: tuple[str, ...]
    positional: int

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Parse ``dotted.name(a, b, *, c)``; a bare dotted name takes no arguments.

        A part of the name may be a call, ``package.Class().method(a)``.

        Raises:
            ValueError: the text is not in this notation.
        """
        made, called, last = text.strip().rpartition("().")
        dotted, bracket, rest = last.partition("(")
        dotted = made + called + dotted
        if not all(part.removesuffix("()").isidentifier() for part in dotted.split(".")):
            raise ValueError(f"{dotted!r} is not a dotted name")
        if not bracket:
            return cls(dotted, (), 0)
        try:
            function = ast.parse(f"def f({rest}: pass").body[0]
        except SyntaxError as error:
            why = error.msg if text.rstrip().endswith(")") else "'(' was never closed"
            raise ValueError(f"{text!r} is not a signature: {why}") from None
        assert isinstance(function, ast.FunctionDef)
        positional = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        keyword = [arg.arg for arg in function.args.kwonlyargs]
        return cls(dotted, (*positional, *keyword), len(positional))


@dataclass(frozen=True, slots=True)
class Binding:
    """Which argument of a call goes to which parameter: indices into ``call.args``.

    ``unmatched`` says, in words, what could not be bound (``**options``, an unknown keyword); a
    call with unmatched arguments must not be rewritten.
    """

    arguments: Mapping[str, int]
    unmatched: tuple[str, ...] = ()

    def argument(self, call: cst.Call, parameter: str) -> cst.BaseExpression | None:
        index = self.arguments.get(parameter)
        return None if index is None else call.args[index].value


def bind(call: cst.Call, signature: Signature) -> Binding:
    """Bind the arguments of ``call`` as Python would."""
    arguments: dict[str, int] = {}
    unmatched: list[str] = []
    for index, argument in enumerate(call.args):
        if argument.star:
            unmatched.append(argument.star + source_of(argument.value))
        elif argument.keyword is not None:
            name = argument.keyword.value
            if name in signature.parameters and name not in arguments:
                arguments[name] = index
            else:
                unmatched.append(name + "=")
        elif index < signature.positional:
            arguments[signature.parameters[index]] = index
        else:
            unmatched.append(source_of(argument.value))
    return Binding(arguments, tuple(unmatched))


def named_parameters(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """The parameters of a function, without ``*arguments`` and ``**options``."""
    given = function.params
    return [*given.posonly_params, *given.params, *given.kwonly_params]


def open_parameters(function: Function) -> list[cst.Param]:
    """The parameters that positional arguments of a call go to, from the first one."""
    parameters = function.node.params
    bound = function.owner is not None and not _is_static(function.node)
    return [*parameters.posonly_params, *parameters.params][bound + function.given :]


def _is_static(function: cst.FunctionDef | cst.Lambda) -> bool:
    return isinstance(function, cst.FunctionDef) and any(
        isinstance(each.decorator, cst.Name) and each.decorator.value == "staticmethod"
        for each in function.decorators
    )


def parameter_of(function: Function, call: cst.Call, argument: cst.Arg) -> str | None:
    """The parameter of a function of the program that takes an argument of a call."""
    if argument.keyword is not None:
        return argument.keyword.value
    taken = open_parameters(function)
    position = call.args.index(argument)
    plain = not any(each.star for each in call.args[: position + 1])
    if not plain or position >= len(taken):
        return None
    return taken[position].name.value
