"""Dicts that stand for contents: ``{"role": "user", "parts": [...]}``."""

from __future__ import annotations

from typing import Any

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import Instance, only_text, present
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod_rules.google_generativeai.literals import (
    entries,
    is_bytes_blob,
    opaque,
    part,
    part_list,
)

NARROW = {"user": "UserContent", "model": "ModelContent"}


def content(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A content dict as ``types.Content``.

    Where its parts are not certainly texts or objects, it is a ``types.UserContent`` or
    ``types.ModelContent``, which make parts of whatever they are given.
    """
    before, after = entries(original), entries(updated)
    if before is None or after is None or not {"parts"} <= set(before) <= {"role", "parts"}:
        return None
    if opaque(before["parts"], context):
        return None
    typed = _typed_parts(before["parts"], after["parts"], context)
    if typed is not None:
        role = after.get("role", cst.SimpleString('"user"'))
        return call(context.type("Content"), keyword("role", role), keyword("parts", typed))
    kind = narrow_type(original)
    if kind is None:
        return None
    parts = part_list(before["parts"], after["parts"], context)
    return call(context.type(kind), keyword("parts", parts))


def narrow_type(node: cst.BaseExpression) -> str | None:
    """The class that takes parts of all kinds, for the role that a content dict is written with."""
    role = (entries(node) or {}).get("role")
    return NARROW.get(str(literal(role))) if role is not None else NARROW["user"]


def _typed_parts(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """Parts as a list of ``types.Part``, or None if one may be something else."""
    if not isinstance(original, cst.List | cst.Tuple):
        alone = _typed_part(original, updated, context)
        return cst.List([cst.Element(alone)]) if alone is not None else None
    assert isinstance(updated, cst.List | cst.Tuple)
    elements: list[Any] = []
    for old, new in zip(original.elements, updated.elements, strict=True):
        made = _typed_part(old.value, new.value, context)
        if isinstance(old, cst.StarredElement) or made is None:
            return None
        elements.append(new.with_changes(value=made))
    if not elements or isinstance(updated, cst.Tuple):
        return cst.List(elements) if elements else None
    return updated.with_changes(elements=elements)


def _typed_part(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A part as ``types.Part``, or None if it is not certain what it is."""
    if only_text(context.value(original)):
        return call(context.type("Part"), keyword("text", updated))
    before, after = entries(original) or {}, entries(updated) or {}
    if set(before) == {"text"} and "text" in after:
        is_text = only_text(context.value(before["text"]))
        return call(context.type("Part"), keyword("text", after["text"])) if is_text else None
    atoms = present(context.value(original))
    if atoms and all(isinstance(atom, Instance) and atom.kind == "Part" for atom in atoms):
        return updated
    return part(original, updated, context) if is_bytes_blob(original, context) else None
