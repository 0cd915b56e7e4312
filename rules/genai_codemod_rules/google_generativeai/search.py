"""Google Search as a tool: models from Gemini 2.0 on know it under another name."""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import Bound
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai.literals import entries

SEARCH = Rule("tools.google-search", guide="https://ai.google.dev/gemini-api/docs/google-search")
MODES = ("MODE_UNSPECIFIED", "MODE_DYNAMIC")
SHORT_MODES = ("unspecified", "dynamic")
_GENERATION = re.compile(r"(?:models/)?gemini-(\d+)")
_OLD = re.compile(r"(?:models/)?gemini-(?:1\b|1\.|pro)")


def tool(
    node: cst.BaseExpression,
    config: cst.BaseExpression | None,
    context: Context,
    at: cst.Call | None,
) -> cst.BaseExpression:
    """``google_search_retrieval`` as the tool that the model of the call at ``at`` knows."""
    names = _models(at, context)
    if names and all(name is not None and _is_new(name) for name in names):
        message = "models from Gemini 2.0 on know no google_search_retrieval, but google_search"
        context.plan.found(node, SEARCH, "rewritten", message)
        search = call(context.type("GoogleSearch"))
        return call(context.type("Tool"), keyword("google_search", search))
    if not names or not all(name is not None and _OLD.match(name) for name in names):
        message = (
            "models from Gemini 2.0 on want types.Tool(google_search=types.GoogleSearch()) instead."
        )
        context.plan.found(node, SEARCH, "review", message)
    retrieval = call(context.type("GoogleSearchRetrieval"), *_retrieval(config, context))
    return call(context.type("Tool"), keyword("google_search_retrieval", retrieval))


def _is_new(name: str) -> bool:
    found = _GENERATION.match(name)
    return found is not None and int(found[1]) >= 2


def _models(at: cst.Call | None, context: Context) -> list[str | None]:
    """The names of the models that a call is for, None for one that is not written out."""
    bindings = context.facts.interpreter.bindings
    sites = [at] if at is not None else list(bindings)
    for atom in context.value(at.func) if at is not None else ():
        if isinstance(atom, Bound) and isinstance(atom.instance.site, cst.Call):
            sites = [atom.instance.site]
    names: list[str | None] = []
    for site in sites:
        for rule, binding in bindings.get(site, {}).items():
            if "model_name" not in rule.legacy.parameters:
                continue
            given = binding.argument(site, "model_name")
            name = context.pack.default_model if given is None else _text(given, context)
            names.append(name if isinstance(name, str) else None)
    return names


def _text(node: cst.BaseExpression, context: Context) -> object:
    """A written str, or the one that a constant of the module was assigned."""
    if not isinstance(node, cst.Name):
        return literal(node)
    parents = context.facts.index.parents
    assigned = [
        parents[target]
        for target in (parents[each] for each in parents if _is_named(each, node.value))
        if isinstance(target, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.Param)
    ]
    if len(assigned) != 1 or not isinstance(assigned[0], cst.Assign):
        return None
    return literal(assigned[0].value)


def _is_named(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _retrieval(config: cst.BaseExpression | None, context: Context) -> list[cst.Arg]:
    """The arguments of ``types.GoogleSearchRetrieval``."""
    if config is None:
        return []
    found = entries(config)
    if found is None:
        return [cst.Arg(star="**", value=config)]
    return [keyword(name, _dynamic(value, context)) for name, value in found.items()]


def _dynamic(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """A dynamic retrieval configuration, with its mode by its member."""
    fields = entries(node)
    if fields is None:
        return node
    if "mode" in fields:
        fields["mode"] = _mode(fields["mode"], context)
        if source_of(fields["mode"]).endswith(MODES[0]):
            # The default, which was not sent.
            del fields["mode"]
    given = [keyword(name, value) for name, value in fields.items()]
    return call(context.type("DynamicRetrievalConfig"), *given)


def _mode(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """The legacy SDK took numbers and short names, too (``content_types.to_mode``)."""
    value = literal(node)
    if isinstance(value, int) and 0 <= value < len(MODES):
        name = MODES[value]
    elif isinstance(value, str):
        name = "MODE_" + value.upper().removeprefix("MODE_")
    else:
        return node
    members = context.type("DynamicRetrievalConfigMode")
    return cst.Attribute(members, cst.Name(name)) if name in MODES else node
