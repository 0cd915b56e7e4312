"""Models whose name is None: they were refused when they were made, and are sent now."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import NONE, symbol_names
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import Scope, literal, source_of
from genai_codemod.engine.tracing.asked_before import is_asked_for

NAMELESS = Rule(
    "model.nameless", guide="https://ai.google.dev/gemini-api/docs/migrate#generate-content"
)
REFUSED = "None was refused as the name of a model here; google.genai sends it: test it before."
NAME = "model_name"
_ASKING = frozenset({"os.getenv", "os.environ.get", "builtins.dict.get"})


def plan_nameless(rewriter: Rewriter) -> None:
    """Mark models whose name may be None where a handler is told of that, or where it is None."""
    facts, failures = rewriter.facts, Failures(rewriter.facts)
    for node, rules in facts.bindings.items():
        if node in rewriter.left.nodes or node not in rewriter.plan.handled:
            continue
        for rule, binding in rules.items():
            name = binding.argument(node, NAME) if rule.model == NAME else None
            if name is None:
                continue
            if literal(name) is None or (_is_told(failures, node) and _may_be_none(facts, name)):
                rewriter.plan.found(node, NAMELESS, "review", REFUSED)


def _is_told(failures: Failures, node: cst.CSTNode) -> bool:
    """Whether a handler does with TypeError what it does not with the error of a wrong name."""
    if failures.told_apart(node, "TypeError", "Exception"):
        return True
    told = failures.noticed(node, "TypeError", unseen=False)
    return told and not failures.noticed(node, "Exception", unseen=False)


def _may_be_none(facts: Facts, name: cst.BaseExpression) -> bool:
    """Whether a name is seen to be None where nothing is set, and is not tested before."""
    if is_asked_for(facts, name):
        return False
    assigned = list(_assigned(facts, name))
    asked = len(assigned) <= 1 and any(_may_give_none(facts, each) for each in (name, *assigned))
    if not isinstance(name, cst.Name) or assigned:
        return asked
    return asked or bool(NONE & facts.value(name))


def _may_give_none(facts: Facts, source: cst.BaseExpression) -> bool:
    """Whether an expression asks for a variable or key that need not be there."""
    if not isinstance(source, cst.Call) or not source.args:
        return False
    asks = bool(symbol_names(facts.value(source.func)) & _ASKING)
    return asks and (len(source.args) == 1 or literal(source.args[-1].value) is None)


def _assigned(facts: Facts, name: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What the variable that a name is read from is assigned."""
    home = _home(facts, name) if isinstance(name, cst.Name) else None
    for assign in facts.index.nodes(cst.Assign) if home is not None else ():
        assert isinstance(assign, cst.Assign)
        for each in assign.targets:
            if source_of(each.target) == source_of(name) and _home(facts, each.target) is home:
                yield assign.value


def _home(facts: Facts, name: cst.BaseExpression) -> Scope | None:
    return facts.index.scope(name).binding_scope(source_of(name))
