"""How models are to call functions: modes by their names, numbers and short forms."""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import Plain, Symbol
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai.literals import entries

MODES = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE")
_PREFIXED = re.compile(r"MODE_(AUTO|ANY|NONE)", re.IGNORECASE)


def tool_config(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A dict as ``types.ToolConfig``, with the short form of the mode spelled out.

    Legacy: ``google.generativeai.types.content_types.to_tool_config``.
    """
    before, found = entries(original), entries(updated)
    if before is None or found is None or set(found) != {"function_calling_config"}:
        return None
    calling = calling_config(
        before["function_calling_config"], found["function_calling_config"], context
    )
    if calling is None:
        return None
    return call(context.type("ToolConfig"), keyword("function_calling_config", calling))


def calling_config(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """The dict in such a dict, or its mode alone, as ``types.FunctionCallingConfig``."""
    before, fields = entries(original), entries(updated)
    if before is None or fields is None:
        before, fields = {"mode": original}, {"mode": updated}
        if literal(original) is ... and not _is_named_mode(original, context):
            return context.helper("_calling_config", updated)
    if not set(fields) <= {"mode", "allowed_function_names"}:
        return None
    mode = before.get("mode")
    if mode is not None and literal(mode) is ... and _is_numbered_mode(mode, context):
        return context.helper("_calling_config", updated)
    given = [
        keyword(name, _mode(value, context) if name == "mode" else value)
        for name, value in fields.items()
    ]
    return call(context.type("FunctionCallingConfig"), *given)


def _is_named_mode(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression names a member of the modes, and nothing else."""
    atoms = context.value(node)
    return bool(atoms) and all(isinstance(atom, Symbol) for atom in atoms)


def _is_numbered_mode(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a mode may be a number, or a name with the prefix that only the old SDK knew."""
    if Plain("int") in context.value(node):
        return True
    texts = context.facts.index.nodes(cst.SimpleString)
    named = not _is_named_mode(node, context)
    return named and any(_PREFIXED.fullmatch(source_of(each)[1:-1]) for each in texts)


def _mode(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """A function calling mode by its member (``content_types.to_function_calling_mode``)."""
    value = literal(node)
    modes = context.type("FunctionCallingConfigMode")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(MODES):
        return cst.Attribute(modes, cst.Name(MODES[value]))
    if isinstance(value, str) and value.upper().removeprefix("MODE_") in MODES:
        return cst.Attribute(modes, cst.Name(value.upper().removeprefix("MODE_")))
    return node
