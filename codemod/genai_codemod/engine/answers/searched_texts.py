"""Where something is looked for in the text of an object, which is another one now."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, symbol_names
from genai_codemod.engine.rule_packs.signature import parameter_of
from genai_codemod.engine.syntax.parts import names_in
from genai_codemod.engine.tracing.going_on import reads_of

_MAKING = frozenset({"builtins.str", "builtins.repr", "builtins.format"})
_SEARCHING = frozenset(
    {
        "count", "endswith", "find", "index", "partition", "removeprefix", "removesuffix", "rfind",
        "rindex", "rpartition", "rsplit", "split", "splitlines", "startswith",
    }
)  # fmt: skip
_CHANGING = frozenset({"casefold", "lower", "lstrip", "replace", "rstrip", "strip", "upper"})
# Modules whose functions take a text apart.
_PARSING = ("re.", "regex.", "json.loads", "ast.literal_eval")
# Methods of patterns, and of nothing else that is given a text.
_MATCHING = frozenset({"findall", "finditer", "fullmatch", "match", "search"})
_DEEPEST = 5


def is_text_searched(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether something is looked for in the text that a value is turned into."""
    use = facts.use(node)
    text: cst.CSTNode | None = None
    if use.role == "formatted":
        text = facts.enclosing(node, cst.FormattedString)
    elif use.role == "argument":
        call = facts.index.parents[use.parent]
        is_text = isinstance(call, cst.Call) and symbol_names(facts.value(call.func)) & _MAKING
        text = call if is_text else None
    elif isinstance(use.parent, cst.BinaryOperation):
        text = use.parent
    return text is not None and _is_searched(facts, text, 0)


def _is_searched(facts: Facts, text: cst.CSTNode, depth: int) -> bool:
    use = facts.use(text)
    if depth > _DEEPEST or use.role == "compared":
        return use.role == "compared"
    match use.parent:
        case cst.Attribute(attr=cst.Name(value=method)) as attribute:
            changed = method in _CHANGING
            call = facts.index.parents[attribute]
            return method in _SEARCHING or (changed and _is_searched(facts, call, depth + 1))
        case cst.Arg() as argument:
            return _searches(facts, argument, depth + 1)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            return any(_is_searched(facts, read, depth + 1) for read in reads_of(facts, name))
    return False


def _searches(facts: Facts, argument: cst.Arg, depth: int) -> bool:
    """Whether the function that is given a text looks for something in it."""
    call = facts.index.parents[argument]
    if not isinstance(call, cst.Call):
        return False
    if any(name.startswith(_PARSING) for name in symbol_names(facts.value(call.func))):
        return True
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in _MATCHING:
        return True
    return any(
        _is_searched(facts, read, depth)
        for atom in facts.value(call.func)
        if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef)
        for read in _parameter_reads(facts, atom.node, parameter_of(atom, call, argument))
    )


def _parameter_reads(facts: Facts, function: cst.FunctionDef, name: str | None) -> list[cst.Name]:
    """Where a function reads one of its parameters."""
    return [
        each
        for each in names_in(function.body)
        if each.value == name
        and (scope := facts.index.scope(each).binding_scope(each.value)) is not None
        and scope.node is function
    ]
