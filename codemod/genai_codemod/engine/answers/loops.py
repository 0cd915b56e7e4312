"""Loops over answers: the legacy SDK's could be gone through whether they were streams or not."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.answers.maybe_streams import tests_before
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Value, instances, present, symbol_names
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import as_test, call, expression
from genai_codemod.engine.syntax.module_syntax import source_of

EITHER = Rule("stream.or-not")
PLAIN = "Response"
STREAM, LATER_STREAM = "Stream", "AsyncStream"
# The helpers of a pack that make the one answer a stream of one chunk.
CHUNKS, LATER_CHUNKS = "_chunks", "_later_chunks"
_FUNCTIONS = (cst.FunctionDef, cst.Lambda)
_GOING_THROUGH = frozenset(
    f"builtins.{name}"
    for name in ("enumerate", "filter", "iter", "list", "map", "reversed", "tuple", "zip")
)


def plan_loop(facts: Facts, plan: Plan, node: cst.BaseExpression) -> None:
    """Go through the one answer where an expression that is gone through may be no stream."""
    atoms = present(facts.value(node))
    kinds = {atom.kind if isinstance(atom, Instance) else "" for atom in atoms}
    if PLAIN not in kinds or not _is_gone_through(facts, node):
        return
    if kinds - {PLAIN, STREAM, LATER_STREAM}:
        # What may also be a list, say, the helper gives back as it is.
        chunks = LATER_CHUNKS if _goes_later(facts, node) else CHUNKS
        if chunks in facts.pack.helpers:
            _give(plan, node, chunks)
    elif _goes_later(facts, node):
        if LATER_CHUNKS in facts.pack.helpers and not _always_told(facts, node, atoms):
            _give(plan, node, LATER_CHUNKS)
    elif kinds == {PLAIN}:
        plan.wrap[node] = lambda updated: cst.List([cst.Element(updated)])  # type: ignore[arg-type]
    elif (flag := _flag_here(facts, node, atoms)) is not None:
        if not _is_told(facts, node, {flag}):
            plan.wrap[node] = lambda updated: _streamed_or_not(updated, flag)
    elif node in (atom.site for atom in instances(atoms)):
        return
    elif CHUNKS in facts.pack.helpers and not _always_told(facts, node, atoms):
        _give(plan, node, CHUNKS)


def _give(plan: Plan, node: cst.BaseExpression, helper: str) -> None:
    name = cst.Name(plan.helper(helper))
    plan.wrap[node] = lambda updated: call(name, cst.Arg(updated))  # type: ignore[arg-type]
    plan.found(node, EITHER, "rewritten")


def _is_gone_through(facts: Facts, node: cst.BaseExpression) -> bool:
    use = facts.use(node)
    if use.role == "argument":
        called = facts.index.parents[use.parent]
        return isinstance(called, cst.Call) and bool(
            symbol_names(facts.value(called.func)) & _GOING_THROUGH
        )
    if use.role == "stored" and isinstance(use.parent, cst.Assign):
        return any(isinstance(each.target, cst.Tuple | cst.List) for each in use.parent.targets)
    return use.role == "iterated" or isinstance(use.parent, cst.From)


def _goes_later(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a loop waits for each chunk."""
    loop = facts.use(node).parent
    return isinstance(loop, cst.For | cst.CompFor) and loop.asynchronous is not None


def _flags(facts: Facts, atoms: Value) -> set[str]:
    """What the calls that made an answer were given as ``stream=``."""
    return {
        source_of(as_test(flag))
        for atom in instances(atoms)
        if isinstance(atom.site, cst.Call)
        for binding in facts.interpreter.bindings.get(atom.site, {}).values()
        if (flag := binding.argument(atom.site, "stream")) is not None
    }


def _flag_here(facts: Facts, node: cst.CSTNode, atoms: Value) -> str | None:
    """What says whether an answer is a stream, if that is known in the function of ``node``."""
    flags = _flags(facts, atoms)
    home = facts.enclosing(node, *_FUNCTIONS)
    sites = [atom.site for atom in instances(atoms)]
    here = all(facts.enclosing(site, *_FUNCTIONS) is home for site in sites) and node not in sites
    return flags.pop() if here and len(flags) == 1 else None


def _always_told(facts: Facts, node: cst.BaseExpression, atoms: Value) -> bool:
    """Whether the flag of an answer was tested before ``node``, or wherever it is given to it."""
    flags = _flags(facts, atoms)
    if _is_told(facts, node, flags):
        return True
    given = list(_given(facts, node, atoms))
    return bool(given) and all(_is_told(facts, argument, flags) for argument in given)


def _given(facts: Facts, node: cst.BaseExpression, atoms: Value) -> Iterator[cst.CSTNode]:
    """The arguments that callers of this function give one of these answers in."""
    function = facts.enclosing(node, *_FUNCTIONS)
    for caller in facts.callers.of(function):
        for argument in caller.args if isinstance(caller, cst.Call) else ():
            if not atoms.isdisjoint(facts.value(argument.value)):
                yield argument.value


def _is_told(facts: Facts, node: cst.CSTNode, flags: set[str]) -> bool:
    """Whether ``node`` is only reached where one of some flags was tested."""
    return any(flag in source_of(test) for test in tests_before(facts, node) for flag in flags)


def _streamed_or_not(updated: cst.CSTNode, flag: str) -> cst.BaseExpression:
    name = source_of(updated)
    return expression(f"({name} if {flag} else [{name}])")
