"""Calls that have a function called elsewhere: by a thread, a pool, a loop, for each element.

``submit(ask, model)``, ``Thread(target=ask, args=(model,))``, ``pool.map(ask, models)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from genai_codemod.engine.flow.values import (
    NOTHING,
    Bound,
    Class,
    Function,
    Object,
    Value,
    symbol_names,
)
from genai_codemod.engine.syntax.module_syntax import string_value

# What the function is given: the arguments after it, those in a tuple and a dict, the elements
# of each argument, or what each element of one holds.
Takes = Literal["the rest", "packed", "elements", "packed elements"]
# What the call gives: the result, now or later; the results of all calls; nothing of it.
Gives = Literal["nothing", "result", "later", "all", "all later"]


@dataclass(frozen=True, slots=True)
class Caller:
    """What calls a function that is its parameter ``function``.

    ``packed`` are the parameters for a tuple and a dict of the arguments for it, ``known`` is what
    it must be seen to be, where its name alone does not say enough.
    """

    parameters: tuple[str, ...]
    function: str
    takes: Takes
    gives: Gives
    packed: tuple[str, ...] = ("args", "kwargs")
    known: frozenset[str] = frozenset()


def _passing(gives: Gives, *before: str) -> Caller:
    return Caller((*before, "function"), "function", "the rest", gives)


_THREAD = Caller(("group", "target", "name", "args", "kwargs"), "target", "packed", gives="nothing")
_POOL = ("func", "args", "kwds")
_POOLS = frozenset({"multiprocessing.pool.Pool", "multiprocessing.pool.ThreadPool"})
_APPLIED = frozenset(f"{pool}.apply" for pool in _POOLS)
_MAPPED = Caller(("function",), "function", "elements", "all")
_EXECUTOR = ("initializer", "initargs")


def _started(*before: str) -> Caller:
    """What makes workers, each of which first calls a function."""
    return Caller((*before, *_EXECUTOR), "initializer", "packed", "nothing", ("initargs",))


# By the last name of what is called.
CALLERS = {
    "to_thread": _passing("later"),
    "submit": _passing("later"),
    "run_sync": _passing("later"),
    "run_in_executor": _passing("later", "executor"),
    "call_soon": _passing("nothing"),
    "call_soon_threadsafe": _passing("nothing"),
    "call_later": _passing("nothing", "delay"),
    "call_at": _passing("nothing", "when"),
    "Thread": _THREAD,
    "Process": _THREAD,
    # Of a class for threads, which hands on what its own objects are made with.
    "__init__": Caller((), "target", "packed", "nothing"),
    "Timer": Caller(
        ("interval", "function", "args", "kwargs"),
        "function",
        "packed",
        "nothing",
        known=frozenset({"threading.Timer"}),
    ),
    "start_new_thread": Caller(
        ("function", "args", "kwargs"),
        "function",
        "packed",
        "nothing",
        known=frozenset({"_thread.start_new_thread"}),
    ),
    "apply": Caller(_POOL, "func", "packed", "result", _POOL[1:], known=_APPLIED),
    "apply_async": Caller(_POOL, "func", "packed", "later", _POOL[1:]),
    "map": _MAPPED,
    "imap": _MAPPED,
    "imap_unordered": _MAPPED,
    "thread_map": _MAPPED,
    "process_map": _MAPPED,
    "map_async": Caller(("function",), "function", "elements", "all later"),
    "starmap": Caller(("function",), "function", "packed elements", "all"),
    "starmap_async": Caller(("function",), "function", "packed elements", "all later"),
    "ThreadPoolExecutor": _started("max_workers", "thread_name_prefix"),
    "ProcessPoolExecutor": _started("max_workers", "mp_context"),
    "ThreadPool": _started("processes"),
    "Pool": _started("processes"),
}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A function that is called elsewhere, and what it is given there.

    ``arguments`` are those that the function gets, where ``each`` is false; else it gets the
    elements of them.  ``sources`` are the arguments of the call itself that they were taken from.
    """

    caller: Caller
    function: cst.BaseExpression
    arguments: tuple[cst.Arg, ...]
    sources: tuple[cst.Arg, ...]

    @property
    def each(self) -> bool:
        return self.caller.takes in ("elements", "packed elements")


def handed_over(call: cst.Call, callee: Value = NOTHING) -> HandedOver | None:
    """The function that a call has called elsewhere; ``callee`` is what the call calls.

    What the program itself defines under such a name is followed like any other function.
    """
    name = last_name(call.func)
    caller = CALLERS.get(name)
    if caller is None or any(
        isinstance(atom, Function | Class | Object | Bound) for atom in callee
    ):
        return None
    names = symbol_names(callee)
    if any(each.startswith("builtins.") for each in names):
        return None
    if caller.known and not (names and names <= caller.known):
        return None
    return _of_caller(call, caller)


def last_name(function: cst.BaseExpression) -> str:
    """The last name of what is called: ``map`` of ``pools[0].map``."""
    if isinstance(function, cst.Attribute):
        function = function.attr
    return function.value if isinstance(function, cst.Name) else ""


def _of_caller(call: cst.Call, caller: Caller) -> HandedOver | None:
    given = _given(call, caller)
    function = given.get(caller.function)
    if function is None:
        return None
    match caller.takes:
        case "packed":
            readers = zip(caller.packed, (_positional, _by_name), strict=False)
            packed = [(given[name], read) for name, read in readers if name in given]
            arguments = tuple(inner for each, read in packed for inner in read(each.value))
            return HandedOver(caller, function.value, arguments, tuple(each for each, _ in packed))
        case "the rest":
            rest = tuple(call.args[call.args.index(function) + 1 :])
            return HandedOver(caller, function.value, rest, rest) if not function.keyword else None
    rest = tuple(each for each in call.args[1:] if each.keyword is None)
    if function is not call.args[0] or not rest:
        return None
    if caller.takes == "packed elements":
        spread = tuple(cst.Arg(each.value, star="*") for each in rest[:1])
        return HandedOver(caller, function.value, spread, rest[:1])
    return HandedOver(caller, function.value, rest, rest)


def _given(call: cst.Call, caller: Caller) -> dict[str, cst.Arg]:
    """The arguments of a call by the parameters that take them; nothing after ``*arguments``."""
    given = {each.keyword.value: each for each in call.args if each.keyword is not None}
    for name, argument in zip(caller.parameters, call.args, strict=False):
        if argument.star or argument.keyword is not None:
            break
        given[name] = argument
    return given


def _positional(value: cst.BaseExpression) -> Iterator[cst.Arg]:
    """The arguments that a tuple or list of them holds; of a variable, all that it has."""
    if not isinstance(value, cst.Tuple | cst.List):
        yield cst.Arg(value, star="*")
        return
    for element in value.elements:
        yield cst.Arg(element.value, star="*" if isinstance(element, cst.StarredElement) else "")


def _by_name(value: cst.BaseExpression) -> Iterator[cst.Arg]:
    """The arguments that a dict of them holds."""
    entries = value.elements if isinstance(value, cst.Dict) else ()
    names = [string_value(each.key) for each in entries if isinstance(each, cst.DictElement)]
    if not entries or not all(name is not None and name.isidentifier() for name in names):
        yield cst.Arg(value, star="**")
        return
    for entry in entries:
        if isinstance(entry, cst.DictElement):
            yield cst.Arg(entry.value, keyword=cst.Name(str(string_value(entry.key))))
        else:
            yield cst.Arg(entry.value, star="**")
