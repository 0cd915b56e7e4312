"""Where objects get into code that cannot be seen, which may do with them what it wants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Atom,
    Bound,
    Class,
    Container,
    Decorated,
    Function,
    Instance,
    Object,
    Symbol,
    present,
    symbol_names,
)
from genai_codemod.engine.rule_packs.rules import Rule

if TYPE_CHECKING:
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone

HANDED_ON = Rule("legacy.handed-on")
OUT_OF_SIGHT = Rule("legacy.out-of-sight")
UNUSED = "nothing that can be seen uses this: migrate the files that do together with this one."
_PYTHON = sys.stdlib_module_names | {"builtins"}
# Functions that only look at what they are given.
_LOOKING = frozenset(
    f"builtins.{name}"
    for name in (
        "bool", "callable", "dir", "getattr", "hasattr", "id", "isinstance", "len", "list", "print",
        "repr", "str", "tuple", "type", "enumerate", "next", "iter", "zip", "vars",
    )
)  # fmt: skip


def handed_on(facts: Facts) -> Iterator[tuple[cst.BaseExpression, Rule]]:
    """What gets out of sight and so stays as it is, with the sentence that says why."""
    for node in list(facts.values):
        if not isinstance(node, cst.BaseExpression):
            continue
        field = "entered" if facts.use(node).role == "entered" else "stays"
        if field == "entered" or _gets_out(facts, node):
            for sentence in _sentences(facts, node, field)[:1]:
                yield node, Rule(HANDED_ON.id, manual=sentence)


def _gets_out(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether code that cannot be seen gets the value of an expression."""
    if not any(isinstance(atom, Instance | Container) for atom in facts.value(node)):
        return False
    use = facts.use(node)
    if use.role == "argument":
        return isinstance(use.parent, cst.Arg) and _is_out_of_sight(facts, use.parent)
    return use.role == "returned" and _is_unseen_result(facts, node)


def mark_out_of_sight(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark where a migrated object gets into code that may still expect one of the legacy SDK."""
    if not any(kind.leaves for kind in facts.pack.kinds.values()):
        return
    for node in list(facts.values):
        if not isinstance(node, cst.BaseExpression) or left.value_left(facts.value(node)):
            continue
        if _gets_out(facts, node):
            for sentence in _sentences(facts, node, "leaves")[:1]:
                plan.found(node, OUT_OF_SIGHT, "review", sentence)
    for node in facts.bindings:
        if node not in left.nodes and _is_unused_global(facts, node):
            if _sentences(facts, node, "stays"):
                plan.found(node, OUT_OF_SIGHT, "review", UNUSED)


def taken_out_of_sight(facts: Facts) -> frozenset[cst.CSTNode]:
    """Where the objects are made that lists, tuples and dicts take out of sight.

    What Python's own library is given it gives back as something that cannot be told, which is
    marked where it is used.
    """
    found: set[cst.CSTNode] = set()
    seen: set[cst.CSTNode] = set()
    waiting = [
        atom
        for node, value in facts.held.of(Container)
        if isinstance(node, cst.BaseExpression) and _takes_out(facts, node)
        for atom in value
    ]
    while waiting:
        atom = waiting.pop()
        if isinstance(atom, Instance):
            found.add(atom.site)
        elif isinstance(atom, Container) and atom.site not in seen:
            seen.add(atom.site)
            waiting.extend(facts.interpreter.load(("item", atom.site, "*")))
    return frozenset(found)


def _takes_out(facts: Facts, container: cst.BaseExpression) -> bool:
    """Whether code that cannot be seen, and is not Python's own, gets a container."""
    if not _gets_out(facts, container):
        return False
    call = facts.index.parents.get(facts.use(container).parent)
    if not isinstance(call, cst.Call) or facts.handed_over(call) is not None:
        return True
    names = {a.name if isinstance(a, Symbol) else "" for a in present(facts.value(call.func))}
    return not all(name.partition(".")[0] in _PYTHON for name in names)


def _is_unused_global(facts: Facts, made: cst.Call) -> bool:
    """Whether an object is only assigned at the top of a module, for other files to use."""
    statement = facts.index.statement(made)
    at_top = facts.index.parents.get(statement) in (facts.module, facts.whole.module)
    return at_top and all(
        facts.use(node).role == "stored" or facts.index.statement(node) is statement
        for node in facts.by_site.get(made, ())
    )


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
    if facts.flows_to_known_function(argument) or is_kept(facts, argument):
        return False
    callee = present(facts.value(call.func))
    seen = bool(callee) and all(_is_seen(atom) for atom in callee)
    return not seen and not facts.interpreter.choices.among(callee, facts.interpreter.home(call))


def _is_seen(atom: Atom) -> bool:
    match atom:
        case Function() | Decorated() | Class() | Object():
            return True
        case Bound(instance=Instance(kind="container")):
            return True
        case Symbol(name=name):
            return name in _LOOKING or name in ("functools.partial", "asyncio.gather")
    return False


def is_kept(facts: Facts, argument: cst.CSTNode) -> bool:
    """Whether a decorator keeps what a function gives in an attribute: that is a lazy property."""
    call = facts.index.parents.get(argument)
    if not isinstance(call, cst.Call) or not isinstance(argument, cst.Arg):
        return False
    made = argument.value
    return (
        symbol_names(facts.value(call.func)) == {"builtins.setattr"}
        and isinstance(made, cst.Call)
        and any(isinstance(atom, Decorated) for atom in facts.value(made.func))
    )


def _is_unseen_result(facts: Facts, node: cst.CSTNode) -> bool:
    function = facts.enclosing(node, cst.FunctionDef, cst.Lambda)
    return isinstance(function, cst.FunctionDef) and not facts.callers.has_any(function)
