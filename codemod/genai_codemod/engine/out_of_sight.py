"""Where objects get into code that cannot be seen, which may do with them what it wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.values import (
    Atom,
    Bound,
    Class,
    Container,
    Function,
    Instance,
    Object,
    Symbol,
    present,
)

if TYPE_CHECKING:
    from genai_codemod.engine.left import LeftAlone
    from genai_codemod.engine.plan import Plan

HANDED_ON = Rule("legacy.handed-on")
OUT_OF_SIGHT = Rule("legacy.out-of-sight")
# Functions that only look at what they are given.
_LOOKING = frozenset(
    f"builtins.{name}"
    for name in (
        "bool", "callable", "dir", "getattr", "hasattr", "id", "isinstance", "len", "list", "print",
        "repr", "str", "tuple", "type", "enumerate", "next", "iter", "zip", "vars",
    )
)  # fmt: skip


def handed_on(facts: Facts) -> Iterator[tuple[cst.BaseExpression, Rule]]:
    """The arguments whose objects stay as they are, with the sentence that says why."""
    for argument in facts.index.nodes(cst.Arg):
        sentences = _sentences(facts, argument.value, "stays")
        if sentences and _is_out_of_sight(facts, argument):
            yield argument.value, Rule(HANDED_ON.id, manual=sentences[0])


def mark_out_of_sight(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark where a migrated object gets into code that may still expect one of the legacy SDK."""
    if not any(kind.leaves for kind in facts.pack.kinds.values()):
        return
    for node in list(facts.values):
        use = facts.use(node)
        if use.role not in ("argument", "returned") or left.value_left(facts.value(node)):
            continue
        sentences = _sentences(facts, node, "leaves")
        if not sentences:
            continue
        if use.role == "argument":
            out = isinstance(use.parent, cst.Arg) and _is_out_of_sight(facts, use.parent)
        else:
            out = _is_unseen_result(facts, node)
        if out:
            plan.found(node, OUT_OF_SIGHT, "review", sentences[0])


def _sentences(facts: Facts, node: cst.CSTNode, field: str) -> list[str]:
    atoms = present(facts.value(node))
    return [sentence for atom in atoms for sentence in _of_atom(facts, atom, field)]


def _of_atom(facts: Facts, atom: Atom, field: str) -> Iterator[str]:
    if isinstance(atom, Container):
        for inner in facts.interpreter.load(("item", atom.site, "*")):
            if isinstance(inner, Instance):
                yield from _of_atom(facts, inner, field)
    if isinstance(atom, Instance) and (kind := facts.pack.kinds.get(atom.kind)) is not None:
        sentence = getattr(kind, field)
        if sentence is not None:
            yield sentence


def _is_out_of_sight(facts: Facts, argument: cst.Arg) -> bool:
    """Whether an argument goes to a function that cannot be seen."""
    call = facts.index.parents.get(argument)
    if not isinstance(call, cst.Call) or call in facts.interpreter.bindings:
        return False
    callee = present(facts.value(call.func))
    return not callee or not all(_is_seen(atom) for atom in callee)


def _is_seen(atom: Atom) -> bool:
    match atom:
        case Function() | Class() | Object():
            return True
        case Bound(instance=Instance(kind="container")):
            return True
        case Symbol(name=name):
            return name in _LOOKING or name in ("functools.partial", "asyncio.gather")
    return False


def _is_unseen_result(facts: Facts, node: cst.CSTNode) -> bool:
    function = facts.enclosing(node, cst.FunctionDef, cst.Lambda)
    return isinstance(function, cst.FunctionDef) and not facts.is_called(function)
