"""Texts as stop sequences: one was taken as a list of its characters, and is refused now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    NONE,
    Class,
    Container,
    Object,
    Plain,
    Value,
    only_text,
    present,
    symbol_names,
)
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import atomic, call
from genai_codemod.engine.syntax.module_syntax import literal, string_value

STOP_TEXT = Rule("config.stop-text", guide="https://ai.google.dev/gemini-api/docs/migrate")
CONFIG, STOPS = "generation_config", "stop_sequences"
OF_FIELDS = (
    f"one text as {STOPS} was taken as a list of its characters, and google.genai refuses it: "
    "give a list."
)


def plan_stops(rewriter: Rewriter) -> None:
    """Write the texts that reach a legacy call as stop sequences as lists."""
    facts = rewriter.facts
    for node, rules in facts.bindings.items():
        if node in rewriter.left.nodes or node not in rewriter.plan.handled:
            continue
        for rule, binding in rules.items():
            if (stops := binding.argument(node, STOPS)) is not None:
                _list(rewriter, stops)
            held = [binding.argument(node, CONFIG)]
            if rule.returns == "Config":
                held += [each.value for each in node.args if each.star == "**"]
            for each in held:
                _plan_dicts(rewriter, facts.value(each))


def _plan_dicts(rewriter: Rewriter, value: Value) -> None:
    """What the dicts that a configuration can be hold as stop sequences."""
    facts, seen = rewriter.facts, set[cst.CSTNode]()
    waiting = _sites(value)
    while waiting:
        site = waiting.pop()
        if site in seen:
            continue
        seen.add(site)
        for stops in (*_written(facts, site), *_given_later(facts, site)):
            _list(rewriter, stops)
        waiting += [each for merged in _merged(site) for each in _sites(facts.value(merged))]
    if Plain("dict") in value:
        _mark_fields(rewriter)


def _sites(value: Value) -> list[cst.CSTNode]:
    return [atom.site for atom in present(value) if isinstance(atom, Container)]


def _written(facts: Facts, site: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The stop sequences that a dict is made with, or that callers give as ``**options``."""
    match site:
        case cst.Dict(elements=elements):
            for element in elements:
                if isinstance(element, cst.DictElement) and literal(element.key) == STOPS:
                    yield element.value
        case cst.Call(args=arguments):
            yield from _named(arguments)
        case cst.Param():
            for caller in _callers(facts, facts.enclosing(site, cst.FunctionDef)):
                yield from _named(caller.args)


def _callers(facts: Facts, function: cst.CSTNode | None) -> Iterator[cst.Call]:
    """The calls of a function, or of the class that it makes objects of."""
    owner = facts.enclosing(function, cst.ClassDef) if function is not None else None
    made = Class(owner) if isinstance(owner, cst.ClassDef) else None
    for each in facts.callers.of(function):
        if isinstance(each, cst.Call):
            yield each
    for each in facts.whole.index.calls if made is not None else ():
        if made in facts.value(each.func):
            yield each


def _merged(site: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The dicts that a dict is made of."""
    match site:
        case cst.Dict(elements=elements):
            yield from (e.value for e in elements if isinstance(e, cst.StarredDictElement))
        case cst.Call(args=arguments):
            yield from (each.value for each in arguments if each.keyword is None)


def _given_later(facts: Facts, site: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The stop sequences that are put into a dict once it is there."""
    for node in facts.by_site.get(site, ()):
        use = facts.use(node)
        around = facts.index.parents.get(use.parent)
        if isinstance(use.parent, cst.Subscript) and use.role == "item":
            target = around if isinstance(around, cst.AssignTarget) else use.parent
            stored = facts.index.parents.get(target)
            index = use.parent.slice[0].slice
            if isinstance(stored, cst.Assign) and isinstance(index, cst.Index):
                if string_value(index.value) == STOPS and stored.value is not use.parent:
                    yield stored.value
        elif isinstance(use.parent, cst.Attribute) and isinstance(around, cst.Call):
            if use.parent.attr.value == "update":
                yield from _named(around.args)
                for argument in around.args[:1]:
                    for added in _sites(facts.value(argument.value)):
                        yield from _written(facts, added)
            elif use.parent.attr.value == "setdefault" and len(around.args) == 2:
                if string_value(around.args[0].value) == STOPS:
                    yield around.args[1].value


def _named(arguments: Iterable[cst.Arg]) -> Iterator[cst.BaseExpression]:
    return (each.value for each in arguments if each.keyword and each.keyword.value == STOPS)


def _list(rewriter: Rewriter, node: cst.BaseExpression) -> None:
    value = rewriter.facts.value(node)
    if any(only_text(frozenset({atom})) for atom in present(value)):
        plan = rewriter.plan.at(node)
        plan.wrap[node] = partial(_listed, may_be_none=bool(NONE & value))
        plan.found(node, STOP_TEXT, "rewritten")


def _listed(updated: cst.CSTNode, *, may_be_none: bool) -> cst.CSTNode:
    assert isinstance(updated, cst.BaseExpression)
    listed = call(cst.Name("list"), cst.Arg(updated))
    return cst.BooleanOperation(atomic(updated), cst.And(), listed) if may_be_none else listed


def _mark_fields(rewriter: Rewriter) -> None:
    """Mark where objects with a text as stop sequences are made dicts of settings."""
    facts = rewriter.facts
    for made in facts.index.calls:
        if "dataclasses.asdict" in symbol_names(facts.value(made.func)) and made.args:
            for atom in facts.value(made.args[0].value):
                if isinstance(atom, Object | Class):
                    stops = facts.interpreter.load(("attr", atom.node, STOPS))
                    if any(only_text(frozenset({each})) for each in present(stops)):
                        rewriter.plan.found(made, STOP_TEXT, "review", OF_FIELDS)
