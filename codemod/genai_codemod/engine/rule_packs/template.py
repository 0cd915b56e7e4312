"""Turns a rule's ``becomes`` into an expression.

A template is Python: names of legacy parameters stand for the caller's arguments, ``self`` for
the receiver, ``client``, ``types``, ``errors`` and ``genai`` for whatever the module calls them,
and a call of a converter for the converted argument.  What the caller did not pass disappears,
and so does a nested call that has lost all its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import libcst as cst

# What templates may use of Python's own library.
_STANDARD = re.compile(r"(?<![\w.])(json|os)(?=\.)")

MISSING = cst.Name("__missing__")
# The run-time helpers that a template calls.
HELPERS = re.compile(r"\b_\w+(?=\()")
Filler = Callable[[], cst.BaseExpression]
Converter = Callable[[str], cst.BaseExpression]


@cache
def parse(template: str) -> cst.BaseExpression:
    """Parse a template.

    Raises:
        ValueError: it is not a Python expression.
    """
    try:
        return cst.parse_expression(template)
    except cst.ParserSyntaxError as error:
        raise ValueError(f"{template!r} is not a Python expression: {error.message}") from None


def render(
    template: str,
    names: Mapping[str, Filler],
    converters: Mapping[str, Converter],
    parameters: frozenset[str],
) -> cst.BaseExpression:
    """Fill a template; ``names`` holds what is present, ``parameters`` all that could be."""
    root = parse(template)
    result = root.visit(_Renderer(root, names, converters, parameters))
    assert isinstance(result, cst.BaseExpression)
    return result


class _Renderer(cst.CSTTransformer):
    def __init__(
        self,
        root: cst.BaseExpression,
        names: Mapping[str, Filler],
        converters: Mapping[str, Converter],
        parameters: frozenset[str],
    ) -> None:
        super().__init__()
        self._root = root
        self._names = names
        self._converters = converters
        self._parameters = parameters
        self._keep: set[cst.CSTNode] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        self._keep.add(node.attr)
        return True

    def visit_Arg(self, node: cst.Arg) -> bool:
        if node.keyword is not None:
            self._keep.add(node.keyword)
        return True

    def visit_Call(self, node: cst.Call) -> bool:
        return not self._conversion(node)

    def _conversion(self, node: cst.Call) -> bool:
        return isinstance(node.func, cst.Name) and node.func.value in self._converters

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if original_node in self._keep:
            return updated_node
        if original_node.value in self._names:
            return self._names[original_node.value]()
        if original_node.value in self._parameters:
            return MISSING
        return updated_node

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        if updated_node.value is MISSING:
            return MISSING
        return updated_node.with_changes(value=atomic(updated_node.value))

    def leave_Arg(
        self, original_node: cst.Arg, updated_node: cst.Arg
    ) -> cst.Arg | cst.RemovalSentinel:
        if updated_node.value is MISSING:
            return cst.RemoveFromParent()
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if self._conversion(original_node):
            assert isinstance(original_node.func, cst.Name)
            parameter = original_node.args[0].value
            assert isinstance(parameter, cst.Name)
            if parameter.value not in self._names:
                return MISSING
            return self._converters[original_node.func.value](parameter.value)
        if updated_node.func is MISSING:
            return MISSING
        if original_node.args and not updated_node.args and original_node is not self._root:
            return MISSING
        return call(atomic(updated_node.func), *updated_node.args)

    def leave_Dict(self, original_node: cst.Dict, updated_node: cst.Dict) -> cst.BaseExpression:
        kept = [
            element.with_changes(comma=cst.MaybeSentinel.DEFAULT)
            for element in updated_node.elements
            if element.value is not MISSING
        ]
        if original_node.elements and not kept:
            return MISSING
        return updated_node.with_changes(elements=kept)


_ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.BaseString,
    cst.BaseNumber,
    cst.List,
    cst.Dict,
    cst.Set,
    cst.ListComp,
    cst.DictComp,
    cst.SetComp,
)


def standard_imports(template: str) -> set[str]:
    """The imports of Python's own modules that a template needs."""
    return {f"import {module}" for module in _STANDARD.findall(template)}


def atomic(expression: cst.BaseExpression) -> cst.BaseExpression:
    """The expression, in parentheses unless it can stand before a dot as it is."""
    if isinstance(expression, _ATOMS) or expression.lpar:
        return expression
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


class WrittenCall(cst.Call):
    """A call that the engine wrote; the layout breaks no others."""


class WrittenDict(cst.Dict):
    """A dict that the engine wrote."""


class WrittenList(cst.List):
    """A list that the engine wrote."""


def call(func: cst.BaseExpression, *args: cst.Arg) -> cst.Call:
    """A call on one line, with the arguments' own commas and white space dropped."""
    return WrittenCall(func=func, args=[clean(argument) for argument in args])


def given_to(function: str, value: cst.BaseExpression) -> cst.Call:
    """A call of a function with a value; an await needs no parentheses there."""
    bare = value.with_changes(lpar=[], rpar=[]) if isinstance(value, cst.Await) else value
    return call(cst.Name(function), cst.Arg(bare))


def standing(value: cst.BaseExpression) -> cst.BaseExpression:
    """An argument as it can stand elsewhere: ``(x := 1)``, which a call takes without brackets."""
    if isinstance(value, cst.NamedExpr | cst.GeneratorExp | cst.Yield) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def as_test(value: cst.BaseExpression) -> cst.BaseExpression:
    """A value as what ``x if test else y`` tests: a choice stands in brackets there."""
    chooses = isinstance(value, cst.IfExp | cst.Lambda | cst.NamedExpr)
    return atomic(value) if chooses else value


def clean(argument: cst.Arg) -> cst.Arg:
    return cst.Arg(
        value=standing(argument.value),
        keyword=argument.keyword,
        star=argument.star,
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        if argument.keyword
        else cst.MaybeSentinel.DEFAULT,
    )


def bare(argument: cst.Arg) -> cst.Arg:
    """An argument as it is written, without what follows it."""
    return argument.with_changes(
        comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace("")
    )


def keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    return clean(cst.Arg(value=value, keyword=cst.Name(name)))


def expression(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


def small_statement(text: str) -> cst.BaseSmallStatement:
    """A statement that takes one line, such as an import."""
    statement = cst.parse_statement(text + "\n")
    assert isinstance(statement, cst.SimpleStatementLine)
    return statement.body[0]


def attribute(text: str) -> cst.BaseExpression:
    """A dotted name as an expression."""
    return parse(text).deep_clone()


def text_literal(value: str, quote: str = '"') -> cst.SimpleString:
    escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return cst.SimpleString(quote + escaped + quote)
