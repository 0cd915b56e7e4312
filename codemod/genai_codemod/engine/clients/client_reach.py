"""What a client that a function builds can be used for without being a global one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Awaitable, Function, Object, Value
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import used_names
from genai_codemod.engine.tracing.block_ends import leaves_or_exits
from genai_codemod.engine.tracing.departures import KEEPS_CLIENT, any_leaves
from genai_codemod.engine.tracing.homes import home_of

# What runs functions of a module at the same time, each in a thread of its own.
_THREADED = frozenset(
    {"bottle", "concurrent", "django", "fastapi", "flask", "gradio", "starlette", "threading"}
)


def precedes(facts: Facts, configuration: cst.Call, use: cst.CSTNode) -> bool:
    """Whether a function that reaches ``use`` has run ``configuration`` in the same call of it."""
    around = set(facts.index.ancestors(use))
    for block, compound in _blocks_around(facts, configuration):
        if block in around:
            return facts.index.position(configuration) < facts.index.position(use)
        if compound is None or not _always_gets_past(facts, compound, block):
            return False
    return False


def is_chosen(facts: Facts, configuration: cst.Call) -> bool:
    """Whether a function has run ``configuration`` at its end, unless it is not to use the SDK.

    ``if provider == "google"`` chooses the SDK; ``if key`` only says that there may be no key.
    """
    key = _key_names(facts, configuration)
    for block, compound in _blocks_around(facts, configuration):
        if isinstance(compound, cst.FunctionDef):
            return True
        if compound is None or not (
            _always_gets_past(facts, compound, block)
            or (isinstance(compound, cst.If) and key.isdisjoint(_words(compound.test)))
        ):
            return False
    return False


def _blocks_around(
    facts: Facts, node: cst.CSTNode
) -> Iterator[tuple[cst.CSTNode | None, cst.CSTNode | None]]:
    """The blocks that a statement stands in, each with what it is a block of, outwards.

    The block of an ``else`` is given as that, with the whole statement.
    """
    inner: cst.CSTNode | None = facts.index.statement(node)
    while inner is not None:
        block = facts.index.parents.get(inner)
        inner = facts.index.parents.get(block) if block is not None else None
        if isinstance(inner, cst.Else):
            block, inner = inner, facts.index.parents[inner]
        yield block, inner


def depends_on_key(facts: Facts, configuration: cst.Call) -> bool:
    """Whether ``configuration`` stands in a branch that is only taken where there is a key."""
    key = _key_names(facts, configuration)
    child: cst.CSTNode = configuration
    for parent in facts.index.ancestors(configuration):
        if isinstance(parent, cst.If) and child is parent.body:
            if not key.isdisjoint(_words(parent.test)):
                return True
        child = parent
    return False


def _key_names(facts: Facts, configuration: cst.Call) -> set[str]:
    """The names of variables and attributes that a configuration is given."""
    names = {name for arg in configuration.args for name in used_names(arg.value)} - {"self"}
    return names | {
        node.attr.value
        for arg in configuration.args
        for node in facts.index.within(arg.value)
        if isinstance(node, cst.Attribute)
    }


def _words(test: cst.BaseExpression) -> set[str]:
    return set(re.findall(r"\w+", source_of(test)))


def is_used_up(facts: Facts, use: cst.CSTNode) -> bool:
    """Whether what a client does is done when the expression with ``use`` has its value.

    Not for a method that is handed to something else, or a coroutine that is awaited elsewhere.
    """
    handed = not isinstance(use, cst.Call)
    if not handed and not any(isinstance(atom, Awaitable) for atom in facts.value(use)):
        return True
    for parent in facts.index.ancestors(use):
        if isinstance(parent, cst.Await):
            return True
        if isinstance(parent, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            return False
    return False


def outlives(
    facts: Facts, functions: Collection[cst.FunctionDef | None], uses: Iterable[cst.CSTNode]
) -> bool:
    """Whether something that a client must stay open for leaves the functions that build it."""
    if any(home_of(facts, u).function in functions and not is_used_up(facts, u) for u in uses):
        return True
    return any_leaves(facts, functions)


def gives_only_a_key(configuration: cst.Call) -> bool:
    """Whether a client that is built here differs from others in its key alone."""
    given = {arg.keyword.value for arg in configuration.args if arg.keyword}
    return len(given) == len(configuration.args) and given - {"transport"} == {"api_key"}


def is_replaced(facts: Facts, configuration: cst.Call, others: Iterable[cst.CSTNode]) -> bool:
    """Whether another client takes the place of one at import, while a variable needs that one."""
    if not any(
        isinstance(node, cst.Name | cst.Attribute) and _keeps_client(value)
        for node, value in facts.whole.values.items()
    ):
        return False
    repeated = facts.enclosing(configuration, cst.For, cst.While) is not None
    return repeated or any(
        other is not configuration and not _are_alternatives(facts, configuration, other)
        for other in others
    )


def _are_alternatives(facts: Facts, one: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether no run of a module comes to both of two nodes."""
    above = {node: child for child, node in pairwise((one, *facts.index.ancestors(one)))}
    for child, node in pairwise((other, *facts.index.ancestors(other))):
        if node in above:
            between = {above[node], child}
            match node:
                case cst.If(body=body, orelse=orelse):
                    return between == {body, orelse}
                case cst.Try(body=body):
                    return body in between and any(
                        isinstance(each, cst.ExceptHandler) for each in between
                    )
            return isinstance(node, cst.Match)
    return False


