"""Which expressions configure the SDK while they are evaluated, by functions that they run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.values import Class, Function, Object

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts


def configuring_functions(whole: Facts) -> frozenset[cst.CSTNode]:
    """The functions of a program that may configure the SDK, themselves or by what they run."""
    todo = [
        whole.enclosing(call, cst.FunctionDef, cst.Lambda)
        for call, rules in whole.interpreter.bindings.items()
        if any(rule.mechanism == "configuration" for rule in rules)
    ]
    found: set[cst.CSTNode] = set()
    if not any(todo):
        return frozenset()
    runners = _runners(whole)
    while todo:
        function = todo.pop()
        if function is not None and function not in found:
            found.add(function)
            todo.extend(runners[function])
    return frozenset(found)


def configures(facts: Facts, expression: cst.CSTNode) -> bool:
    """Whether evaluating an expression runs a function that may configure the SDK."""
    found = facts.configuring
    return bool(found) and any(
        function in found
        for part in facts.index.within(expression)
        if isinstance(part, cst.Call | cst.Attribute)
        for function in functions_run(facts, part)
    )


def _runners(whole: Facts) -> dict[cst.CSTNode, list[cst.CSTNode | None]]:
    """The functions that run a function."""
    found: dict[cst.CSTNode, list[cst.CSTNode | None]] = defaultdict(list)
    for node in whole.index.nodes(cst.Call, cst.Attribute):
        for function in functions_run(whole, node):
            found[function].append(whole.enclosing(node, cst.FunctionDef, cst.Lambda))
    return found


def functions_run(facts: Facts, node: cst.Call | cst.Attribute) -> Iterator[cst.CSTNode]:
    """The functions that a call, or reading a property, runs."""
    if isinstance(node, cst.Attribute):
        for atom in facts.value(node.value):
            if isinstance(atom, Object):
                for function in _held(facts, atom.node, node.attr.value):
                    if isinstance(function, cst.FunctionDef) and library.is_property(function):
                        yield function
        return
    for atom in facts.value(node.func):
        if isinstance(atom, Function):
            yield atom.node
        elif isinstance(atom, Class | Object):
            called = ("__new__", "__init__") if isinstance(atom, Class) else ("__call__",)
            for name in called:
                yield from _held(facts, atom.node, name)


def _held(facts: Facts, definition: cst.ClassDef, name: str) -> Iterator[cst.CSTNode]:
    for related in facts.interpreter.family(definition):
        for held in facts.interpreter.load(("attr", related, name)):
            if isinstance(held, Function):
                yield held.node
