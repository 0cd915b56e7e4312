"""Methods that something else calls with one argument: ``map(model.generate_content, prompts)``.

A method of the new SDK takes other arguments, so a lambda takes this one.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.handed_on import method_rule
from genai_codemod.engine.method_variables import is_same_at
from genai_codemod.engine.parts import within
from genai_codemod.engine.signature import parameter_of
from genai_codemod.engine.syntax import leftmost
from genai_codemod.engine.values import Function, present, symbol_names

_POOL = "multiprocessing.pool.ThreadPool"
# What calls a function with each element of an iterable in this process.
_MAPPING = frozenset({
    "builtins.map", "concurrent.futures.Executor.map",
    f"{_POOL}.map", f"{_POOL}.imap", f"{_POOL}.imap_unordered",
})  # fmt: skip


def called_methods(facts: Facts) -> Iterator[tuple[cst.Attribute, str]]:
    """The methods that are given to what calls them with one argument, with a name for that."""
    for call in facts.index.calls:
        for argument in call.args:
            method, rule = argument.value, method_rule(facts, argument)
            if rule is None or not isinstance(method, cst.Attribute) or not rule.legacy.positional:
                continue
            name = rule.legacy.parameters[0]
            if name != leftmost(method) and is_same_at(facts, method, []):
                if _maps(facts, call, argument) or _is_called_here(facts, call, argument):
                    yield method, name


def _maps(facts: Facts, call: cst.Call, argument: cst.Arg) -> bool:
    """Whether a call is like ``map`` with one iterable, in this process."""
    called = present(facts.value(call.func))
    by_position = [each for each in call.args if each.keyword is None]
    return (
        symbol_names(called) <= _MAPPING
        and len(symbol_names(called)) == len(called) > 0
        and len(by_position) == 2
        and by_position[0] is argument
        and not any(each.star for each in call.args)
    )


def _is_called_here(facts: Facts, call: cst.Call, argument: cst.Arg) -> bool:
    """Whether a function of the program calls what it is given, and does nothing else with it."""
    functions = present(facts.value(call.func))
    names = [
        (atom.node, parameter_of(atom, call, argument))
        for atom in functions
        if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef)
    ]
    return len(names) == len(functions) == 1 and _only_calls(facts, *names[0])


def _only_calls(facts: Facts, function: cst.CSTNode, parameter: str | None) -> bool:
    assert isinstance(function, cst.FunctionDef)
    reads = [
        node
        for node in within(function.body)
        if isinstance(node, cst.Name) and node.value == parameter and not _names_a_part(facts, node)
    ]
    return bool(reads) and all(_is_called_with_one(facts, read) for read in reads)


def _names_a_part(facts: Facts, node: cst.Name) -> bool:
    match facts.index.parents.get(node):
        case cst.Attribute(attr=name) | cst.Arg(keyword=name):
            return name is node
    return False


def _is_called_with_one(facts: Facts, read: cst.Name) -> bool:
    call = facts.index.parents.get(read)
    return (
        isinstance(call, cst.Call)
        and call.func is read
        and len(call.args) == 1
        and not call.args[0].star
        and call.args[0].keyword is None
    )
