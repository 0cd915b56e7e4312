"""Classes whose objects take no other attributes than those that are declared."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Class, Object, Symbol, present
from genai_codemod.engine.syntax.fields import annotated_fields
from genai_codemod.engine.syntax.module_syntax import dotted_name

_OPEN = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})


def takes_more(facts: Facts, target: cst.BaseExpression | None) -> bool:
    """Whether another attribute can be set beside one: not in models of pydantic, or with slots."""
    if not isinstance(target, cst.Attribute):
        return True
    objects = (atom for atom in facts.value(target.value) if isinstance(atom, Object))
    families = (facts.interpreter.family(each.node) for each in objects)
    return not any(_is_closed(facts, family, target.attr.value) for family in families)


def _is_closed(facts: Facts, family: Iterable[cst.ClassDef], field: str) -> bool:
    """Whether classes have slots, or declare an attribute for a base that cannot be seen."""
    if any(map(_has_slots, family)):
        return True
    declared = any(field in annotated_fields(each) for each in family)
    return declared and any(_has_unseen_base(facts, each) for each in family)


def _has_unseen_base(facts: Facts, definition: cst.ClassDef) -> bool:
    return any(
        not isinstance(atom, Class) and not (isinstance(atom, Symbol) and atom.name in _OPEN)
        for base in definition.bases
        for atom in present(facts.value(_origin(base.value)))
    )


def _origin(base: cst.BaseExpression) -> cst.BaseExpression:
    """``Generic`` of ``Generic[T]``."""
    return base.value if isinstance(base, cst.Subscript) else base


def _has_slots(definition: cst.ClassDef) -> bool:
    given = (
        argument
        for decorator in definition.decorators
        if isinstance(decorator.decorator, cst.Call)
        for argument in decorator.decorator.args
    )
    if any(_is(each, "slots", "True") for each in given):
        return True
    assigned = (
        target.target
        for line in definition.body.body
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.Assign)
        for target in small.targets
    )
    return any(dotted_name(target) == "__slots__" for target in assigned)


def _is(argument: cst.Arg, name: str, value: str) -> bool:
    named = argument.keyword is not None and argument.keyword.value == name
    return named and dotted_name(argument.value) == value
