"""The program's own objects that are made dicts, JSON or text with members of enums in them."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.answers.printing import is_printed
from genai_codemod.engine.enums.enum_numbers import number_rule
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Object, Symbol, Value, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.syntax.fields import annotated_fields
from genai_codemod.engine.tracing.kept_elements import KeptElements

_FUNCTIONS = frozenset(
    {
        "builtins.list", "builtins.tuple", "builtins.vars", "dataclasses.asdict",
        "dataclasses.astuple", "attr.asdict", "attrs.asdict", "json.dump", "json.dumps",
    }
)  # fmt: skip
_METHODS = frozenset(
    {"__dict__", "_asdict", "dict", "json", "model_dump", "model_dump_json", "to_dict", "to_json"}
)


def plan_dumped(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark what makes dicts of objects that hold members of enums; note what prints them."""
    for node, value in facts.held.of(Object):
        if not isinstance(node, cst.BaseExpression) or not _may_be_object(value):
            continue
        dumped = _is_dumped(facts, node)
        if not (dumped or is_printed(facts, node)) or _is_read_at_once(facts, node):
            continue
        for name, kind in _enum_fields(facts, left, value).items():
            message = f"{name} is a named member now where it was a number: check what reads it."
            plan.found(node, number_rule(kind), "review" if dumped else "note", message)


def _may_be_object(value: Value) -> bool:
    return any(isinstance(atom, Object) for atom in value)


def _is_dumped(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether all fields of an object are read at once."""
    use = facts.use(node)
    if isinstance(use.parent, cst.Attribute):
        name = use.parent.attr.value
        return name in _METHODS and not _is_defined(facts, node, name)
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and any(
        isinstance(atom, Symbol) and atom.name in _FUNCTIONS for atom in facts.value(call.func)
    )


def _is_read_at_once(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether an object becomes a dict that is only read in the program."""
    part = facts.use(node).parent
    call = facts.index.parents.get(part)
    elements = KeptElements(facts)
    return isinstance(call, cst.Call) and elements.keeps(*elements.sites(call))


def _is_defined(facts: Facts, node: cst.BaseExpression, method: str) -> bool:
    """Whether the program itself defines a method of an object."""
    load = facts.interpreter.load
    return any(
        load(("attr", related, method))
        for atom in facts.value(node)
        if isinstance(atom, Object)
        for related in facts.interpreter.family(atom.node)
    )


def _enum_fields(facts: Facts, left: LeftAlone, value: Value) -> dict[str, Kind]:
    """The fields of an object that hold members of enums."""
    found: dict[str, Kind] = {}
    classes = [atom.node for atom in value if isinstance(atom, Object)]
    for definition in (c for each in classes for c in facts.interpreter.family(each)):
        for name in annotated_fields(definition):
            for atom in present(facts.interpreter.load(("attr", definition, name))):
                if isinstance(atom, Instance) and not left.value_left(frozenset({atom})):
                    kind = facts.pack.kinds.get(atom.kind)
                    if kind is not None and kind.enum is not None:
                        found[name] = kind
    return found
