"""Calls of chat completions: what must be known of their arguments before they are rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.planning.hoisting import can_be_first
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod_rules.openai_compat.messages import written_out
from genai_codemod_rules.openai_compat.options import google_options

if TYPE_CHECKING:
    from genai_codemod.engine.planning.rewriting import Rewriter


def chat_completion(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Plan a call; messages that are read twice, and are more than a name, get one."""
    messages = binding.argument(node, "messages")
    if messages is not None and dotted_name(messages) is None:
        if written_out(messages, messages, rewriter.context) is None:
            _name(rewriter, node, messages)
    extra = binding.argument(node, "extra_body")
    if extra is not None and google_options(extra) is None:
        message = "what extra_body holds is not passed on: give it to the config."
        rewriter.plan.found(node, rule, "review", message)
    if {"max_tokens", "max_completion_tokens"} <= binding.arguments.keys():
        message = "only max_completion_tokens is passed on, and not max_tokens."
        rewriter.plan.found(node, rule, "review", message)
    rewriter.plan_template(node, rule, binding)
    rewriter.streams.plan_stream(node, rule)


def _name(rewriter: Rewriter, node: cst.Call, messages: cst.BaseExpression) -> None:
    """Give the messages a name, in a line before where nothing is evaluated before the call."""
    names = ("messages", "chat_messages", "messages_")
    if can_be_first(rewriter.facts, node) and not _evaluates_before(node, messages):
        rewriter.hoisted.take(messages, *names)
        return
    name = next(name for name in names if name not in rewriter.plan.taken)
    rewriter.plan.wrap[messages] = lambda updated: cst.NamedExpr(cst.Name(name), updated)  # type: ignore[arg-type]


def _evaluates_before(node: cst.Call, messages: cst.BaseExpression) -> bool:
    """Whether a call has arguments before its messages that do something."""
    for argument in node.args:
        if argument.value is messages:
            return False
        if not isinstance(argument.value, cst.BaseString | cst.BaseNumber):
            if dotted_name(argument.value) is None:
                return True
    return False
