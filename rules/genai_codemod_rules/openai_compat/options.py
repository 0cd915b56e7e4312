"""Parameters of chat completions in the form of types.GenerateContentConfig."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Plain, only_text
from genai_codemod.engine.rule_packs.template import MISSING, atomic, call, expression, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of, string_value
from genai_codemod_rules.openai_compat.messages import entries

JSON = '"application/json"'
MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
# https://ai.google.dev/gemini-api/docs/openai#thinking
BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
LEVELS = {"minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH"}
_BY_BUDGET = "gemini-2.5"
_BY_LEVEL = "gemini-3"


# -- time and tries -----------------------------------------------------------------------------


def milliseconds(argument: Argument, context: Context) -> cst.BaseExpression:
    """A time in seconds, as the milliseconds that google.genai counts in."""
    value = literal(argument.updated)
    if value is None:
        return MISSING
    if isinstance(value, int | float) and not isinstance(value, bool):
        return expression(f"{round(value * 1000):_}")
    product = f"{source_of(atomic(argument.updated))} * 1000"
    atoms = context.value(argument.original)
    if atoms == {Plain("int")}:
        return expression(product)
    if atoms and atoms <= {Plain("int"), Plain("float")}:
        return call(cst.Name("int"), cst.Arg(expression(product)))
    return context.helper("_milliseconds", argument.updated)


def attempts(argument: Argument, context: Context) -> cst.BaseExpression:
    """The number of tries, of which those after the first were ``max_retries``."""
    value = literal(argument.updated)
    number: cst.BaseExpression
    if isinstance(value, int):
        number = cst.Integer(str(value + 1))
    else:
        number = expression(f"{source_of(atomic(argument.updated))} + 1")
    return call(context.type("HttpRetryOptions"), keyword("attempts", number))


def stop_sequences(argument: Argument, context: Context) -> cst.BaseExpression:
    """One text where generation stops, or several, as a list."""
    updated = argument.updated
    if isinstance(updated, cst.List | cst.ListComp):
        return updated
    if literal(updated) is None:
        return MISSING
    if only_text(context.value(argument.original)):
        return cst.List([cst.Element(updated)])
    return context.helper("_stop_sequences", updated)


# -- structured answers -------------------------------------------------------------------------


def mime_type(argument: Argument, context: Context) -> cst.BaseExpression:
    """The media type that a ``response_format`` asks for."""
    kind = _format(argument.updated)
    if kind is None:
        return context.helper("_response_mime_type", argument.updated)
    return expression(JSON) if kind in ("json_object", "json_schema") else MISSING


def json_schema(argument: Argument, context: Context) -> cst.BaseExpression:
    """The JSON schema of a ``response_format``."""
    kind = _format(argument.updated)
    if kind is None:
        return context.helper("_response_json_schema", argument.updated)
    schema = _schema(argument.updated) if kind == "json_schema" else None
    return schema if schema is not None else MISSING


def _format(node: cst.BaseExpression) -> str | None:
    """The type of a literal ``response_format`` that can be read off as a whole."""
    if literal(node) is None:
        return "text"
    given = entries(node)
    kind = string_value(given.get("type")) if given else None
    readable = kind != "json_schema" or _schema(node) is not None
    return kind if readable else None


def _schema(node: cst.BaseExpression) -> cst.BaseExpression | None:
    given = entries(node) or {}
    described = entries(given["json_schema"]) if "json_schema" in given else None
    return described.get("schema") if described else None


# -- tools --------------------------------------------------------------------------------------


def tools(argument: Argument, context: Context) -> cst.BaseExpression:
    """Function tools as declarations."""
    if literal(argument.updated) is None:
        return MISSING
    if isinstance(argument.updated, cst.List) and argument.updated.elements:
        declared = [_declaration(each.value, context) for each in argument.updated.elements]
        if all(each is not None for each in declared):
            functions = cst.List([cst.Element(each) for each in declared if each is not None])
            tool = call(context.type("Tool"), keyword("function_declarations", functions))
            return cst.List([cst.Element(tool)])
    return context.helper("_tools", argument.updated)


def _declaration(node: cst.BaseExpression, context: Context) -> cst.BaseExpression | None:
    tool = entries(node) or {}
    if tool.keys() != {"type", "function"} or string_value(tool["type"]) != "function":
        return None
    function = entries(tool["function"])
    fields = {"name", "description", "parameters", "strict"}
    if function is None or "name" not in function or not function.keys() <= fields:
        return None
    names = {"parameters": "parameters_json_schema"}
    given = [
        keyword(names.get(key, key), value) for key, value in function.items() if key != "strict"
    ]
    return call(context.type("FunctionDeclaration"), *given)


def tool_config(argument: Argument, context: Context) -> cst.BaseExpression:
    """``tool_choice`` as a mode of calling functions."""
    if literal(argument.updated) is None:
        return MISSING
    chosen = string_value(argument.updated)
    if chosen in MODES:
        return _calling(context, MODES[chosen])
    named = entries((entries(argument.updated) or {}).get("function", cst.Name("None")))
    if named is not None and "name" in named:
        return _calling(context, "ANY", named["name"])
    return context.helper("_tool_config", argument.updated)


def _calling(
    context: Context, mode: str, function: cst.BaseExpression | None = None
) -> cst.BaseExpression:
    modes = context.type("FunctionCallingConfigMode")
    given = [keyword("mode", cst.Attribute(modes, cst.Name(mode)))]
    if function is not None:
        given.append(keyword("allowed_function_names", cst.List([cst.Element(function)])))
    config = call(context.type("FunctionCallingConfig"), *given)
    return call(context.type("ToolConfig"), keyword("function_calling_config", config))


# -- thinking, and what is Google's own -----------------------------------------------------------


def thinking(argument: Argument, context: Context) -> cst.BaseExpression:
    """``reasoning_effort``, as Google's endpoint understands it for a model."""
    if literal(argument.updated) is None:
        return MISSING
    given = {arg.keyword.value: arg.value for arg in argument.call.args if arg.keyword}
    options = google_options(given["extra_body"]) if "extra_body" in given else None
    if options and "thinking_config" in options:
        return MISSING
    effort, model = string_value(argument.updated), given.get("model")
    name = (string_value(model) or "").removeprefix("models/")
    if name.startswith(_BY_BUDGET) and effort in BUDGETS:
        budget = cst.Integer(str(BUDGETS[effort]))
        return call(context.type("ThinkingConfig"), keyword("thinking_budget", budget))
    if name.startswith(_BY_LEVEL) and effort in LEVELS:
        level = cst.Attribute(context.type("ThinkingLevel"), cst.Name(LEVELS[effort]))
        return call(context.type("ThinkingConfig"), keyword("thinking_level", level))
    if model is None:
        return MISSING
    return context.helper("_thinking_config", model, argument.updated)