def is_let_go(facts: Facts, owner: cst.ClassDef) -> bool:
    """Whether a chat or stream is used on where the object that made it is dropped."""
    family = facts.interpreter.family(owner)
    for node, value in facts.held.of(Object):
        if not isinstance(node, cst.Call):
            continue
        if not any(isinstance(atom, Object) and atom.node in family for atom in value):
            continue
        read = facts.index.parents.get(node)
        if isinstance(read, cst.Attribute):
            called = facts.index.parents.get(read)
            given = called if isinstance(called, cst.Call) and called.func is read else read
            if _keeps_client(facts.value(given)):
                return True
        function = facts.enclosing(node, cst.FunctionDef)
        if function is not None and any(
            isinstance(left, cst.Return) and _keeps_client(facts.value(left.value))
            for left in facts.index.within(function)
        ):
            return True
    return False


def _keeps_client(value: Value) -> bool:
    return any(getattr(atom, "kind", None) in KEEPS_CLIENT for atom in value)


def may_be_replaced_in_use(facts: Facts, uses: Iterable[cst.CSTNode]) -> bool:
    """Whether configuring again could take the client away from something still in use."""
    if any(module.partition(".")[0] in _THREADED for module, _ in facts.index.imported.values()):
        return True
    for value in facts.whole.values.values():
        if _keeps_client(value):
            return True
    for use in uses:
        inner = [n for n in facts.index.calls if use in facts.index.ancestors(n)]
        if any(isinstance(a, Function) for n in inner for a in facts.value(n.func)):
            return True
        function = facts.enclosing(use, cst.FunctionDef)
        if isinstance(function, cst.FunctionDef) and function.asynchronous is not None:
            return True
        if not is_used_up(facts, use):
            return True
    return False


def _always_gets_past(facts: Facts, compound: cst.CSTNode, block: cst.CSTNode | None) -> bool:
    """Whether code behind a compound statement has run all of one of its blocks."""
    match compound:
        case cst.With():
            return True
        case cst.Finally():
            return True
        case cst.Try(body=body, handlers=handlers) if body is block:
            return all(leaves_or_exits(facts, handler.body) for handler in handlers)
        case cst.If(body=body, orelse=orelse):
            others: list[cst.BaseSuite] = [] if body is block else [body]
            while isinstance(orelse, cst.If):
                others.append(orelse.body)
                orelse = orelse.orelse
            if isinstance(orelse, cst.Else) and orelse is not block:
                others.append(orelse.body)
            return orelse is not None and all(leaves_or_exits(facts, other) for other in others)
    return False
