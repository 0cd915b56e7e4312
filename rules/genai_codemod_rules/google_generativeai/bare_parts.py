"""Blobs, files, function calls and their results, which were parts and are fields of parts now."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import Container, Instance, Value, present
from genai_codemod.engine.rule_packs.template import call, keyword

PART_FIELDS = {
    "Blob": "inline_data",
    "FileData": "file_data",
    "FunctionCall": "function_call",
    "FunctionResponse": "function_response",
}
DEPTH = 3


def wrapped(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Parts made of what an expression is or holds that is only a field of one."""
    value = present(context.value(original))
    kinds = {atom.kind if isinstance(atom, Instance) else None for atom in value}
    if len(kinds) == 1 and (field := PART_FIELDS.get(kinds.pop() or "")):
        return call(context.type("Part"), keyword(field, updated))
    return context.helper("_whole_parts", updated) if _holds(value, context, 0) else updated


def _holds(value: Value, context: Context, depth: int) -> bool:
    for atom in value:
        if isinstance(atom, Instance) and atom.kind in PART_FIELDS:
            return True
        if isinstance(atom, Container) and depth < DEPTH:
            items = context.facts.interpreter.load(("item", atom.site, "*"))
            if _holds(present(items), context, depth + 1):
                return True
    return False