def google_options(node: cst.BaseExpression) -> Mapping[str, cst.BaseExpression] | None:
    """The options in ``extra_body={"google": {...}}``; nothing where any of it is unknown."""
    given = entries(node)
    if given is not None and given.keys() == {"extra_body"}:
        given = entries(given["extra_body"])
    if given is None or given.keys() != {"google"}:
        return None
    options = entries(given["google"])
    if options is None or not options.keys() <= {"thinking_config", "cached_content"}:
        return None
    if "thinking_config" in options and entries(options["thinking_config"]) is None:
        return None
    return options


def google_thinking(argument: Argument, context: Context) -> cst.BaseExpression:
    """The thinking config of ``extra_body``."""
    options = google_options(argument.updated) or {}
    given = entries(options["thinking_config"]) if "thinking_config" in options else None
    if given is None:
        return MISSING
    fields = [keyword(name, value) for name, value in given.items()]
    return call(context.type("ThinkingConfig"), *fields)


def cached_content(argument: Argument, _context: Context) -> cst.BaseExpression:
    """The name of the cache in ``extra_body``."""
    return (google_options(argument.updated) or {}).get("cached_content", MISSING)


def max_tokens(argument: Argument, _context: Context) -> cst.BaseExpression:
    """The limit of tokens, unless the newer parameter for it is given, too."""
    names = {arg.keyword.value for arg in argument.call.args if arg.keyword}
    return MISSING if "max_completion_tokens" in names else argument.updated


CONVERTERS = {
    "milliseconds": milliseconds,
    "attempts": attempts,
    "stop_sequences": stop_sequences,
    "mime_type": mime_type,
    "json_schema": json_schema,
    "tools": tools,
    "tool_config": tool_config,
    "thinking": thinking,
    "google_thinking": google_thinking,
    "cached_content": cached_content,
    "limit": max_tokens,
}
