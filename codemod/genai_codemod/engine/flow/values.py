"""What an expression can be: abstract values, as sets of atoms.

A value is a ``frozenset`` of atoms; the empty set means "not reached yet".  Atoms that stand for
objects carry the syntax node that made them (their *site*), so that everything which happens to
one object can be found again.  LibCST nodes compare by identity, which is what a site needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

import libcst as cst


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something reached through an import (or a builtin), by its canonical dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a kind that the rule pack declares, made at ``site``."""

    kind: str
    site: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Awaitable:
    """What an async call returns before it is awaited."""

    result: Value


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of an instance, taken as a value."""

    instance: Instance
    method: str


@dataclass(frozen=True, slots=True)
class Container:
    """A list, tuple, set or dict that the module itself builds at ``site``."""

    site: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Function:
    """A function or lambda of this module, bound to ``owner`` when reached through an object.

    ``given`` counts the positional arguments that ``functools.partial`` has given it already.
    """

    node: cst.FunctionDef | cst.Lambda
    owner: cst.ClassDef | None = None
    given: int = 0


@dataclass(frozen=True, slots=True)
class Decorated:
    """A function of the program, as its decorator at a position gets it."""

    node: cst.FunctionDef
    position: int


@dataclass(frozen=True, slots=True)
class Promised:
    """Says of a class beside it that the annotation at ``site`` has something given for it."""

    site: cst.Subscript


@dataclass(frozen=True, slots=True)
class Generator:
    """What calling a generator function of this module returns."""

    node: cst.FunctionDef


@dataclass(frozen=True, slots=True)
class Class:
    """A class of this module."""

    node: cst.ClassDef


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of a class of this module.

    What is only ``promised`` by an annotation was made where nobody saw what its fields are given.
    """

    node: cst.ClassDef
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the program that is analysed, by its name in that program."""

    name: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A value whose Python type is all that is known: str, int, float, bool, bytes, None."""

    type: str


@dataclass(frozen=True, slots=True)
class Written:
    """Says of a str beside it where it was written: the literal at ``site``.

    Only literals that the rule pack asks about have one.
    """

    site: cst.SimpleString


@dataclass(frozen=True, slots=True)
class Unbound:
    """A name that may not have been assigned on some path."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything at all."""


Atom = (
    Symbol
    | Instance
    | Awaitable
    | Bound
    | Container
    | Function
    | Decorated
    | Promised
    | Generator
    | Class
    | Object
    | Module
    | Plain
    | Written
    | Unbound
    | Unknown
)
Value = frozenset[Atom]

NOTHING: Value = frozenset()
UNKNOWN: Value = frozenset({Unknown()})
UNBOUND: Value = frozenset({Unbound()})
TEXT: Value = frozenset({Plain("str")})
NONE: Value = frozenset({Plain("None")})
_ABSENT = frozenset({Unbound, Written})


def plain(type_name: str) -> Value:
    return frozenset({Plain(type_name)})


def instances(value: Value) -> list[Instance]:
    """The legacy objects that a value can be, in an order that is the same in each run."""
    found = [atom for atom in value if isinstance(atom, Instance)]
    return sorted(found, key=attrgetter("kind")) if len(found) > 1 else found


def symbol_names(value: Value) -> set[str]:
    """What a value names, as far as it comes from outside the program: ``{"json.loads"}``."""
    return {atom.name for atom in value if isinstance(atom, Symbol)}


def present(value: Value) -> Value:
    """The value without what no operation can succeed on: None and "not assigned"."""
    # Hardly any value has such an atom.
    for atom in value:
        if _is_absent(atom):
            return value.difference([each for each in value if _is_absent(each)])
    return value


def _is_absent(atom: Atom) -> bool:
    kind = atom.__class__
    return kind in _ABSENT or (kind is Plain and atom.type == "None")  # type: ignore[union-attr]


def written(value: Value) -> Value:
    """Where the text that a value can be was written."""
    return frozenset(atom for atom in value if isinstance(atom, Written))


def only_text(value: Value) -> bool:
    """Whether the value is certainly a str (or None)."""
    rest = present(value)
    return bool(rest) and all(atom == Plain("str") for atom in rest)
