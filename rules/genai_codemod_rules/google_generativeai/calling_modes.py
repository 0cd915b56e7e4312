"""How models are to call functions: modes by their names, numbers and short forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Plain, Symbol, symbol_names
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod.engine.tracing.origins import origin
from genai_codemod_rules.google_generativeai.literals import entries

MODES = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE")
CONFIG, CALLING, MODE = "ToolConfig", "function_calling_config", "mode"
_PROTOS = "google.generativeai.protos."
_PREFIXED = re.compile(r"MODE_(AUTO|ANY|NONE)", re.IGNORECASE)


def tool_config(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A dict as ``types.ToolConfig``, with the short form of the mode spelled out.

    Legacy: ``google.generativeai.types.content_types.to_tool_config``.
    """
    before, found = entries(original), entries(updated)
    if before is None or found is None or set(found) != {"function_calling_config"}:
        return None
    calling = calling_config(
        before["function_calling_config"], found["function_calling_config"], context
    )
    if calling is None:
        return None
    return call(context.type("ToolConfig"), keyword("function_calling_config", calling))


def calling_config(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """The dict in such a dict, or its mode alone, as ``types.FunctionCallingConfig``."""
    before, fields = entries(original), entries(updated)
    if before is None or fields is None:
        before, fields = {"mode": original}, {"mode": updated}
        if literal(original) is ... and not _is_named_mode(original, context):
            return context.helper("_calling_config", updated)
    if not set(fields) <= {"mode", "allowed_function_names"}:
        return None
    mode = before.get("mode")
    if mode is not None and literal(mode) is ... and _is_numbered_mode(mode, context):
        return context.helper("_calling_config", updated)
    given = [
        keyword(name, _mode(value, context) if name == "mode" else value)
        for name, value in fields.items()
    ]
    return call(context.type("FunctionCallingConfig"), *given)


def _is_named_mode(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression names a member of the modes, and nothing else."""
    atoms = context.value(node)
    return bool(atoms) and all(isinstance(atom, Symbol) for atom in atoms)


def _is_numbered_mode(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a mode may be a number, or a name with the prefix that only the old SDK knew."""
    if Plain("int") in context.value(node):
        return True
    texts = context.facts.index.nodes(cst.SimpleString)
    named = not _is_named_mode(node, context)
    return named and any(_PREFIXED.fullmatch(source_of(each)[1:-1]) for each in texts)


def _mode(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """A function calling mode by its member (``content_types.to_function_calling_mode``)."""
    value = literal(node)
    modes = context.type("FunctionCallingConfigMode")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(MODES):
        return cst.Attribute(modes, cst.Name(MODES[value]))
    if isinstance(value, str) and value.upper().removeprefix("MODE_") in MODES:
        return cst.Attribute(modes, cst.Name(value.upper().removeprefix("MODE_")))
    return node


def matters_again(
    given: cst.BaseExpression, of_models: Iterable[cst.BaseExpression | None], facts: Facts
) -> bool:
    """Whether a tool_config of one message may matter once the model has called a function.

    The requests after that had the one of the model, and have the one of the message now.
    """
    modes = _modes(facts, given)
    if modes is None or not modes <= {"AUTO", "NONE"}:
        return True
    of_model = (_modes(facts, each) if each is not None else {"AUTO"} for each in of_models)
    return "AUTO" in modes and any(each != {"AUTO"} for each in of_model)


def _modes(facts: Facts, config: cst.BaseExpression) -> set[str] | None:
    """The modes that a tool_config can have, where that is certain."""
    found: set[str] = set()
    for calling in _field(facts, config, CONFIG, CALLING):
        if isinstance(calling, cst.SimpleString | cst.Integer):
            found.add(_mode_named(facts, calling))
            continue
        for mode in _field(facts, calling, "FunctionCallingConfig", MODE):
            found |= {_mode_named(facts, each) for each in _choices(mode)}
    return None if "" in found else found


def _field(
    facts: Facts, node: cst.BaseExpression, name: str, field: str
) -> Iterator[cst.BaseExpression]:
    """What a field of a message can be: zero where it is not set, a name that is none if unseen."""
    for choice in _choices(node):
        made = origin(facts, choice) or choice
        fields = _written_fields(facts, made, name) if _stays(facts, made) else None
        if isinstance(made, cst.SimpleString | cst.Integer) and field == MODE:
            yield made
        elif fields is None:
            yield cst.SimpleString('""')
        else:
            yield fields.get(field, cst.Integer("0"))


def _choices(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.IfExp):
        yield from (*_choices(node.body), *_choices(node.orelse))
    else:
        yield node


def _written_fields(
    facts: Facts, made: cst.BaseExpression, name: str
) -> dict[str, cst.BaseExpression] | None:
    if not isinstance(made, cst.Call):
        return entries(made)
    if symbol_names(facts.value(made.func)) != {_PROTOS + name}:
        return None
    if any(each.keyword is None for each in made.args):
        return None
    return {each.keyword.value: each.value for each in made.args if each.keyword is not None}


def _stays(facts: Facts, made: cst.CSTNode) -> bool:
    """Whether nothing is seen that could change what was written out."""
    used = [facts.use(node) for node in facts.by_site.get(made, ()) if node is not made]
    return all(each.role in ("argument", "stored", "element", "tested") for each in used)


def _mode_named(facts: Facts, node: cst.BaseExpression) -> str:
    """The name of a mode, empty if that is not certain; the one that is not set is AUTO."""
    value = literal(origin(facts, node) or node)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(MODES):
        name = MODES[value]
    elif isinstance(value, str):
        name = value.upper().removeprefix("MODE_")
    else:
        names = symbol_names(facts.value(node))
        alone = len(names) == 1 and len(names) == len(facts.value(node))
        name = names.pop().rpartition(".")[2] if alone else ""
    name = name if name in MODES or name == "UNSPECIFIED" else ""
    return "AUTO" if name.endswith("UNSPECIFIED") else name
