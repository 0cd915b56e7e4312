"""Which module of a program imports which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import libcst as cst

from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.syntax.module_syntax import source_module


class Importing:
    """The imports between the modules of a program, by the names of the modules."""

    def __init__(
        self,
        imports: Mapping[str, Mapping[str, str]],
        absolute: Mapping[str, str] = MappingProxyType({}),
        lenders: Mapping[str, Sequence[str]] = MappingProxyType({}),
        offered: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        """``absolute`` are the names under which any module can import one, where known.

        ``lenders`` are those that a module works with without importing them, ``offered`` what the
        imports of a package name only because others can import it from there.
        """
        self.imports = imports
        self._run = {
            name: {to for path, to in targets.items() if path not in offered.get(name, ())}
            for name, targets in imports.items()
        }
        self.absolute = absolute
        self.lenders = lenders

    @cached_property
    def below(self) -> dict[str, set[str]]:
        """For each module itself, and all that it imports, also through others."""
        return {name: self._below(name) for name in self.imports}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The modules that others import."""
        return frozenset(
            target for name, targets in self._run.items() for target in targets if target != name
        )

    def path(self, name: str, target: str) -> str:
        """The name under which a module can import another."""
        paths = [path for path, module in self.imports[name].items() if module == target]
        return min(paths, key=len)

    def reachable(self, name: str, target: str) -> str | None:
        """The name under which a module can import another, or None if that is not certain.

        What a module imports from a package says that others can be imported from there, too.
        """
        if name in self.below[target]:
            return None
        if target in self.imports[name].values():
            return self.path(name, target)
        used = {
            path
            for targets in self.imports.values()
            for path, module in targets.items()
            if module == target and not path.startswith(".")
        }
        packages = {path.partition(".")[0] for path in self.imports[name] if "." in path}
        if len(used) != 1:
            return None
        (path,) = used
        return path if "." in path and path.partition(".")[0] in packages - {""} else None

    def known_as(self, target: str) -> str | None:
        """The one name under which all of the program knows a module."""
        name = self.absolute.get(target)
        used = {
            path
            for targets in self.imports.values()
            for path, module in targets.items()
            if module == target and not path.startswith(".")
        }
        return name if used <= {name} else None

    def always_with(self, name: str, other: str) -> bool:
        """Whether every program that imports a module imports another, too."""
        roots = [
            root
            for root, below in self.below.items()
            if name in below and root not in self.imported
        ]
        return name in self.imported and bool(roots) and all(other in self.below[r] for r in roots)

    def together(self, one: str, other: str) -> bool:
        """Whether some module imports or works with both, or is one and does so with the other."""
        return any(one in within and other in within for within in self._within.values())

    @cached_property
    def _within(self) -> dict[str, set[str]]:
        """For each module all that it imports, and what it works with without an import."""
        return {
            name: below.union(*(self.below[lender] for lender in self.lenders.get(name, ())))
            for name, below in self.below.items()
        }

    def _below(self, name: str) -> set[str]:
        found = {name}
        todo = [name]
        while todo:
            new = self._run[todo.pop()] - found
            found |= new
            todo += new
        return found


def offered(module: SourceModule) -> frozenset[str]:
    """What the imports of a package name that none of its own statements imports."""
    if not module.package:
        return frozenset()
    written: set[str] = set()
    for node in module.index.nodes(cst.ImportFrom):
        source = source_module(node)
        joint = "" if source.endswith(".") else "."
        names = [] if isinstance(node.names, cst.ImportStar) else node.names
        paths = [source, *(f"{source}{joint}{alias.evaluated_name}" for alias in names)]
        # What is imported from a package inside of this one runs that, too.
        written.update(f".{path[1:].partition('.')[0]}" for path in paths)
        written.update(paths)
    return frozenset(path for path in module.imports if path.startswith(".")) - written
