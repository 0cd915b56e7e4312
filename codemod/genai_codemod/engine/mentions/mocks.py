"""Mocks of the tests of a program, which stand for objects that are something else now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Class,
    Function,
    Instance,
    Object,
    Value,
    present,
)
from genai_codemod.engine.mentions.stand_ins import is_fake, is_migrated
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.signature import bind
from genai_codemod.engine.tracing.homes import signature_of
from genai_codemod.engine.tracing.mocked_methods import MOCKED, mocks_method_of, replaced
from genai_codemod.pytest_fixtures import is_test

if TYPE_CHECKING:
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone

MOCK = Rule("legacy.mock")
MESSAGE = (
    "this mock stands for an object of the old SDK: give what the migrated code takes, and let the "
    "mock be its client."
)
FAKE = "this stands for an object of the old SDK: let it have what the migrated code reads."


def mark_mocks(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark the mocks that code gets, or keeps, in place of an object that is migrated."""
    for argument in facts.index.nodes(cst.Arg):
        is_mock = facts.value(argument.value) == MOCKED
        if is_mock or is_fake(facts, argument.value):
            if any(is_migrated(left, value) for value in _met(facts, argument)):
                plan.found(argument, MOCK, "review", MESSAGE if is_mock else FAKE)
    for target in facts.index.nodes(cst.AssignTarget):
        statement = facts.index.parents[target]
        if isinstance(statement, cst.Assign) and facts.value(statement.value) == MOCKED:
            if isinstance(target.target, cst.Attribute):
                kept = _kept(facts, target.target.value, target.target.attr.value)
                if is_migrated(left, kept):
                    plan.found(statement, MOCK, "review", MESSAGE)
    for call in facts.index.calls:
        place = replaced(call)
        if place is not None and is_migrated(left, _kept(facts, *place)):
            plan.found(call, MOCK, "review", MESSAGE)
    for node, value in facts.held.of(Instance):
        if mocks_method_of(facts, node) and is_migrated(left, value):
            plan.found(node, MOCK, "review", MESSAGE)


def _kept(facts: Facts, holder: cst.BaseExpression, name: str) -> Value:
    """What an attribute of the objects, or of the class, that an expression gives can be."""
    return frozenset(
        held
        for atom in facts.value(holder)
        if isinstance(atom, Object | Class)
        for related in facts.interpreter.family(atom.node)
        for held in facts.interpreter.load(("attr", related, name))
    )


def _met(facts: Facts, argument: cst.Arg) -> Iterator[Value]:
    """The values in a function that is given an argument which can be that, or something else."""
    call = facts.index.parents[argument]
    if not isinstance(call, cst.Call):
        return
    for function in _called(facts, call):
        for name, position in bind(call, signature_of(facts, function)).arguments.items():
            if call.args[position] is argument:
                yield facts.interpreter.load(("param", function, name))
                yield from _around(facts, function, name)


def _called(facts: Facts, call: cst.Call) -> Iterator[cst.FunctionDef]:
    """The functions of the program that a call runs."""
    load, family = facts.interpreter.load, facts.interpreter.family
    for atom in facts.value(call.func):
        run: Value = frozenset({atom})
        if isinstance(atom, Class):
            makers = (load(("attr", each, "__init__")) for each in family(atom.node))
            run = frozenset().union(*makers)
        for each in run:
            if isinstance(each, Function) and isinstance(each.node, cst.FunctionDef):
                yield each.node


def _around(facts: Facts, function: cst.FunctionDef, name: str) -> Iterator[Value]:
    """The values of the expressions that a parameter is an operand of: ``model or make()``."""
    whole = facts.whole
    for node in whole.index.within(function.body):
        if isinstance(node, cst.Name) and node.value == name:
            parent = whole.index.parents[node]
            if isinstance(parent, cst.BooleanOperation | cst.IfExp):
                yield whole.value(parent)


def is_only_mocked(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether all that is seen to give code an object are tests of other modules, with mocks."""
    if present(facts.value(node)) != MOCKED or _makes_mocks(facts):
        return False
    if isinstance(node, cst.Attribute):
        return any(isinstance(atom, Object | Class) for atom in facts.value(node.value))
    function = facts.enclosing(node, cst.FunctionDef)
    if not isinstance(function, cst.FunctionDef) or is_test(function.name.value):
        return False
    given = (*function.params.params, *function.params.kwonly_params)
    return isinstance(node, cst.Name) and node.value in {each.name.value for each in given}


def _makes_mocks(facts: Facts) -> bool:
    return any("mock" in source.split(".") for source, _ in facts.index.imported.values())
