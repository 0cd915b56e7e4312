"""Converters: Python expressions in the legacy form, rewritten in the form of google.genai."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import (
    Container,
    Instance,
    Plain,
    Symbol,
    only_text,
    present,
)
from genai_codemod.engine.objects.settings import may_be_none
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import (
    MISSING,
    WrittenList,
    atomic,
    call,
    expression,
    text_literal,
)
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of
from genai_codemod_rules.google_generativeai import (
    calling_modes,
    content_dicts,
    literals,
    tool_forms,
)
from genai_codemod_rules.google_generativeai.bare_parts import wrapped
from genai_codemod_rules.google_generativeai.options import (
    milliseconds,
    request_options,
    retry_options,
)
from genai_codemod_rules.google_generativeai.typed_lists import (
    is_typed_list,
    unpacked,
)

ENDPOINT = Rule("client.endpoint", guide="https://ai.google.dev/gemini-api/docs/migrate#api-access")
TASK_TYPES = {
    "query": "RETRIEVAL_QUERY",
    "document": "RETRIEVAL_DOCUMENT",
    "similarity": "SEMANTIC_SIMILARITY",
    "qa": "QUESTION_ANSWERING",
    "fact": "FACT_VERIFICATION",
}
TASK_NUMBERS = (
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
)


def contents(argument: Argument, context: Context) -> cst.BaseExpression:
    """``contents=`` of a generation: str parts in content dicts, blobs and protos are wrapped."""
    original, updated = argument.original, argument.updated
    whole = content_dicts.content(original, updated, context)
    if whole is not None:
        return whole
    if isinstance(original, cst.List | cst.Tuple):
        converted = content_list(original, updated, context)
        if converted is not None:
            return converted
        return context.helper("_contents", wrapped(original, updated, context))
    if isinstance(original, cst.Dict):
        new = literals.part(original, updated, context)
        return new if new is not updated else context.helper("_contents", updated)
    if literals.holds_dicts(original, context):
        return context.helper("_contents", wrapped(original, updated, context))
    if isinstance(original, cst.BinaryOperation) and isinstance(updated, cst.BinaryOperation):
        return _joined(original, updated, context)
    if is_typed_list(original, context):
        return unpacked(updated)
    return literals.part(original, updated, context)


def _joined(
    original: cst.BinaryOperation, updated: cst.BinaryOperation, context: Context
) -> cst.BaseExpression:
    """``[text] + parts`` as ``[text, *parts]``: a sum of lists of strings and parts has no type."""
    if not isinstance(original.operator, cst.Add) or not _is_mixed(original, context):
        return wrapped(original, updated, context)
    elements: list[cst.BaseElement] = []
    for side in (updated.left, updated.right):
        if isinstance(side, cst.List):
            elements += side.elements
        else:
            elements.append(cst.StarredElement(side))
    return WrittenList([each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in elements])


def _is_mixed(node: cst.BinaryOperation, context: Context) -> bool:
    """Whether a sum is one of lists whose types differ, as far as that is known."""
    if literals.holds_parts(node, context):
        return True
    written = any(isinstance(side, cst.List) for side in (node.left, node.right))
    return written and any(is_typed_list(side, context) for side in (node.left, node.right))


def content_list(
    original: cst.List | cst.Tuple, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A literal list of contents or parts, or None if an element is not clear."""
    if not isinstance(updated, cst.List | cst.Tuple):
        return updated
    elements = []
    for old, new in zip(original.elements, updated.elements, strict=True):
        if isinstance(old, cst.StarredElement):
            if literals.holds_dicts(old.value, context):
                return None
            elements.append(new.with_changes(value=wrapped(old.value, new.value, context)))
            continue
        value = content_dicts.content(old.value, new.value, context)
        if value is None:
            keys = literals.entries(old.value)
            is_content = keys is not None and "parts" in keys
            if is_content or (keys is None and literals.holds_dicts(old.value, context)):
                return None
            value = literals.part(old.value, new.value, context)
        elements.append(new.with_changes(value=value))
    return updated.with_changes(elements=elements)


