"""Converters: Python expressions in the legacy form, rewritten in the form of google.genai."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import dotted_name, literal
from genai_codemod.engine.template import MISSING, atomic, call, expression, keyword, text_literal
from genai_codemod.engine.values import (
    Container,
    Function,
    Instance,
    Symbol,
    only_text,
    present,
)
from genai_codemod_rules.google_generativeai import literals
from genai_codemod_rules.google_generativeai.options import (
    milliseconds,
    request_options,
    retry_options,
)

CODE_EXECUTION = Rule("tools.code-execution")
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
    whole = literals.content(original, updated, context)
    if whole is not None:
        return whole
    if isinstance(original, cst.List | cst.Tuple):
        converted = _content_list(original, updated, context)
        return converted if converted is not None else context.helper("_contents", updated)
    if isinstance(original, cst.Dict):
        new = literals.part(original, updated, context)
        return new if new is not updated else context.helper("_contents", updated)
    if literals.holds_dicts(original, context):
        return context.helper("_contents", updated)
    return literals.part(original, updated, context)


def history(argument: Argument, context: Context) -> cst.BaseExpression:
    """``history=`` of a chat, as a list of contents."""
    original, updated = argument.original, argument.updated
    if isinstance(original, cst.List):
        converted = _content_list(original, updated, context)
        if converted is not None:
            return converted
    value = present(context.value(original))
    if value and all(_new_contents(atom, context) for atom in value):
        return updated
    return context.helper("_history", updated)


def _new_contents(atom: object, context: Context) -> bool:
    if isinstance(atom, Container):
        return atom.site in context.plan.converted
    return isinstance(atom, Instance) and atom.kind in ("list[Content]", "Content")


def message(argument: Argument, context: Context) -> cst.BaseExpression:
    """The message of a chat: parts, or a list of parts, never a content."""
    original, updated = argument.original, argument.updated
    before, after = literals.entries(original), literals.entries(updated)
    if before is not None and after is not None and "parts" in before:
        if literals.opaque(before["parts"], context):
            return context.helper("_message", updated)
        return literals.part_list(before["parts"], after["parts"], context)
    if isinstance(original, cst.List | cst.Tuple):
        if literals.opaque(original, context):
            return context.helper("_message", updated)
        return literals.part_list(original, updated, context)
    if isinstance(original, cst.Dict):
        new = literals.part(original, updated, context)
        return new if new is not updated else context.helper("_message", updated)
    atoms = present(context.value(original))
    if atoms and all(isinstance(a, Instance) and a.kind == "Content" for a in atoms):
        return _parts_of(updated)
    if literals.holds_dicts(original, context):
        return context.helper("_message", updated)
    return literals.part(original, updated, context)


def _parts_of(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, cst.Call):
        for argument in node.args:
            if argument.keyword is not None and argument.keyword.value == "parts":
                return argument.value
    return cst.Attribute(atomic(node), cst.Name("parts"))


def _content_list(
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
            elements.append(new)
            continue
        value = literals.content(old.value, new.value, context)
        if value is None:
            keys = literals.entries(old.value)
            if keys is not None and "parts" in keys:
                return None
            if literals.holds_dicts(old.value, context):
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
    converted = literals.content(argument.original, argument.updated, context)
    return converted if converted is not None else argument.updated


def tools(argument: Argument, context: Context) -> cst.BaseExpression:
    """Tools, as the list of functions and ``types.Tool`` that the new SDK takes."""
    original, updated = argument.original, argument.updated
    if literal(original) is not ...:
        return cst.List([cst.Element(_named_tool(original, updated, context))])
    if isinstance(original, cst.List) and isinstance(updated, cst.List):
        converted = [
            _tool(old.value, new.value, context)
            for old, new in zip(original.elements, updated.elements, strict=True)
        ]
        if all(tool is not None for tool in converted):
            pairs = zip(updated.elements, converted, strict=True)
            return updated.with_changes(
                elements=[element.with_changes(value=tool) for element, tool in pairs]
            )
        return context.helper("_tools", updated)
    single = _tool(original, updated, context)
    if single is not None:
        return cst.List([cst.Element(single)])
    return context.helper("_tools", updated)


def _tool(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """One tool in the new form, or None if it is not clear what it is."""
    if isinstance(literal(original), str):
        return _named_tool(original, updated, context)
    atoms = present(context.value(original))
    if atoms and all(isinstance(a, Function) for a in atoms):
        return updated
    kinds = {a.kind if isinstance(a, Instance) else None for a in atoms}
    if kinds == {"Tool"}:
        return updated
    if kinds == {"Declaration"}:
        declared = cst.List([cst.Element(updated)])
        return call(context.type("Tool"), keyword("function_declarations", declared))
    return None


def _named_tool(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    name = literal(original)
    if name == "code_execution":
        message = (
            "response.text leaves out the code that was run and its result: read them from the "
            "parts of the response where they are shown."
        )
        context.plan.found(original, CODE_EXECUTION, "review", message)
        value = call(context.type("ToolCodeExecution"))
        return call(context.type("Tool"), keyword("code_execution", value))
    if name == "google_search_retrieval":
        value = call(context.type("GoogleSearchRetrieval"))
        return call(context.type("Tool"), keyword("google_search_retrieval", value))
    return updated


def tool_config(argument: Argument, context: Context) -> cst.BaseExpression:
    """A tool configuration, as ``types.ToolConfig``."""
    written = literals.tool_config(argument.original, argument.updated, context)
    if written is not None:
        return written
    atoms = present(context.value(argument.original))
    if atoms and all(
        (isinstance(atom, Instance) and atom.kind == "ToolConfig")
        or (isinstance(atom, Container) and atom.site in context.plan.converted)
        for atom in atoms
    ):
        return argument.updated
    validate = cst.Attribute(context.type("ToolConfig"), cst.Name("model_validate"))
    return call(validate, cst.Arg(argument.updated))


def endpoint(argument: Argument, context: Context) -> cst.BaseExpression:
    """The address in ``client_options={"api_endpoint": ...}``, with its scheme."""
    found = literals.entries(argument.updated)
    if found is not None and set(found) == {"api_endpoint"}:
        host = found["api_endpoint"]
        text = literal(host)
        if isinstance(text, str):
            return text_literal(text if "://" in text else "https://" + text)
        return expression(f'f"https://{{{source_of(host)}}}"') if dotted_name(host) else MISSING
    message = (
        f"client_options={source_of(argument.original)} was dropped: give the address as "
        "http_options=types.HttpOptions(base_url=...) to genai.Client."
    )
    context.plan.found(argument.call, ENDPOINT, "review", message)
    return MISSING


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
    symbols = [a for a in context.value(argument.original) if isinstance(a, Symbol)]
    if symbols:
        return text_literal(symbols[0].name.rpartition(".")[2])
    return context.helper("_task_type", argument.updated)


def embedded(argument: Argument, context: Context) -> cst.BaseExpression:
    """The content of an embedding; str stays str."""
    del context
    return argument.updated


CONVERTERS = {
    function.__name__: function
    for function in (
        contents,
        history,
        message,
        safety_settings,
        system_instruction,
        tools,
        tool_config,
        request_options,
        milliseconds,
        retry_options,
        endpoint,
        headers,
        file_name,
        task_type,
        embedded,
    )
}
