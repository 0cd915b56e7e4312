"""Converters: what vertexai took, as what google.genai takes."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Container, Instance, Symbol, Value, present
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import text_literal
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai import chat_forms, converters, literals, times
from genai_codemod_rules.vertexai import mechanisms

_READERS = frozenset({"os.getenv", "os.environ.get"})
_DATA_STORE = "projects/{}/locations/{}/collections/default_collection/dataStores/{}"


def location(argument: Argument, context: Context) -> cst.BaseExpression:
    """A location; where it may be None, vertexai looked for it elsewhere than google.genai does."""
    if _may_be_none(argument.original, context):
        return context.helper("_location", argument.updated)
    return argument.updated


def _may_be_none(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression, or what its only assignment gives, reads what need not be there."""
    if isinstance(node, cst.Name):
        return any(_may_be_none(each, context) for each in _assigned(node, context))
    if not isinstance(node, cst.Call) or len(node.args) != 1:
        return False
    called = present(context.value(node.func))
    return any(isinstance(atom, Symbol) and atom.name in _READERS for atom in called)


def _assigned(name: cst.Name, context: Context) -> list[cst.BaseExpression]:
    """What the scope that a variable belongs to assigns to it."""
    index = context.facts.index
    scope = index.scope(name).binding_scope(name.value)
    return [
        assign.value
        for assign in index.nodes(cst.Assign)
        for target in assign.targets
        if isinstance(target.target, cst.Name)
        and target.target.value == name.value
        and index.scope(assign).binding_scope(name.value) is scope
    ]


def address(argument: Argument, context: Context) -> cst.BaseExpression:
    """The address of the API, with its scheme."""
    host = literal(argument.updated)
    if isinstance(host, str):
        return text_literal(host if "://" in host else f"https://{host}")
    return context.helper("_endpoint", argument.updated)


def history(argument: Argument, context: Context) -> cst.BaseExpression:
    """``history=`` of a chat: contents, of which each needs a role now."""
    return chat_forms.history(argument, context)


def contents(argument: Argument, _context: Context) -> cst.BaseExpression:
    """``contents=``: both SDKs take the same."""
    return argument.updated


def safety_settings(argument: Argument, context: Context) -> cst.BaseExpression:
    """A dict of categories and thresholds, or a list of settings, as a list of settings."""
    listed = literals.safety_list(argument.original, argument.updated, context)
    if listed is not None:
        return listed
    atoms = present(context.value(argument.original))
    if atoms and all(_is_setting_list(atom, context) for atom in atoms):
        return argument.updated
    return context.helper("_safety_settings", argument.updated)


def _is_setting_list(atom: object, context: Context) -> bool:
    if not isinstance(atom, Container):
        return False
    if atom.site in context.plan.converted:
        return True
    if isinstance(atom.site, cst.Dict | cst.DictComp):
        return False
    items: Value = present(context.facts.interpreter.load(("item", atom.site, "*")))
    return bool(items) and all(isinstance(a, Instance) and a.kind == "SafetySetting" for a in items)


def schema(argument: Argument, _context: Context) -> cst.BaseExpression:
    """A JSON schema; vertexai took ``additionalProperties: False`` out of it."""
    return argument.updated.visit(_OpenSchema())  # type: ignore[return-value]


class _OpenSchema(cst.CSTTransformer):
    """Takes ``"additionalProperties": False`` out of dicts."""

    def leave_Dict(self, original_node: cst.Dict, updated_node: cst.Dict) -> cst.Dict:
        kept = [
            element
            for element in updated_node.elements
            if not (
                isinstance(element, cst.DictElement)
                and literal(element.key) in ("additionalProperties", "additional_properties")
                and literal(element.value) is False
            )
        ]
        if len(kept) == len(updated_node.elements):
            return updated_node
        if kept:
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(elements=kept)


def data_store(argument: Argument, context: Context) -> cst.BaseExpression:
    """The whole name of a data store, which vertexai made of three arguments."""
    given = {each.keyword.value: each.value for each in argument.call.args if each.keyword}
    parts = [given.get("project"), given.get("location")]
    if not all(parts) or "/" in str(literal(argument.original)):
        return argument.updated
    texts = [literal(part) for part in (*parts, argument.original)]
    if all(isinstance(text, str) for text in texts):
        return text_literal(_DATA_STORE.format(*texts))
    names = [source_of(part) for part in (*parts, argument.original) if part is not None]
    return context.helper("_data_store", *(cst.parse_expression(name) for name in names))


RETRIEVAL = Rule("tools.from-retrieval")
OTHER_RETRIEVAL = (
    "google.genai wants a types.Retrieval here, such as "
    "types.Retrieval(vertex_rag_store=types.VertexRagStore(...))."
)


def retrieval(argument: Argument, context: Context) -> cst.BaseExpression:
    """What is retrieved from; another part of vertexai has classes of its own for that."""
    atoms = present(context.value(argument.original))
    if not atoms or not all(isinstance(a, Instance) and a.kind == "Retrieval" for a in atoms):
        context.plan.found(argument.call, RETRIEVAL, "review", OTHER_RETRIEVAL)
    return argument.updated


SIZES = {1: "ONE", 2: "TWO", 4: "FOUR", 8: "EIGHT", 16: "SIXTEEN"}


def adapter_size(argument: Argument, context: Context) -> cst.BaseExpression:
    """The size of an adapter, which was a number."""
    size = literal(argument.original)
    if isinstance(size, int) and size in SIZES:
        return cst.Attribute(context.type("AdapterSize"), cst.Name(f"ADAPTER_SIZE_{SIZES[size]}"))
    return context.helper("_adapter_size", argument.updated)


CONVERTERS = {
    **{
        function.__name__: function
        for function in (
            location,
            address,
            history,
            contents,
            safety_settings,
            schema,
            data_store,
            retrieval,
            adapter_size,
            converters.embedded,
            chat_forms.message,
            converters.headers,
        )
    },
    **times.CONVERTERS,
    **mechanisms.CONVERTERS,
}
