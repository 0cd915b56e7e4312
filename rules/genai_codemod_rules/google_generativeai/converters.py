"""Converters: Python expressions in the legacy form, rewritten in the form of google.genai."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import (
    MISSING,
    WrittenList,
    atomic,
    call,
    expression,
    keyword,
    text_literal,
)
from genai_codemod.engine.values import (
    Container,
    Instance,
    Plain,
    Symbol,
    Value,
    only_text,
    present,
)
from genai_codemod_rules.google_generativeai import literals, tool_forms
from genai_codemod_rules.google_generativeai.options import (
    milliseconds,
    request_options,
    retry_options,
)

ENDPOINT = Rule("client.endpoint", guide="https://ai.google.dev/gemini-api/docs/migrate#api-access")
TASK_TYPES = {
    "query": "RETRIEVAL_QUERY",
    "document": "RETRIEVAL_DOCUMENT",
    "similarity": "SEMANTIC_SIMILARITY",
    "qa": "QUESTION_ANSWERING",
    "fact": "FACT_VERIFICATION",
}
ROLE = Rule("chat.role")
PART_FIELDS = frozenset({"text", "inline_data", "file_data", "function_call", "function_response"})
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
    if isinstance(original, cst.BinaryOperation) and isinstance(updated, cst.BinaryOperation):
        return _joined(original, updated, context)
    if _is_list_of_texts(original, context):
        return cst.List([cst.StarredElement(updated)])
    return literals.part(original, updated, context)


def _is_list_of_texts(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a name stands for a list of strings, which has no type that contents can have."""
    lists = present(context.value(node))
    return (
        isinstance(node, cst.Name)
        and bool(lists)
        and all(
            isinstance(atom, Container)
            and isinstance(atom.site, cst.List)
            and bool(atom.site.elements)
            and only_text(context.facts.interpreter.load(("item", atom.site, "*")))
            for atom in lists
        )
    )


def _joined(
    original: cst.BinaryOperation, updated: cst.BinaryOperation, context: Context
) -> cst.BaseExpression:
    """``[text] + parts`` as ``[text, *parts]``: a sum of lists of strings and parts has no type."""
    if not isinstance(original.operator, cst.Add) or not literals.holds_parts(original, context):
        return updated
    elements: list[cst.BaseElement] = []
    for side in (updated.left, updated.right):
        if isinstance(side, cst.List):
            elements += side.elements
        else:
            elements.append(cst.StarredElement(side))
    return WrittenList([each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in elements])


def history(argument: Argument, context: Context) -> cst.BaseExpression:
    """``history=`` of a chat, as a list of contents."""
    original, updated = argument.original, argument.updated
    if _lacks_role(context.value(original), context, 0):
        return context.helper("_history", updated)
    if isinstance(original, cst.List):
        converted = _content_list(original, updated, context)
        if converted is not None:
            return converted
    value = present(context.value(original))
    if value and all(isinstance(a, Instance) and a.kind in ("Content", "Answer") for a in value):
        return cst.List([cst.Element(updated)])
    if value and all(_new_contents(atom, context) for atom in value):
        return updated
    return context.helper("_history", updated)


def _lacks_role(value: Value, context: Context, depth: int) -> bool:
    """Whether a content without a role may be among some, which a new chat refuses."""
    for atom in value:
        if isinstance(atom, Container) and depth < 3:
            items = context.facts.interpreter.load(("item", atom.site, "*"))
            if _lacks_role(items, context, depth + 1):
                return True
        elif isinstance(atom, Instance) and atom.kind == "Content":
            if isinstance(atom.site, cst.Call):
                bindings = context.facts.interpreter.bindings.get(atom.site, {}).values()
                if any(binding.argument(atom.site, "role") is None for binding in bindings):
                    return True
    return False


def _new_contents(atom: object, context: Context) -> bool:
    if isinstance(atom, Container):
        return atom.site in context.plan.converted
    return isinstance(atom, Instance) and atom.kind == "list[Content]"


