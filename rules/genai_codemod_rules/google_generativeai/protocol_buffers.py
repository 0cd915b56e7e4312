"""Objects of the legacy SDK wrapped protocol buffers; those of the new one are pydantic models."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.values import Symbol, instances
from genai_codemod.engine.imports.unused_imports import drop_emptied
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import atomic, call, expression, keyword
from genai_codemod.engine.syntax.module_syntax import literal

AS_DICT = Rule("protos.message-to-dict")
BUFFER = Rule("protos.buffer", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE_TO_DICT = Symbol("google.protobuf.json_format.MessageToDict")


def plan_buffers(rewriter: Rewriter) -> None:
    """Rewrite ``MessageToDict(x._pb)``, and mark every other protocol buffer."""
    facts, plan = rewriter.facts, rewriter.plan
    dumped: set[cst.CSTNode] = set()
    gone: set[cst.CSTNode] = set()
    for call_node in facts.index.calls:
        if MESSAGE_TO_DICT in facts.value(call_node.func) and call_node.args:
            buffer = call_node.args[0].value
            if _is_buffer(rewriter, buffer) and _options(call_node) is not None:
                dumped.add(buffer)
                gone.add(call_node.func)
                plan.replace[call_node] = _dump
                plan.found(call_node, AS_DICT, "rewritten")
    drop_emptied(facts, plan, gone)
    for node in facts.attributes:
        if node not in dumped and _is_buffer(rewriter, node):
            message = "google.genai's objects are pydantic models and hold no protocol buffer."
            plan.found(node, BUFFER, "manual", message)


def _is_buffer(rewriter: Rewriter, node: cst.CSTNode) -> bool:
    """Whether an expression is ``x._pb`` of an object of the legacy SDK that becomes a new one."""
    if not isinstance(node, cst.Attribute) or node.attr.value != "_pb":
        return False
    value = rewriter.facts.value(node.value)
    known = [atom for atom in instances(value) if atom.kind in rewriter.pack.kinds]
    return bool(known) and not rewriter.left.value_left(value)


def _options(node: cst.Call) -> bool | None:
    """Whether the names of the fields are kept, or None where other options are given."""
    kept = False
    for argument in node.args[1:]:
        value = literal(argument.value)
        if argument.keyword is None or argument.keyword.value != "preserving_proto_field_name":
            return None
        if not isinstance(value, bool):
            return None
        kept = value
    return kept


def _dump(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Call)
    buffer = updated.args[0].value
    assert isinstance(buffer, cst.Attribute)
    options = [keyword("mode", expression('"json"')), keyword("exclude_none", cst.Name("True"))]
    if not _options(updated):
        options.append(keyword("by_alias", cst.Name("True")))
    return call(cst.Attribute(atomic(buffer.value), cst.Name("model_dump")), *options)
