"""What is handed to other processes, which get copies that are made by pickling.

What keeps a client cannot be copied that way: a chat, and an object with a client of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.answers.printing import COPIERS
from genai_codemod.engine.calling.forwarding import is_spelled_out
from genai_codemod.engine.calling.handing_over import HandedOver, last_name
from genai_codemod.engine.flow.values import (
    Atom,
    Container,
    Function,
    Instance,
    Object,
    symbol_names,
)
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.tracing.departures import KEEPS_CLIENT

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone

OTHER_PROCESS = Rule("client.other-process")
KEPT = (
    "another process is given copies, and what google.genai keeps a client in cannot be copied: "
    "make it in the function that the other process calls."
)
STARTED = (
    "another process that is not forked, as on macOS and Windows, does not come to where the "
    "client is built: build one in the function that it calls, or when this file is imported."
)
_MODULES = ("multiprocessing.", "torch.multiprocessing.", "billiard.", "multiprocess.")
_POOL = "concurrent.futures.ProcessPoolExecutor"
_THREADS = ("multiprocessing.dummy.", "multiprocessing.pool.ThreadPool")


def any_copied(facts: Facts, owners: Collection[cst.ClassDef | None]) -> bool:
    """Whether objects of one of some classes are copied, which what keeps a client cannot be."""
    return bool(owners) and not _copied_classes(facts.whole).isdisjoint(owners)


def _copied_classes(facts: Facts) -> frozenset[cst.ClassDef | None]:
    """The classes of the program whose objects are copied, for another process or in this one."""
    given: list[Atom] = []
    for call in facts.index.calls:
        if symbol_names(facts.value(call.func)) & COPIERS:
            given.extend(atom for each in call.args for atom in facts.value(each.value))
        elif (handed := facts.handed_over(call)) is not None and _is_process(facts, call):
            given.extend(_given(facts, handed))
    found = {atom.node for atom in _reached(facts, given) if isinstance(atom, Object)}
    for node in facts.index.nodes(cst.ClassDef):
        if any(
            _is_of_processes(n)
            for n in symbol_names(facts.interpreter.load(("foreign base", node)))
        ):
            found.add(node)
    return frozenset(each for node in found for each in facts.interpreter.family(node))


def mark_processes(
    facts: Facts,
    plan: Plan,
    left: LeftAlone,
    configurations: Collection[cst.Call],
    uses: Collection[cst.CSTNode],
) -> None:
    """Mark where another process is given what keeps a client, or needs one that is not there.

    ``configurations`` and ``uses`` are the calls of the module that make a client and need one.
    """
    made_later = any(
        facts.index.parents.get(facts.index.statement(each)) is not facts.module
        for each in configurations
    )
    for call in facts.index.calls:
        handed = facts.handed_over(call)
        if handed is None or not _is_process(facts, call):
            continue
        keeps = (
            isinstance(atom, Instance)
            and atom.kind in KEEPS_CLIENT
            and not left.value_left(frozenset({atom}))
            for atom in _reached(facts, _given(facts, handed))
        )
        if _is_method(facts, handed.function, left) or any(keeps):
            plan.found(call, OTHER_PROCESS, "review", KEPT)
        elif made_later and not _called_in(facts, handed.function).isdisjoint(uses):
            plan.found(call, OTHER_PROCESS, "review", STARTED)


def _is_method(facts: Facts, function: cst.BaseExpression, left: LeftAlone) -> bool:
    """Whether a method that is migrated is handed over, which becomes one of the client."""
    if not isinstance(function, cst.Lambda) or not is_spelled_out(function):
        return False
    return function.body in facts.interpreter.bindings and function.body not in left.nodes


def _called_in(facts: Facts, function: cst.BaseExpression) -> set[cst.CSTNode]:
    """All that stands in a function and in those of the program that it comes to call."""
    found: set[cst.CSTNode] = set()
    waiting = [atom.node for atom in facts.value(function) if isinstance(atom, Function)]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        for inner in facts.whole.index.within(node):
            found.add(inner)
            if isinstance(inner, cst.Call):
                called = facts.value(inner.func)
                waiting.extend(atom.node for atom in called if isinstance(atom, Function))
    return found


def _given(facts: Facts, handed: HandedOver) -> Iterator[Atom]:
    """What another process is given, and what a pool of them gives back."""
    functions = facts.value(handed.function)
    yield from functions
    for argument in handed.arguments:
        yield from facts.value(argument.value)
    for atom in functions if handed.caller.gives != "nothing" else ():
        if isinstance(atom, Function):
            yield from facts.interpreter.load(("return", atom.node))


def _is_process(facts: Facts, call: cst.Call) -> bool:
    """Whether what a function is handed over to is another process."""
    names = symbol_names(facts.value(call.func))
    if last_name(call.func) == "run_in_executor":
        return _POOL in symbol_names(facts.value(call.args[0].value))
    if last_name(call.func) == "process_map" or any(n.startswith(_POOL + ".") for n in names):
        return True
    return any(_is_of_processes(name) for name in names)


def _is_of_processes(name: str) -> bool:
    return name.startswith(_MODULES) and not name.startswith(_THREADS)


def _reached(facts: Facts, atoms: Iterable[Atom]) -> set[Atom]:
    """Some values with all that they hold."""
    found: set[Atom] = set()
    waiting = list(atoms)
    while waiting:
        atom = waiting.pop()
        if atom in found:
            continue
        found.add(atom)
        match atom:
            case Container(site=site):
                waiting.extend(facts.interpreter.load(("item", site, "*")))
            case Function(owner=cst.ClassDef() as owner):
                waiting.append(Object(owner))
            case Object(node=node):
                heap = facts.interpreter.heap
                waiting.extend(a for k in heap if k[:2] == ("attr", node) for a in heap[k])
    return found
