"""Members of the enum of task types, which google.genai does not have: they become texts."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Plain, Symbol, present, symbol_names
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.uses import compared_with

READ = Rule("services.task-read", guide="https://ai.google.dev/gemini-api/docs/embeddings")
MESSAGE = "a task type is a text now, and was a number with a name: do not read it as such."
_ENUMS = ("google.generativeai.protos.TaskType.", "google.generativeai.EmbeddingTaskType.")
_ATTRIBUTES = frozenset({"name", "value"})


def plan_task_types(rewriter: Rewriter) -> None:
    """Mark what reads the name or the number of a member that a variable holds."""
    facts = rewriter.facts
    for node, value in facts.held.of(Symbol):
        if not isinstance(node, cst.Name | cst.Subscript | cst.Call) or not _is_read(facts, node):
            continue
        if any(name.startswith(_ENUMS) for name in symbol_names(present(value))):
            rewriter.plan.found(node, READ, "review", MESSAGE)


def _is_read(facts: Facts, node: cst.BaseExpression) -> bool:
    use = facts.use(node)
    if isinstance(use.parent, cst.Attribute):
        return use.parent.attr.value in _ATTRIBUTES
    if use.role == "compared":
        others = compared_with(node, facts.index.parents)
        return any(Plain("int") in facts.value(other) for other in others)
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and Symbol("builtins.int") in facts.value(call.func)
