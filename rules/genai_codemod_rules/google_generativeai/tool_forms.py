"""Tools in any of the legacy forms, as the list of functions and ``types.Tool`` of the new SDK.

Legacy: ``google.generativeai.types.content_types.to_function_library``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Container, Function, Instance, Value, present
from genai_codemod.engine.rule_packs.template import WrittenList, call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai import search
from genai_codemod_rules.google_generativeai.literals import entries

TOOL_CODE = "code_execution"
TOOL_FIELDS = frozenset({"function_declarations", "google_search_retrieval", TOOL_CODE})
# What one item of a list of tools is: a tool, a declaration that belongs into one, or both.
Item = tuple[str, cst.BaseExpression]


def tools(argument: Argument, context: Context) -> cst.BaseExpression:
    """``tools=`` of a model or a call."""
    original, updated = argument.original, argument.updated
    written = tool_list(original, updated, context, argument.call)
    if written is not None:
        return written
    value = present(context.value(original))
    if value and all(_is_new_list(atom, context) for atom in value):
        return updated
    return context.helper("_tools", updated)


def _is_new_list(atom: object, context: Context) -> bool:
    """Whether something is a list of what the new SDK takes as it is, or becomes one."""
    if not isinstance(atom, Container):
        return False
    if atom.site in context.plan.converted:
        return True
    if isinstance(atom.site, cst.Dict | cst.DictComp):
        return False
    items = present(context.facts.interpreter.load(("item", atom.site, "*")))
    return all(_as_it_is(frozenset({item})) for item in items)


def tool_list(
    original: cst.BaseExpression,
    updated: cst.BaseExpression,
    context: Context,
    at: cst.Call | None = None,
) -> cst.BaseExpression | None:
    """Written tools as a list, or None if it is not clear what they are."""
    found = _items(original, updated, context, at)
    if found is None:
        return None
    if isinstance(updated, cst.List) and all(kind == "as it is" for kind, _ in found):
        return updated
    listed: list[cst.BaseExpression] = []
    for kind, group in groupby(found, key=lambda item: item[0]):
        nodes = [node for _, node in group]
        listed += [_tool("function_declarations", nodes, context)] if kind == "declared" else nodes
    if (
        isinstance(updated, cst.List)
        and len(listed) == len(updated.elements)
        and "\n" in source_of(updated)
    ):
        pairs = zip(updated.elements, listed, strict=True)
        elements = [element.with_changes(value=node) for element, node in pairs]
        return updated.with_changes(elements=elements)
    return WrittenList([cst.Element(node) for node in listed])


def _items(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context, at: cst.Call | None
) -> list[Item] | None:
    """The tools in an expression one by one, nested lists flattened."""
    if isinstance(original, cst.List | cst.Tuple) and isinstance(updated, cst.List | cst.Tuple):
        found: list[Item] = []
        for old, new in zip(original.elements, updated.elements, strict=True):
            if isinstance(old, cst.StarredElement):
                return None
            inner = _items(old.value, new.value, context, at)
            if inner is None:
                return None
            found += inner
        return found
    item = _item(original, updated, context, at)
    return None if item is None else [item]


def _item(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context, at: cst.Call | None
) -> Item | None:
    name = literal(original)
    if isinstance(name, str):
        named = _named(name.lower(), original, context, at)
        return None if named is None else ("new", named)
    if isinstance(original, cst.Dict) and isinstance(updated, cst.Dict):
        return _written(original, updated, context, at)
    value = present(context.value(original))
    if _as_it_is(value):
        return "as it is", updated
    if value and all(_is_declaration(atom) for atom in value):
        return "declared", updated
    kinds = {atom.kind if isinstance(atom, Instance) else None for atom in value}
    if kinds == {"Declaration"}:
        return "declared", updated
    if kinds == {"CodeExecution"}:
        return "new", call(context.type("Tool"), keyword(TOOL_CODE, updated))
    return None


def _is_declaration(atom: object) -> bool:
    """Whether something is a dict of this module that declares a function."""
    if not isinstance(atom, Container) or not isinstance(atom.site, cst.Dict):
        return False
    written = entries(atom.site)
    return written is not None and "name" in written and not TOOL_FIELDS & set(written)


def _as_it_is(value: Value) -> bool:
    return bool(value) and all(
        isinstance(atom, Function) or (isinstance(atom, Instance) and atom.kind == "Tool")
        for atom in value
    )


def _named(
    name: str, original: cst.BaseExpression, context: Context, at: cst.Call | None
) -> cst.BaseExpression | None:
    """A tool that was given by its name."""
    if name == TOOL_CODE:
        execution = call(context.type("ToolCodeExecution"))
        return call(context.type("Tool"), keyword(TOOL_CODE, execution))
    if name == "google_search_retrieval":
        return search.tool(original, None, context, at)
    return None


def _written(
    original: cst.Dict, updated: cst.Dict, context: Context, at: cst.Call | None
) -> Item | None:
    """A dict that is a tool or a declaration."""
    before, after = entries(original), entries(updated)
    if before is None or after is None:
        return None
    if "name" in before and not TOOL_FIELDS & set(before):
        return "declared", call(context.type("FunctionDeclaration"), *_keywords(after))
    if not before or not set(before) <= TOOL_FIELDS:
        return None
    if set(before) == {"google_search_retrieval"}:
        config = after["google_search_retrieval"]
        return "new", search.tool(original, config, context, at)
    if "function_declarations" in before:
        declared = before["function_declarations"], after["function_declarations"]
        after["function_declarations"] = declaration_list(*declared, context)
    if TOOL_CODE in after and entries(after[TOOL_CODE]) == {}:
        after[TOOL_CODE] = call(context.type("ToolCodeExecution"))
    return "new", call(context.type("Tool"), *_keywords(after))


def _keywords(fields: dict[str, cst.BaseExpression]) -> list[cst.Arg]:
    return [keyword(name, value) for name, value in fields.items()]


def _tool(field: str, values: Sequence[cst.BaseExpression], context: Context) -> cst.BaseExpression:
    listed = cst.List([cst.Element(value) for value in values])
    return call(context.type("Tool"), keyword(field, listed))


def declarations(argument: Argument, context: Context) -> cst.BaseExpression:
    """``function_declarations=`` of a tool, which could hold functions."""
    return declaration_list(argument.original, argument.updated, context)


def declaration_list(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Declarations with each function declared."""
    if isinstance(original, cst.List | cst.Tuple) and isinstance(updated, cst.List | cst.Tuple):
        values = [
            _declared(old.value, new.value, context)
            for old, new in zip(original.elements, updated.elements, strict=True)
        ]
        pairs = list(zip(updated.elements, values, strict=True))
        if any(value is not element.value for element, value in pairs) and "#" not in source_of(
            updated
        ):
            return WrittenList([cst.Element(value) for value in values])
        return updated.with_changes(elements=[e.with_changes(value=value) for e, value in pairs])
    if not _may_hold_functions(context.value(original), context):
        return updated
    each = cst.Name("function")
    loop = cst.CompFor(target=each, iter=updated)
    return cst.ListComp(elt=declare(each, context), for_in=loop)


def _declared(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    value = present(context.value(original))
    if value and all(isinstance(atom, Function) for atom in value):
        return declare(updated, context)
    return updated


def _may_hold_functions(value: Value, context: Context) -> bool:
    """Whether every item that can be seen is a function."""
    items: Value = frozenset()
    for atom in present(value):
        if isinstance(atom, Container):
            items |= context.facts.interpreter.load(("item", atom.site, "*"))
    return bool(items) and all(isinstance(atom, Function) for atom in items)


def declare(function: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """The declaration of a function."""
    make = cst.Attribute(
        context.type("FunctionDeclaration"), cst.Name("from_callable_with_api_option")
    )
    schema = keyword("use_json_schema", cst.Name("True"))
    return call(make, keyword("callable", function), schema)
