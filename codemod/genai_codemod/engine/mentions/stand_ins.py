"""What tests put in the place of functions, and of names of modules, that gave legacy objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    NOTHING,
    Class,
    Function,
    Module,
    Object,
    Value,
    instances,
    symbol_names,
)
from genai_codemod.engine.mentions.quoted_names import NAMED, REPLACED
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import source_of, string_value
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod.engine.tracing.mocked_methods import replaced
from genai_codemod.pytest_fixtures import is_for_tests, is_test

if TYPE_CHECKING:
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone

STAND_IN = Rule("legacy.mock")
GIVING = (
    "this is in the place of what gave an object of the old SDK: let it give what the migrated "
    "code reads."
)
_PATCHING = frozenset({"patch", "setattr"})
# What makes objects that have the attributes which they are given.
_NAMESPACES = frozenset({"types.SimpleNamespace"})


def mark_stand_ins(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark where tests replace what gives objects that are migrated."""
    if not left.migrates:
        return
    source = next(
        each for each in facts.interpreter.modules.values() if each.index.module is facts.module
    )
    for call in facts.index.calls:
        place = replaced(call)
        if place is None:
            is_stand_in = _gives(facts, left, _quoted(facts, source, call))
        elif _is_legacy(facts, value := _of_module(facts, *place)):
            named = f"{source_of(place[0])}.{place[1]}"
            plan.found(call, NAMED, "manual", REPLACED.format(named))
            continue
        else:
            is_stand_in = is_migrated(left, value) or any(
                _gives(facts, left, each) for each in (value, _of_class(facts, *place))
            )
        if is_stand_in:
            plan.found(call, STAND_IN, "review", GIVING)


def _is_legacy(facts: Facts, value: Value) -> bool:
    return any(facts.pack.is_legacy(name) for name in symbol_names(value))


def is_migrated(left: LeftAlone, value: Value) -> bool:
    """Whether something can be an object of the legacy SDK that becomes another."""
    made = [atom for atom in instances(value) if atom.kind != "container"]
    return bool(made) and not left.value_left(value)


def _gives(facts: Facts, left: LeftAlone, value: Value) -> bool:
    """Whether something is a function of the program that gives such an object."""
    load = facts.interpreter.load
    return any(
        is_migrated(left, load(("return", atom.node)) | load(("yield", atom.node)))
        for atom in value
        if isinstance(atom, Function)
    )


def _of_module(facts: Facts, holder: cst.BaseExpression, name: str) -> Value:
    """What a name of the modules of the program that an expression gives stands for."""
    modules = [atom.name for atom in facts.value(holder) if isinstance(atom, Module)]
    return NOTHING.union(*(_named(facts, module, name) for module in modules))


def _named(facts: Facts, module: str, name: str) -> Value:
    scope = facts.interpreter.modules[module].index.module
    return facts.interpreter.load(("name", scope, name))


def _of_class(facts: Facts, holder: cst.BaseExpression, name: str) -> Value:
    """The methods of a name that an object, or a class, of the program has."""
    owners = frozenset(a for a in facts.value(holder) if isinstance(a, Class | Object))
    return facts.interpreter.attribute(owners, name)


def _quoted(facts: Facts, source: SourceModule, call: cst.Call) -> Value:
    """What ``patch("app.service.ask")`` replaces: something in a module of the program."""
    if source_of(call.func).rpartition(".")[2] not in _PATCHING or not call.args:
        return NOTHING
    prefix, rest = string_value(call.args[0].value) or "", list[str]()
    while "." in prefix:
        prefix, _, name = prefix.rpartition(".")
        rest.insert(0, name)
        if (module := source.imports.get(prefix)) is not None:
            value = _named(facts, module, rest[0])
            for name in rest[1:]:
                value = facts.interpreter.attribute(value, name)
            return value
    return NOTHING


# -- answers ------------------------------------------------------------------------------------


def is_fake(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a test makes something of its own that only looks like an object of the SDK."""
    if not _is_in_test(facts, node):
        return False
    value = facts.value(node)
    if value and all(isinstance(atom, Object) and atom.node in facts.index for atom in value):
        return True
    made = assigned(facts, node) if isinstance(node, cst.Name) else [node]
    return any(
        isinstance(each, cst.Call) and symbol_names(facts.value(each.func)) & _NAMESPACES
        for each in made
    )


def _is_in_test(facts: Facts, node: cst.CSTNode) -> bool:
    function = facts.enclosing(node, cst.FunctionDef)
    in_test = isinstance(function, cst.FunctionDef) and is_test(function.name.value)
    return in_test or is_for_tests(facts.index.imported)
