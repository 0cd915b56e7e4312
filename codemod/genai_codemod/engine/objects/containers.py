"""Literals that are only ever given to legacy calls are converted where they stand.

``history = [{"role": "user", "parts": ["Hi"]}]`` can be written in the new form at once when every
use of the list is known; otherwise the conversion happens at run time, where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Container, Instance, Plain, present
from genai_codemod.engine.objects.literal_annotations import plan_annotations
from genai_codemod.engine.objects.object_plans import store_target
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import CallRule

# Converters whose literals are lists of dicts that are converted one by one.
DEEP = frozenset({"contents", "history"})
GROWING = frozenset({"append", "insert", "extend", "clear", "copy"})


def plan_literals(facts: Facts, plan: Plan, context: Context) -> None:
    """Convert the literals whose every use is a converted argument."""
    sinks: dict[cst.CSTNode, str] = {}
    for call, rules in facts.bindings.items():
        if call not in plan.handled:
            continue
        for rule, binding in rules.items():
            for parameter, converter in conversions(rule, facts.pack.literals).items():
                if (position := binding.arguments.get(parameter)) is not None:
                    sinks[call.args[position].value] = converter
    for argument, converter in sinks.items():
        sites = _sites(facts, argument, deep=converter in DEEP)
        if not sites or argument in sites or not all(site in facts.index for site in sites):
            continue
        if all(_only_given(facts, site, sinks, converter, sites) for site in sites):
            _convert(facts, plan, context, sites, converter)


def conversions(rule: CallRule, converters: Iterable[str]) -> dict[str, str]:
    """Which parameters of a rule go through which of some converters."""
    found: dict[str, str] = {}
    for converter in converters:
        if converter in rule.legacy.parameters:
            found[converter] = converter
        for match in re.finditer(rf"\b{converter}\((\w+)\)", rule.becomes or ""):
            found[match.group(1)] = converter
    return found


def _sites(facts: Facts, argument: cst.CSTNode, *, deep: bool) -> set[cst.CSTNode]:
    """The literals an argument can be, with the dicts in them; empty if anything is unclear."""
    atoms = present(facts.value(argument))
    found: set[cst.CSTNode] = set()
    for atom in atoms:
        if not isinstance(atom, Container):
            return set()
        inner = list(_nested(facts, atom)) if deep else _literal_site(atom)
        if None in inner:
            return set()
        found |= {site for site in inner if site is not None}
    return found


def _literal_site(atom: Container) -> list[cst.CSTNode | None]:
    literal = isinstance(atom.site, cst.List | cst.Dict | cst.Tuple)
    return [atom.site if literal else None]


def _nested(facts: Facts, atom: Container) -> Iterator[cst.CSTNode | None]:
    """The literals in one, itself too; each once, for a list can be seen to hold itself."""
    waiting, seen = [atom], {atom.site}
    while waiting:
        site = waiting.pop().site
        if not isinstance(site, cst.List | cst.Dict | cst.Tuple):
            yield None
            continue
        yield site
        if isinstance(site, cst.Dict):
            continue
        for item in present(facts.interpreter.load(("item", site, "*"))):
            if not isinstance(item, Container):
                if not isinstance(item, Instance | Plain):
                    yield None
            elif item.site not in seen:
                seen.add(item.site)
                waiting.append(item)


def _only_given(
    facts: Facts,
    site: cst.CSTNode,
    sinks: dict[cst.CSTNode, str],
    converter: str,
    sites: set[cst.CSTNode],
) -> bool:
    for node in facts.by_site.get(site, ()):
        if sinks.get(node) == converter or isinstance(
            facts.index.parents.get(node), cst.AssignTarget
        ):
            continue
        use = facts.use(node)
        if use.role == "tested" or (use.role == "stored" and _stays(facts, use.parent)):
            continue
        if use.role == "element" and use.parent in sites:
            continue
        if use.role == "attribute" and converter in DEEP:
            method = [a for a in facts.value(use.parent) if isinstance(a, Bound)]
            if method and method[0].method in GROWING:
                continue
        if use.role == "argument" and (
            facts.flows_to_known_function(use.parent) or _grows(facts, use.parent, sites)
        ):
            continue
        return False
    return True


def _stays(facts: Facts, assign: cst.CSTNode) -> bool:
    """Whether what is stored in a dict is only read from it, and does not go on with it."""
    target = store_target(assign)
    if not isinstance(target, cst.Subscript):
        return True
    return all(
        isinstance(facts.index.parents.get(node), cst.AssignTarget)
        or facts.use(node).role in ("item", "attribute", "compared", "tested", "stored")
        for atom in facts.value(target.value)
        if isinstance(atom, Container)
        for node in facts.by_site.get(atom.site, ())
    )


def _grows(facts: Facts, argument: cst.CSTNode, sites: set[cst.CSTNode]) -> bool:
    """Whether an argument is put into one of the lists that are converted."""
    call = facts.index.parents[argument]
    assert isinstance(call, cst.Call)
    atoms = present(facts.value(call.func))
    return bool(atoms) and all(
        isinstance(atom, Bound) and atom.instance.site in sites and atom.method in GROWING
        for atom in atoms
    )


def _convert(
    facts: Facts, plan: Plan, context: Context, sites: set[cst.CSTNode], converter: str
) -> None:
    convert = facts.pack.literals[converter]
    trials = {site: convert(site, site, context) for site in sites}
    must = cst.Dict if converter in DEEP else cst.CSTNode
    if any(new is None for site, new in trials.items() if isinstance(site, must)):
        return
    plan.converted |= sites
    for site, trial in trials.items():
        if trial is not None:
            plan.replace[site] = partial(converted, convert, site, context)
    if (held := facts.pack.literal_types.get(converter)) is not None:
        made = {site: trial or site for site, trial in trials.items()}
        plan_annotations(facts, plan, context, made, held)


def converted(
    convert: Callable[..., Any], site: cst.CSTNode, context: Context, updated: cst.CSTNode
) -> cst.CSTNode:
    """The new form of a literal, where it is rewritten."""
    new = convert(site, updated, context)
    assert isinstance(new, cst.CSTNode)
    return new
