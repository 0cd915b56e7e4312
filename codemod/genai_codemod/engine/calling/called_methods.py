"""Methods that something else calls with one argument: ``map(model.generate_content, prompts)``.

A method of the new SDK takes other arguments, so a lambda takes this one.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.calling.handed_on import method_rule
from genai_codemod.engine.calling.method_variables import is_same_at
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Object, present, symbol_names
from genai_codemod.engine.rule_packs.signature import parameter_of
from genai_codemod.engine.syntax.module_syntax import leftmost
from genai_codemod.engine.syntax.parts import names_in

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
            method = argument.value
            name = _parameter(facts, method) if isinstance(method, cst.Attribute) else None
            if name is not None and isinstance(method, cst.Attribute):
                if _maps(facts, call, argument) or _is_called_here(facts, call, argument):
                    yield method, name
    yield from _in_attributes(facts)


def _in_attributes(facts: Facts) -> Iterator[tuple[cst.Attribute, str]]:
    """The methods in ``self.ask = self.model.generate_content``, which are only called."""
    for assign in facts.index.nodes(cst.Assign):
        target, method = assign.targets[0].target, assign.value
        if not isinstance(target, cst.Attribute) or not isinstance(method, cst.Attribute):
            continue
        name = _parameter(facts, method) if len(assign.targets) == 1 else None
        # A class would make a method of the lambda.
        owners = present(facts.value(target.value))
        if name is None or not owners or not all(isinstance(each, Object) for each in owners):
            continue
        reads = [
            node
            for node in facts.whole.index.nodes(cst.Attribute)
            if isinstance(node, cst.Attribute) and node.attr.value == target.attr.value
            if node is not target
        ]
        if reads and all(_is_called_with_one(facts, read) for read in reads):
            yield method, name


def _parameter(facts: Facts, method: cst.Attribute) -> str | None:
    """What a lambda that calls a method can call its parameter; None if there can be no lambda."""
    rule = method_rule(facts, method)
    if rule is None or not rule.legacy.positional:
        return None
    name = rule.legacy.parameters[0]
    return name if name != leftmost(method) and is_same_at(facts, method, []) else None


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
    reads = [node for node in names_in(function.body) if node.value == parameter]
    return bool(reads) and all(_is_called_with_one(facts, read) for read in reads)


def _is_called_with_one(facts: Facts, read: cst.Name | cst.Attribute) -> bool:
    call = facts.index.parents.get(read)
    return (
        isinstance(call, cst.Call)
        and call.func is read
        and len(call.args) == 1
        and not call.args[0].star
        and call.args[0].keyword is None
    )
