"""Mechanisms: calls whose rewrite depends on more than their own arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Value, present
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import MISSING, attribute
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of
from genai_codemod_rules.google_generativeai.caching import cache_update
from genai_codemod_rules.google_generativeai.messages import dump

DIFFERENT = (
    "the dict has URL-safe base64 for bytes, zeros that were left out, and fields that vertexai "
    "does not know."
)
INPUT = "EmbeddingInput"
SEPARATE = (
    "google.genai takes one task type and title for all texts of a call: call embed_content once "
    "for each of them."
)
ALONE = "give the task type, and the title, in the config of client.models.embed_content."
REFRESHED = (
    "refresh() changed the object itself; this gets another one, so other names hold the old state."
)
_DEEPEST = 4


def refresh(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """``job.refresh()`` becomes ``job = client.tunings.get(name=job.name)``."""
    assert isinstance(node.func, cst.Attribute)
    rewriter.plan_template(node, rule, binding)
    receiver, statement = node.func.value, rewriter.facts.index.parents[node]
    name = dotted_name(receiver)
    if name is not None and isinstance(statement, cst.Expr):
        target = attribute(name)
        assert isinstance(target, cst.Name | cst.Attribute)
        rewriter.plan.assign(statement, target)
    elif isinstance(receiver, cst.Name):
        rewriter.plan.wrap[node] = partial(_named, receiver.value)
    else:
        rewriter.plan.found(node, rule, "review", REFRESHED)


def _named(name: str, updated: cst.CSTNode) -> cst.BaseExpression:
    """``(job := ...)``."""
    assert isinstance(updated, cst.BaseExpression)
    return cst.NamedExpr(cst.Name(name), updated, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


# -- embeddings -----------------------------------------------------------------------------------


def embedding(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Embeddings of texts, of which each could have a task type and a title of its own."""
    rewriter.plan_template(node, rule, binding)
    texts = binding.argument(node, "texts")
    facts = rewriter.facts
    for parameter in ("task_type", "title"):
        if _shared(facts, texts, parameter) is None:
            rewriter.plan.found(node, rule, "review", SEPARATE)
            return


def embedding_input(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """An input becomes its text, where the call that embeds it can be seen."""
    rewriter.plan_template(node, rule, binding)
    facts = rewriter.facts
    if len(binding.arguments) > 1 and not any(node in sites for sites in _embedded(facts)):
        rewriter.plan.found(node, rule, "review", ALONE)


def _embedded(facts: Facts) -> Iterator[set[cst.CSTNode]]:
    """The inputs that each call gives to a model."""
    for call, rules in facts.whole.bindings.items():
        for rule, binding in rules.items():
            if rule.mechanism == "embedding":
                yield set(_inputs(facts, binding.argument(call, "texts")))


def _inputs(facts: Facts, texts: cst.BaseExpression | None) -> list[cst.CSTNode]:
    """The calls that make the inputs in a list."""
    return list(_sites(facts, facts.whole.value(texts), 0)) if texts is not None else []


def _sites(facts: Facts, value: Value, depth: int) -> Iterator[cst.CSTNode]:
    for atom in present(value):
        if isinstance(atom, Container) and depth < _DEEPEST:
            items = facts.interpreter.load(("item", atom.site, "*"))
            yield from _sites(facts, items, depth + 1)
        elif isinstance(atom, Instance) and atom.kind == INPUT:
            yield atom.site


def _shared(
    facts: Facts, texts: cst.BaseExpression | None, parameter: str
) -> cst.BaseExpression | None:
    """What all inputs have for a parameter, MISSING for nothing; None where that is not clear."""
    given: dict[str, cst.BaseExpression] = {}
    for site in _inputs(facts, texts):
        assert isinstance(site, cst.Call)
        bindings = facts.interpreter.bindings.get(site, {}).values()
        found = next((binding.argument(site, parameter) for binding in bindings), None)
        given["" if found is None else source_of(found)] = MISSING if found is None else found
    if len(given) > 1:
        return None
    value = next(iter(given.values()), MISSING)
    if value is MISSING or literal(value) is not ...:
        return value
    return value if texts is not None and _is_same_there(facts, value, texts) else None


def _is_same_there(facts: Facts, value: cst.BaseExpression, place: cst.CSTNode) -> bool:
    """Whether a variable means the same at another place."""
    if not isinstance(value, cst.Name):
        return False
    here = facts.whole.index.scope(value).binding_scope(value.value)
    return here is not None and (facts.whole.index.scope(place).binding_scope(value.value) is here)


def _of_inputs(parameter: str, argument: Argument, context: Context) -> cst.BaseExpression:
    return _shared(context.facts, argument.original, parameter) or MISSING


def task_type(argument: Argument, context: Context) -> cst.BaseExpression:
    """The task type of all inputs."""
    return _of_inputs("task_type", argument, context)


def title(argument: Argument, context: Context) -> cst.BaseExpression:
    """The title of all inputs."""
    return _of_inputs("title", argument, context)


CONVERTERS = {"task_type": task_type, "title": title}
MECHANISMS: dict[str, Callable[..., None]] = {
    "as_dict": partial(dump, message=DIFFERENT),
    "cache_update": cache_update,
    "refresh": refresh,
    "embedding": embedding,
    "embedding_input": embedding_input,
}
