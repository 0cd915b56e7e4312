"""Converts literals: what the user wrote out can be written in the new form right away."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import (
    Container,
    Plain,
    Symbol,
    Value,
    only_text,
    present,
)
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import WrittenList, call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai.bare_parts import wrapped
from genai_codemod_rules.google_generativeai.file_reads import is_read_as_bytes

CATEGORIES = {
    "harassment": "HARM_CATEGORY_HARASSMENT",
    "hate": "HARM_CATEGORY_HATE_SPEECH",
    "hate_speech": "HARM_CATEGORY_HATE_SPEECH",
    "sex": "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "sexual": "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "sexually_explicit": "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "danger": "HARM_CATEGORY_DANGEROUS_CONTENT",
    "dangerous": "HARM_CATEGORY_DANGEROUS_CONTENT",
    "dangerous_content": "HARM_CATEGORY_DANGEROUS_CONTENT",
}
CATEGORY_NUMBERS = {
    7: "HARM_CATEGORY_HARASSMENT",
    8: "HARM_CATEGORY_HATE_SPEECH",
    9: "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    10: "HARM_CATEGORY_DANGEROUS_CONTENT",
}
THRESHOLDS = {
    "low": "BLOCK_LOW_AND_ABOVE",
    "medium": "BLOCK_MEDIUM_AND_ABOVE",
    "high": "BLOCK_ONLY_HIGH",
    "only_high": "BLOCK_ONLY_HIGH",
    "none": "BLOCK_NONE",
}
THRESHOLD_NUMBERS = {
    0: "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
    1: "BLOCK_LOW_AND_ABOVE",
    2: "BLOCK_MEDIUM_AND_ABOVE",
    3: "BLOCK_ONLY_HIGH",
    4: "BLOCK_NONE",
}
_ROLES = re.compile(r"""\[["'](role|parts)["']\]""")
SEQUENCES = frozenset({Plain("list"), Plain("dict"), Plain("json"), Plain("tuple")})
RAW_BYTES = Rule("contents.raw-bytes", guide="https://ai.google.dev/gemini-api/docs/migrate")
SENT_AS_TEXT = (
    "bytes were refused, and are sent as text now: write types.Part.from_bytes(data=..., "
    "mime_type=...)."
)


def entries(node: cst.BaseExpression) -> dict[str, cst.BaseExpression] | None:
    """The values of a dict literal by its str keys, or None if it has other entries."""
    if not isinstance(node, cst.Dict):
        return None
    found: dict[str, cst.BaseExpression] = {}
    for element in node.elements:
        key = literal(element.key) if isinstance(element, cst.DictElement) else ...
        if not isinstance(key, str):
            return None
        found[key] = element.value
    return found


# -- safety settings ----------------------------------------------------------------------------


def safety_list(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A safety literal as a list of ``types.SafetySetting``, or None if it is not clear.

    Legacy tables: ``google.generativeai.types.safety_types``.
    """
    value = literal(original)
    if isinstance(value, str | int) and not isinstance(value, bool):
        threshold = _member(original, updated, context, "HarmBlockThreshold")
        if threshold is None:
            return None
        names = list(CATEGORY_NUMBERS.values())
        pairs = [(_enum("HarmCategory", name, context), threshold) for name in names]
        return _setting_list(pairs, context)
    found = _safety_pairs(original, updated)
    if found is None:
        return None
    pairs = []
    for (category, threshold_node), (new_category, new_threshold) in found:
        left = _member(category, new_category, context, "HarmCategory")
        right = _member(threshold_node, new_threshold, context, "HarmBlockThreshold")
        if left is None or right is None:
            return None
        pairs.append((left, right))
    return _setting_list(pairs, context)


_Pair = tuple[cst.BaseExpression, cst.BaseExpression]


def _safety_pairs(
    original: cst.BaseExpression, updated: cst.BaseExpression
) -> list[tuple[_Pair, _Pair]] | None:
    found: list[tuple[_Pair, _Pair]] = []
    if isinstance(original, cst.Dict) and isinstance(updated, cst.Dict):
        for old, new in zip(original.elements, updated.elements, strict=True):
            if not isinstance(old, cst.DictElement) or not isinstance(new, cst.DictElement):
                return None
            found.append(((old.key, old.value), (new.key, new.value)))
        return found
    if isinstance(original, cst.List | cst.Tuple) and isinstance(updated, cst.List | cst.Tuple):
        for old_item, new_item in zip(original.elements, updated.elements, strict=True):
            before, after = entries(old_item.value), entries(new_item.value)
            if before is None or after is None or set(before) != {"category", "threshold"}:
                return None
            old_pair = (before["category"], before["threshold"])
            found.append((old_pair, (after["category"], after["threshold"])))
        return found
    return None


def _member(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context, enum: str
) -> cst.BaseExpression | None:
    value = literal(original)
    name = _member_name(value, enum)
    if name is not None:
        # The full name is what the new SDK takes as well: it becomes the member there.
        return updated if name == value else _enum(enum, name, context)
    atoms = present(context.value(original))
    symbols = [atom for atom in atoms if isinstance(atom, Symbol)]
    # Texts may be short names, which only the helper knows; as numbers, they are no members.
    if symbols and all(f".{enum}." in symbol.name for symbol in symbols):
        return None if any(isinstance(atom, Plain) for atom in atoms) else updated
    return None


def _member_name(value: object, enum: str) -> str | None:
    short, numbers = (
        (CATEGORIES, CATEGORY_NUMBERS)
        if enum == "HarmCategory"
        else (THRESHOLDS, THRESHOLD_NUMBERS)
    )
    if isinstance(value, int):
        return numbers.get(value)
    if not isinstance(value, str):
        return None
    key = value.lower().removeprefix("harm_category_")
    key = key.removeprefix("block_").removesuffix("_and_above")
    return short.get(key)


def _enum(enum: str, name: str, context: Context) -> cst.BaseExpression:
    return cst.Attribute(context.type(enum), cst.Name(name))


def _setting_list(pairs: list[_Pair], context: Context) -> cst.BaseExpression:
    setting = context.type("SafetySetting")
    return WrittenList(
        [
            cst.Element(call(setting, keyword("category", left), keyword("threshold", right)))
            for left, right in pairs
        ]
    )


# -- contents -----------------------------------------------------------------------------------


def opaque(parts: cst.BaseExpression, context: Context) -> bool:
    """Whether parts hold dicts that are not written out, and so are converted at run time."""
    if not isinstance(parts, cst.List | cst.Tuple):
        return not isinstance(parts, cst.Dict) and holds_dicts(parts, context)
    return any(
        not isinstance(element.value, cst.Dict) and holds_dicts(element.value, context)
        for element in parts.elements
    )


def holds_dicts(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression may hold content dicts or blobs in the legacy form."""
    return _holds_dicts(present(context.value(node)), context, 0)


def _holds_dicts(value: Value, context: Context, depth: int) -> bool:
    for atom in value:
        if atom in SEQUENCES:
            return True
        if not isinstance(atom, Container) or atom.site in context.plan.converted or depth > 3:
            continue
        if isinstance(atom.site, cst.Dict | cst.DictComp):
            return True
        if isinstance(atom.site, cst.ListComp) and _ROLES.search(source_of(atom.site)):
            return True
        items = context.facts.interpreter.load(("item", atom.site, "*"))
        if _holds_dicts(present(items), context, depth + 1):
            return True
    return False


def holds_parts(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression is a list in which dicts became parts."""
    return any(
        isinstance(item, Container) and item.site in context.plan.converted
        for atom in present(context.value(node))
        if isinstance(atom, Container)
        for item in present(context.facts.interpreter.load(("item", atom.site, "*")))
    )


def part_list(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """A literal list (or tuple) of parts with each element in the new form."""
    if isinstance(original, cst.List | cst.Tuple) and isinstance(updated, cst.List | cst.Tuple):
        elements: list[Any] = [
            new.with_changes(value=wrapped(old.value, new.value, context))
            if isinstance(old, cst.StarredElement)
            else new.with_changes(value=part(old.value, new.value, context))
            for old, new in zip(original.elements, updated.elements, strict=True)
        ]
        if isinstance(updated, cst.Tuple):
            return cst.List(elements)
        return updated.with_changes(elements=elements)
    return part(original, updated, context)


def part(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """One part: blob dicts, and messages that the new SDK does not take as parts, are wrapped."""
    value = context.value(original)
    updated = wrapped(original, updated, context)
    if present(value) == {Plain("bytes")} or is_read_as_bytes(original, context.facts):
        context.plan.found(original, RAW_BYTES, "review", SENT_AS_TEXT)
    if is_bytes_blob(original, context):
        return _from_bytes(updated, context)
    if not _is_blob(original):
        return updated
    data = (entries(original) or {})["data"]
    # Base64 text is taken as it was, but the SDK's types know bytes alone.
    is_text = only_text(context.value(data))
    return _validated(updated, context) if is_text else _inline_data(updated)


def blob_part(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """The part of a blob dict that has a name; its data may be bytes or base64 text."""
    if not _is_blob(original):
        return None
    data = (entries(original) or {})["data"]
    if _is_bytes(data, context) or is_read_as_bytes(data, context.facts):
        return _from_bytes(updated, context)
    return _validated(updated, context)


def _validated(blob: cst.BaseExpression, context: Context) -> cst.Call:
    """A part of a blob dict whose data may be base64 text."""
    validate = cst.Attribute(context.type("Part"), cst.Name("model_validate"))
    return call(validate, cst.Arg(_inline_data(blob)))


def _from_bytes(blob: cst.BaseExpression, context: Context) -> cst.Call:
    """A part of a blob dict whose data is certainly bytes."""
    written = entries(blob) or {}
    from_bytes = cst.Attribute(context.type("Part"), cst.Name("from_bytes"))
    mime_type = keyword("mime_type", written["mime_type"])
    return call(from_bytes, keyword("data", written["data"]), mime_type)


def is_bytes_blob(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression is the dict of a blob whose data is certainly bytes."""
    return _is_blob(node) and _is_bytes((entries(node) or {})["data"], context)


def _is_blob(node: cst.BaseExpression) -> bool:
    return set(entries(node) or ()) == {"mime_type", "data"}


def _inline_data(blob: cst.BaseExpression) -> cst.Dict:
    """A blob as the dict of a part, which stays as it is written."""
    return cst.Dict([cst.DictElement(cst.SimpleString('"inline_data"'), blob)])


def _is_bytes(node: cst.BaseExpression, context: Context) -> bool:
    if present(context.value(node)) == frozenset({Plain("bytes")}):
        return True
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in ("read_bytes", "getvalue", "tobytes")
    )
