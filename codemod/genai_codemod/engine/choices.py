"""Calls of one of several functions, such as those of one name in modules for several services.

What has chosen the function has chosen what it is given, too: an object of the SDK goes back to
the module that made it, and nothing else that is given in the same place does.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.syntax import SyntaxIndex
from genai_codemod.engine.values import (
    NONE,
    UNKNOWN,
    Function,
    Instance,
    Symbol,
    Value,
    present,
)


def is_choice(callee: Value) -> bool:
    """Whether a call is of one of several functions, some of them in modules out of sight.

    Those have the same name as one that is seen.
    """
    atoms = present(callee)
    names = {
        atom.node.name.value
        for atom in atoms
        if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef)
    }
    return len(atoms) > 1 and all(
        isinstance(atom, Function)
        or (isinstance(atom, Symbol) and atom.name.rpartition(".")[2] in names)
        for atom in atoms
    )


def own_objects(home: SyntaxIndex, others: Sequence[SyntaxIndex], given: Value) -> Value:
    """What a function of a module gets of a value, where those of others may be called instead."""
    made = _made_in([home], given)
    return made | (given & NONE) if made else (given - _made_in(others, given)) or UNKNOWN


def _made_in(modules: Sequence[SyntaxIndex], given: Value) -> Value:
    """The objects of the SDK that some modules make."""
    return frozenset(
        atom
        for atom in given
        if isinstance(atom, Instance)
        and atom.kind != "container"
        and any(atom.site in module for module in modules)
    )
