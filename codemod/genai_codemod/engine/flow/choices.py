"""Calls of one of several functions, such as those of one name in modules for several services.

What has chosen the function has chosen what it is given, too: an object of the SDK goes back to
the module that made it, and nothing else that is given in the same place does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    NONE,
    UNKNOWN,
    Function,
    Instance,
    Symbol,
    Value,
    present,
)
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex


class Choices:
    """Tells, for the modules of a program, what is a call of one of several functions."""

    def __init__(self, modules: Iterable[SourceModule]) -> None:
        # The packages that modules of the program are in, by what others import from them.
        self._packages = {
            dotted.rpartition(".")[0] for module in modules for dotted in module.imports
        } - {""}

    def among(self, callee: Value, here: SyntaxIndex) -> bool:
        """Whether a call in a module is of one of several functions, some perhaps out of sight.

        Those are of modules of the same package that have nothing to do with the SDK, or else they
        would be part of the program, and have the name of one that another module of it defines.
        """
        atoms = present(callee)
        functions = [atom.node for atom in atoms if isinstance(atom, Function)]
        names = {
            node.name.value
            for node in functions
            if isinstance(node, cst.FunctionDef) and node not in here
        }
        return len(atoms) > 1 and all(
            isinstance(atom, Function)
            or (isinstance(atom, Symbol) and self._is_beside(atom, names))
            for atom in atoms
        )

    def _is_beside(self, symbol: Symbol, names: Collection[str]) -> bool:
        """Whether something of one of some names is imported from a package of the program."""
        module, _, name = symbol.name.rpartition(".")
        own = module.startswith(".") or module.rpartition(".")[0] in self._packages
        return own and name in names


def own_objects(own: Sequence[SyntaxIndex], others: Sequence[SyntaxIndex], given: Value) -> Value:
    """What a function of some modules gets of a value, where those of others may be called."""
    made = _made_in(own, given)
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
