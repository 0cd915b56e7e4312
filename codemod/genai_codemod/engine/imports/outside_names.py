"""Which names the modules of a program import from outside of it, also through each other."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.flow.program_index import SourceModule

Modules = Mapping[str, SourceModule]


def outside_names(modules: Modules, module: cst.Module, seen: set[cst.Module]) -> set[str]:
    """The names that imports of a module bind to what is outside the program.

    What another module of the program has imported itself counts, what it defines does not.
    ``seen`` are the modules that have been asked already.
    """
    if module in seen:
        return set()
    seen.add(module)
    here = _of_tree(modules, module)
    found = {
        name
        for name, (source, inner) in here.index.imported.items()
        if comes_from_outside(modules, module, source, inner)
    }
    for source in here.index.starred:
        if (target := here.imports.get(source)) is not None:
            names = outside_names(modules, modules[target].index.module, seen)
            found |= {name for name in names if not name.startswith("_")}
    return found


def comes_from_outside(modules: Modules, importer: cst.Module, source: str, name: str) -> bool:
    """Whether ``from source import name`` gets what no module of the program defines."""
    seen: set[tuple[str, str]] = set()
    while (target := _of_tree(modules, importer).imports.get(source)) is not None:
        there = modules[target].index
        if (target, name) in seen or name not in there.imported:
            return False
        seen.add((target, name))
        importer, (source, name) = there.module, there.imported[name]
    return True


def _of_tree(modules: Modules, tree: cst.Module) -> SourceModule:
    return next(module for module in modules.values() if module.index.module is tree)
