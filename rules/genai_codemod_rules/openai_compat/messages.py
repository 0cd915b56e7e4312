"""Chat messages, as contents and a system instruction: written out where they are literals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Atom, Container, Value, only_text, present
from genai_codemod.engine.rule_packs.template import MISSING, call, expression, keyword
from genai_codemod.engine.syntax.module_syntax import string_value

SYSTEM = ("system", "developer")
ROLES = {"user": "user", "assistant": "model"}
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is written out: its role, and its content before and after the rewriting."""

    role: str
    original: cst.BaseExpression
    updated: cst.BaseExpression


def contents(argument: Argument, context: Context) -> cst.BaseExpression:
    """``contents=`` of messages; those of the system are none."""
    written = written_out(argument.original, argument.updated, context)
    if written is None:
        plain = _only_texts(context.value(argument.original), context)
        return context.helper("_text_contents" if plain else "_contents", argument.updated)
    said = [message for message in written if message.role not in SYSTEM]
    if len(said) == 1 and said[0].role == "user" and _is_text(said[0].original, context):
        return said[0].updated
    return cst.List([cst.Element(_content(message, context)) for message in said])


def system_instruction(argument: Argument, context: Context) -> cst.BaseExpression:
    """``system_instruction=`` of messages: nothing where no message is of the system."""
    written = written_out(argument.original, argument.updated, context)
    if written is None and _no_system(context.value(argument.original), context):
        return MISSING
    if written is None:
        return context.helper("_system_instruction", simple(argument.updated))
    texts = [message.updated for message in written if message.role in SYSTEM]
    if len(texts) > 1:
        return cst.List([cst.Element(text) for text in texts])
    return texts[0] if texts else MISSING


def _seen(value: Value, context: Context) -> list[Mapping[str, cst.BaseExpression]] | None:
    """The messages that a value can hold, if all of them are seen as they are written."""
    messages: set[Atom] = set()
    for atom in present(value):
        if not isinstance(atom, Container):
            return None
        messages |= context.facts.interpreter.load(("item", atom.site, "*"))
    given = [entries(each.site) for each in messages if isinstance(each, Container)]
    found = [each for each in given if each is not None]
    return found if messages and len(found) == len(messages) else None


def _only_texts(value: Value, context: Context) -> bool:
    """Whether all messages that a value can hold have a role and a text alone."""
    messages = _seen(value, context)
    return messages is not None and all(
        message.keys() == {"role", "content"} and only_text(context.value(message["content"]))
        for message in messages
    )


def _no_system(value: Value, context: Context) -> bool:
    """Whether no message that a value can hold is of the system."""
    messages = _seen(value, context)
    return messages is not None and all(
        string_value(message.get("role")) in (*ROLES, "tool") for message in messages
    )


def simple(messages: cst.BaseExpression) -> cst.BaseExpression:
    """What messages are called once they have been evaluated."""
    return messages.target if isinstance(messages, cst.NamedExpr) else messages


def written_out(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> list[Message] | None:
    """The messages of a list literal; nothing where one of them cannot be read off."""
    if not isinstance(original, cst.List) or not isinstance(updated, cst.List):
        return None
    found: list[Message] = []
    for before, after in zip(original.elements, updated.elements, strict=True):
        message = _message(before.value, after.value, context)
        if isinstance(before, cst.StarredElement) or message is None:
            return None
        found.append(message)
    return found if any(message.role not in SYSTEM for message in found) else None


def _message(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> Message | None:
    before, after = entries(original), entries(updated)
    if before is None or after is None or before.keys() != {"role", "content"}:
        return None
    role, content = string_value(before["role"]), before["content"]
    if role in SYSTEM and _is_text(content, context):
        return Message(role, content, after["content"])
    if role not in ROLES:
        return None
    readable = _is_text(content, context) or _parts(content, after["content"], context) is not None
    return Message(role, content, after["content"]) if readable else None


def entries(node: cst.CSTNode) -> Mapping[str, cst.BaseExpression] | None:
    """The items of a dict literal by their keys, if all of these are texts."""
    if not isinstance(node, cst.Dict):
        return None
    found: dict[str, cst.BaseExpression] = {}
    for element in node.elements:
        key = string_value(element.key) if isinstance(element, cst.DictElement) else None
        if key is None:
            return None
        found[key] = element.value
    return found


def _is_text(node: cst.BaseExpression, context: Context) -> bool:
    return isinstance(node, cst.FormattedString) or only_text(context.value(node))


def _content(message: Message, context: Context) -> cst.BaseExpression:
    """``types.Content(role=..., parts=[...])``."""
    parts = _parts(message.original, message.updated, context)
    if parts is None:
        parts = [call(context.type("Part"), keyword("text", message.updated))]
    return call(
        context.type("Content"),
        keyword("role", cst.SimpleString(f'"{ROLES[message.role]}"')),
        keyword("parts", cst.List([cst.Element(part) for part in parts])),
    )


def _parts(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> Sequence[cst.BaseExpression] | None:
    """The parts of a message whose content is a list literal."""
    if not isinstance(original, cst.List) or not isinstance(updated, cst.List):
        return None
    parts = [
        _part(before.value, after.value, context)
        for before, after in zip(original.elements, updated.elements, strict=True)
    ]
    found = [part for part in parts if part is not None]
    return found if len(found) == len(parts) else None


def _part(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    before, after = entries(original), entries(updated)
    if before is None or after is None or "type" not in before:
        return None
    match string_value(before["type"]):
        case "text" if "text" in before and _is_text(before["text"], context):
            return call(context.type("Part"), keyword("text", after["text"]))
        case "image_url" if before.keys() == {"type", "image_url"}:
            image = entries(after["image_url"])
            return _image(image["url"], context) if image and image.keys() == {"url"} else None
    return None


def _image(url: cst.BaseExpression, context: Context) -> cst.BaseExpression | None:
    """``f"data:image/png;base64,{data}"`` as bytes."""
    match url:
        case cst.FormattedString(
            parts=[cst.FormattedStringText(value=head), cst.FormattedStringExpression() as inner]
        ) if (found := _DATA.fullmatch(head)) and inner.format_spec is None:
            data = inner.expression
        case _:
            return None
    context.plan.imports.add("import base64")
    maker = cst.Attribute(context.type("Part"), cst.Name("from_bytes"))
    decoded = call(expression("base64.b64decode"), cst.Arg(data))
    media_type = cst.SimpleString(f'"{found[1]}"')
    return call(maker, keyword("data", decoded), keyword("mime_type", media_type))


def embedded(argument: Argument, _context: Context) -> cst.BaseExpression:
    """``contents=`` of embeddings: a text, or a list of texts."""
    return argument.updated


def json_type(_argument: Argument, _context: Context) -> cst.BaseExpression:
    """The media type of an answer for which a class was given."""
    return cst.SimpleString('"application/json"')


CONVERTERS = {
    "contents": contents,
    "system": system_instruction,
    "embedded": embedded,
    "json_type": json_type,
}
