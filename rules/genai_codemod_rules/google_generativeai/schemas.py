"""Schemas that are written as dicts: ``type_`` and ``format_`` were other names for two fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Class, Container, Symbol, Value, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.syntax.parts import parts
from genai_codemod_rules.google_generativeai import search

SPELLING = Rule("schema.field-names")
BARE_DICT = Rule("schema.dict", guide="https://ai.google.dev/gemini-api/docs/structured-output")
RENAMED = {"type_": "type", "format_": "format"}
# Parameters that hold a schema, or hold it somewhere inside.
HOLDERS = frozenset(
    {
        "function_declarations", "items", "message", "parameters", "properties", "response_schema",
        "tools",
    }
)  # fmt: skip
# Fields of a dict whose keys are names that the user chose.
MAPS = frozenset({"properties"})
CONFIG = "generation_config"
TYPE = "SchemaType"
RESPONSE = "response_schema"


def plan_schemas(rewriter: Rewriter) -> None:
    """Write the schemas that reach a legacy call in the new spelling."""
    facts = rewriter.facts
    for parameter, argument in _arguments(rewriter):
        if parameter in HOLDERS:
            for site in _dicts(facts, facts.value(argument), parameter):
                _rename(rewriter, site)
        if parameter == RESPONSE:
            _plan_response(rewriter, argument)
        if parameter == CONFIG:
            for held in _written(facts.value(argument), RESPONSE):
                _plan_response(rewriter, held)
            for site in _dicts(facts, _stored(facts, argument), RESPONSE):
                _rename(rewriter, site)


def _arguments(rewriter: Rewriter) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The arguments of every legacy call that is rewritten."""
    for node, rules in rewriter.facts.bindings.items():
        if node in rewriter.left.nodes or node not in rewriter.plan.handled:
            continue
        for rule, binding in rules.items():
            for parameter, position in binding.arguments.items():
                yield parameter, node.args[position].value
            if rule.mechanism == "constructor" and len(node.args) == 1 == len(binding.unmatched):
                yield "message", node.args[0].value


def _dicts(facts: Facts, value: Value, field: str) -> Iterator[cst.Dict]:
    """The written dicts in a value whose keys are fields of a message."""
    seen: set[tuple[cst.CSTNode, bool]] = set()
    waiting = [(value, field in MAPS)]
    while waiting:
        held, named_by_user = waiting.pop()
        for atom in present(held):
            if not isinstance(atom, Container) or (atom.site, named_by_user) in seen:
                continue
            seen.add((atom.site, named_by_user))
            if not isinstance(atom.site, cst.Dict):
                waiting.append((facts.interpreter.load(("item", atom.site, "*")), named_by_user))
                continue
            if not named_by_user:
                yield atom.site
            for element in atom.site.elements:
                if isinstance(element, cst.DictElement):
                    holds_map = not named_by_user and literal(element.key) in MAPS
                    waiting.append((facts.value(element.value), holds_map))


def _rename(rewriter: Rewriter, site: cst.Dict) -> None:
    plan = rewriter.plan.at(site)
    for element in site.elements:
        if not isinstance(element, cst.DictElement):
            continue
        key = element.key
        if isinstance(key, cst.SimpleString) and key.evaluated_value in RENAMED:
            new = f"{key.prefix}{key.quote}{RENAMED[str(key.evaluated_value)]}{key.quote}"
            plan.replace[key] = partial(_spelled, new)
            plan.found(key, SPELLING, "rewritten")
        if literal(key) in ("type", "type_"):
            _name_type(rewriter, element.value)
        mode = literal(element.value) if literal(key) == "mode" else ...
        if isinstance(mode, str) and mode.lower() in search.SHORT_MODES:
            new = f'"MODE_{mode.upper()}"'
            plan.replace[element.value] = partial(_spelled, new)


def _name_type(rewriter: Rewriter, node: cst.BaseExpression) -> None:
    """The name of a type that is written as a number."""
    number = literal(node)
    named = rewriter.pack.kinds[TYPE].numbers.get(number) if isinstance(number, int) else None
    if named is not None:
        rewriter.plan.at(node).replace[node] = partial(_spelled, f'"{named}"')
        rewriter.plan.at(node).found(node, SPELLING, "rewritten")


def _spelled(new: str, _: cst.CSTNode) -> cst.CSTNode:
    return cst.SimpleString(new)


def _written(value: Value, key: str) -> Iterator[cst.BaseExpression]:
    """What is written for a key in the dicts that a generation configuration can be."""
    for atom in present(value):
        if isinstance(atom, Container) and isinstance(atom.site, cst.Dict):
            for element in atom.site.elements:
                if isinstance(element, cst.DictElement) and literal(element.key) == key:
                    yield element.value


def _stored(facts: Facts, config: cst.BaseExpression) -> Value:
    """The schemas in what a generation configuration can be, however they came there."""
    found: set[Atom] = set()
    for atom in present(facts.value(config)):
        if isinstance(atom, Container):
            found |= facts.interpreter.load(("item", atom.site, RESPONSE))
    return frozenset(found)


def _plan_response(rewriter: Rewriter, node: cst.BaseExpression) -> None:
    """A schema that is a plain ``dict``, or a class with such a field, is refused now."""
    if _is_dict(rewriter.facts, node) or _is_dict_list(rewriter.facts, node):
        plan = rewriter.plan.at(node)
        plan.replace[node] = lambda _: _object_schema(plan, node)
        plan.found(node, BARE_DICT, "rewritten")
        return
    for definition in _classes(rewriter.facts, node):
        for field in definition.body.body:
            if _has_dict_field(field):
                message = "google.genai refuses a dict in a schema: describe what is in it."
                rewriter.plan.at(field).found(field, BARE_DICT, "review", message)


def _is_dict(facts: Facts, node: cst.CSTNode) -> bool:
    return facts.value(node) == frozenset({Symbol("builtins.dict")})


def _is_dict_list(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an expression is ``list[dict]``."""
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return False
    element = node.slice[0].slice
    return (
        facts.value(node.value) == frozenset({Symbol("builtins.list")})
        and isinstance(element, cst.Index)
        and _is_dict(facts, element.value)
    )


def _object_schema(plan: Plan, node: cst.CSTNode) -> cst.BaseExpression:
    kinds = cst.Attribute(plan.module("types"), cst.Name("Type"))
    schema = cst.Attribute(plan.module("types"), cst.Name("Schema"))
    any_object = call(schema, keyword("type", cst.Attribute(kinds, cst.Name("OBJECT"))))
    if not isinstance(node, cst.Subscript):
        return any_object
    array = cst.Attribute(kinds, cst.Name("ARRAY"))
    return call(schema, keyword("type", array), keyword("items", any_object))


def _classes(facts: Facts, node: cst.CSTNode) -> Iterator[cst.ClassDef]:
    """The classes of this module in ``Answer``, ``list[Answer]``."""
    while isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Index):
        node = node.slice[0].slice.value
    for atom in facts.value(node):
        if isinstance(atom, Class):
            yield atom.node


def _has_dict_field(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return any(
        isinstance(small, cst.AnnAssign) and _names_dict(small.annotation.annotation)
        for small in statement.body
    )


def _names_dict(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Name):
        return node.value in ("dict", "Dict")
    return any(_names_dict(child) for child in parts(node))