def message(argument: Argument, context: Context) -> cst.BaseExpression:
    """The message of a chat: parts, or a list of parts, never a content."""
    original, updated = argument.original, argument.updated
    before, after = literals.entries(original), literals.entries(updated)
    if _other_role(original, context):
        message = "a chat of google.genai sends every message with the role user, this one, too."
        context.plan.found(argument.call, ROLE, "review", message)
    if before is not None and after is not None and "parts" in before:
        if literals.opaque(before["parts"], context):
            return context.helper("_message", updated)
        return _whole_parts(literals.part_list(before["parts"], after["parts"], context), context)
    if isinstance(original, cst.List | cst.Tuple):
        if literals.opaque(original, context):
            return context.helper("_message", updated)
        return _whole_parts(literals.part_list(original, updated, context), context)
    if isinstance(original, cst.Dict):
        new = literals.part(original, updated, context)
        return new if new is not updated else context.helper("_message", updated)
    atoms = present(context.value(original))
    if atoms and all(isinstance(a, Instance) and a.kind in ("Content", "Answer") for a in atoms):
        return _parts_of(updated)
    if literals.holds_dicts(original, context):
        return context.helper("_message", updated)
    return literals.part(original, updated, context)


def _other_role(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a message is a content with another role than the user's."""
    roles = [(literals.entries(node) or {}).get("role")]
    for atom in context.value(node):
        if isinstance(atom, Instance) and isinstance(atom.site, cst.Call):
            bindings = context.facts.interpreter.bindings.get(atom.site, {}).values()
            roles += [binding.argument(atom.site, "role") for binding in bindings]
        elif isinstance(atom, Container) and isinstance(atom.site, cst.Dict):
            roles.append((literals.entries(atom.site) or {}).get("role"))
    return any(role is not None and literal(role) not in (..., "user", None) for role in roles)


def _whole_parts(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """A list of parts with its dicts as ``types.Part``: a message must not hold them."""
    if not isinstance(node, cst.List):
        return node
    elements = []
    for element in node.elements:
        fields = literals.entries(element.value)
        if fields is not None and len(fields) == 1 and set(fields) <= PART_FIELDS:
            given = [keyword(name, value) for name, value in fields.items()]
            element = element.with_changes(value=call(context.type("Part"), *given))
        elements.append(element)
    return node.with_changes(elements=elements)


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
    converted = literals.content(argument.original, argument.updated, context)
    if converted is not None:
        return converted
    if any(_may_have_parts(atom, context) for atom in context.value(argument.original)):
        return context.helper("_contents", argument.updated)
    return argument.updated


def _may_have_parts(atom: object, context: Context) -> bool:
    """Whether something is a content dict, in which google.genai takes no strings as parts."""
    if not isinstance(atom, Container):
        return atom == Plain("dict")
    if atom.site in context.plan.converted:
        return False
    written = literals.entries(atom.site) if isinstance(atom.site, cst.BaseExpression) else None
    added = context.facts.interpreter.load(("item", atom.site, "parts"))
    return "parts" in (written or ()) or bool(added)


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
        return host if _has_scheme(host) else context.helper("_endpoint", host)
    message = (
        f"client_options={source_of(argument.original)} was dropped: give the address as "
        "http_options=types.HttpOptions(base_url=...) to genai.Client."
    )
    context.plan.found(argument.call, ENDPOINT, "review", message)
    return MISSING


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
    symbols = [a for a in context.value(argument.original) if isinstance(a, Symbol)]
    if symbols:
        return text_literal(symbols[0].name.rpartition(".")[2])
    return context.helper("_task_type", argument.updated)


def embedded(argument: Argument, context: Context) -> cst.BaseExpression:
    """The content of an embedding; what is annotated as a list of str is copied.

    google.genai's parameter takes lists of more than str, which a type checker refuses for them.
    """
    if isinstance(argument.updated, cst.Name) and _annotated_as_list(argument.original, context):
        return call(cst.Name("list"), cst.Arg(argument.updated))
    return argument.updated


def _annotated_as_list(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression is a parameter that is annotated as a list of str."""
    scope = context.facts.index.scope(node).node
    if not isinstance(node, cst.Name) or not isinstance(scope, cst.FunctionDef):
        return False
    for parameter in (*scope.params.params, *scope.params.kwonly_params):
        if parameter.name.value == node.value and parameter.annotation is not None:
            text = source_of(parameter.annotation.annotation)
            return text.rpartition(".")[2].lower() == "list[str]"
    return False


def listed(argument: Argument, context: Context) -> cst.BaseExpression:
    """A list; an empty one was not sent, and is refused now."""
    del context
    node = argument.updated
    return MISSING if isinstance(node, cst.List) and not node.elements else node


CONVERTERS = {
    function.__name__: function
    for function in (
        contents,
        history,
        message,
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
        embedded,
        listed,
    )
}