def safety_settings(argument: Argument, context: Context) -> cst.BaseExpression:
    """Safety settings in any of the legacy spellings."""
    listed = literals.safety_list(argument.original, argument.updated, context)
    if listed is not None:
        return listed
    atoms = present(context.value(argument.original))
    if atoms and all(isinstance(a, Container) and a.site in context.plan.converted for a in atoms):
        return argument.updated
    return context.helper("_safety_settings", argument.updated)


def system_instruction(argument: Argument, context: Context) -> cst.BaseExpression:
    """A system instruction: str parts of a content dict are wrapped."""
    original, updated = argument.original, argument.updated
    converted = content_dicts.content(original, updated, context)
    if converted is not None:
        return converted
    return context.helper("_contents", updated) if _may_be_dict(original, context) else updated


def _may_be_dict(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression may be a content dict in the legacy form."""
    if isinstance(node, cst.Dict):
        return True
    return any(
        atom == Plain("dict")
        or (
            isinstance(atom, Container)
            and isinstance(atom.site, cst.Dict)
            and atom.site not in context.plan.converted
        )
        for atom in present(context.value(node))
    )


def tool_config(argument: Argument, context: Context) -> cst.BaseExpression:
    """A tool configuration, as ``types.ToolConfig``."""
    written = calling_modes.tool_config(argument.original, argument.updated, context)
    if written is not None:
        return written
    if isinstance(argument.original, cst.IfExp) and isinstance(argument.updated, cst.IfExp):
        sides = {
            side: tool_config(
                replace(
                    argument,
                    original=getattr(argument.original, side),
                    updated=getattr(argument.updated, side),
                ),
                context,
            )
            for side in ("body", "orelse")
        }
        return argument.updated.with_changes(**sides)
    atoms = present(context.value(argument.original))
    if atoms and all(
        (isinstance(atom, Instance) and atom.kind == "ToolConfig")
        or (isinstance(atom, Container) and atom.site in context.plan.converted)
        for atom in atoms
    ):
        return argument.updated
    if literal(argument.original) is None:
        return argument.updated
    validate = cst.Attribute(context.type("ToolConfig"), cst.Name("model_validate"))
    validated = call(validate, cst.Arg(argument.updated))
    if not may_be_none(context.value(argument.original)):
        return validated
    return cst.BooleanOperation(atomic(argument.updated), cst.And(), validated)


def endpoint(argument: Argument, context: Context) -> cst.BaseExpression:
    """The address in ``client_options={"api_endpoint": ...}``, with its scheme."""
    host = _host(argument, context)
    if host is not None:
        text = literal(host)
        if isinstance(text, str):
            return text_literal(text if "://" in text else "https://" + text)
        return host if _has_scheme(host) else context.helper("_endpoint", host)
    message = (
        f"client_options={source_of(argument.original)} was dropped: give the address as "
        "http_options=types.HttpOptions(base_url=...) to genai.Client."
    )
    context.plan.found(argument.call, ENDPOINT, "review", message)
    return MISSING


def _host(argument: Argument, context: Context) -> cst.BaseExpression | None:
    """The address that options give, and nothing beside it: written there, or in a variable."""
    options = argument.updated
    found = literals.entries(options)
    if found is None and _holds_address(argument.original, context):
        index = cst.SubscriptElement(cst.Index(text_literal("api_endpoint")))
        return cst.Subscript(options, [index])
    return found["api_endpoint"] if found is not None and set(found) == {"api_endpoint"} else None


def _holds_address(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a variable is a dict with an address, which is only put there and given on."""
    sites = [atom.site for atom in context.value(node) if isinstance(atom, Container)]
    if len(sites) != 1 or len(context.value(node)) != 1 or not isinstance(sites[0], cst.Dict):
        return False
    reads = {each for each in context.facts.by_site[sites[0]] if each not in (node, sites[0])}
    stored = all(context.facts.use(each).role == "stored" for each in reads)
    written = literals.entries(sites[0]) or {}
    return stored and set(written) == {"api_endpoint"} and dotted_name(node) is not None


def _has_scheme(address: cst.BaseExpression) -> bool:
    """Whether a text that is put together begins with a scheme: ``"https://" + host``."""
    while isinstance(address, cst.BinaryOperation):
        address = address.left
    if isinstance(address, cst.FormattedString):
        first = address.parts[0] if address.parts else None
        return isinstance(first, cst.FormattedStringText) and "://" in first.value
    return "://" in str(literal(address))


def headers(argument: Argument, _context: Context) -> cst.BaseExpression:
    """``default_metadata`` pairs as a dict of headers."""
    node = argument.updated
    if isinstance(node, cst.List | cst.Tuple):
        pairs = [element.value for element in node.elements]
        if all(isinstance(pair, cst.Tuple) and len(pair.elements) == 2 for pair in pairs):
            return cst.Dict(
                [
                    cst.DictElement(pair.elements[0].value, pair.elements[1].value)
                    for pair in pairs
                    if isinstance(pair, cst.Tuple)
                ]
            )
    return call(cst.Name("dict"), cst.Arg(node))


def file_name(argument: Argument, context: Context) -> cst.BaseExpression:
    """The name of a file given as a file or as its name."""
    atoms = present(context.value(argument.original))
    updated = argument.updated
    if atoms and all(isinstance(atom, Instance) and atom.kind == "File" for atom in atoms):
        return cst.Attribute(atomic(updated), cst.Name("name"))
    if only_text(context.value(argument.original)) or not isinstance(updated, cst.Name):
        return updated
    text = source_of(updated)
    return expression(f"({text} if isinstance({text}, str) else {text}.name)")


def task_type(argument: Argument, context: Context) -> cst.BaseExpression:
    """A task type by its full name (``embedding._EMBEDDING_TASK_TYPE`` of the legacy SDK)."""
    value = literal(argument.original)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(TASK_NUMBERS):
        return text_literal(TASK_NUMBERS[value])
    if isinstance(value, str):
        name = TASK_TYPES.get(value.lower(), value.upper())
        return argument.updated if name == value else text_literal(name)
    atoms = present(context.value(argument.original))
    if atoms and all(isinstance(atom, Symbol) for atom in atoms):
        # Each member is written as its name, which is the text that is wanted.
        return argument.updated
    return context.helper("_task_type", argument.updated)


def content_to_embed(argument: Argument, context: Context) -> cst.BaseExpression:
    """The content of an embedding, where dicts had parts in any of the legacy forms."""
    original, updated = argument.original, argument.updated
    if isinstance(original, cst.List) and isinstance(updated, cst.List):
        pairs = zip(original.elements, updated.elements, strict=True)
        elements = [new.with_changes(value=_content_of(o, new, context)) for o, new in pairs]
        return updated.with_changes(elements=elements)
    return content_dicts.content(original, updated, context) or updated


def _content_of(
    original: cst.BaseElement, updated: cst.BaseElement, context: Context
) -> cst.BaseExpression:
    written = isinstance(original, cst.Element) and isinstance(original.value, cst.Dict)
    content = content_dicts.content(original.value, updated.value, context) if written else None
    return content or updated.value


def embedded(argument: Argument, context: Context) -> cst.BaseExpression:
    """The content of an embedding; a list of str gets the type that the new SDK's parameter has."""
    node = argument.updated
    return unpacked(node) if is_typed_list(argument.original, context) else node


def listed(argument: Argument, context: Context) -> cst.BaseExpression:
    """A list; an empty one was not sent, and is refused now."""
    del context
    node = argument.updated
    return MISSING if isinstance(node, cst.List) and not node.elements else node


CONVERTERS = {
    function.__name__: function
    for function in (
        contents,
        safety_settings,
        system_instruction,
        tool_forms.tools,
        tool_forms.declarations,
        tool_config,
        request_options,
        milliseconds,
        retry_options,
        endpoint,
        headers,
        file_name,
        task_type,
        content_to_embed,
        embedded,
        listed,
    )
}
