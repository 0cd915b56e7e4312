"""Which module of a program imports which."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import libcst as cst

from genai_codemod.engine.signature import source_of


class Importing:
    """The imports between the modules of a program, by the names of the modules."""

    def __init__(
        self,
        imports: Mapping[str, Mapping[str, str]],
        absolute: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``absolute`` are the names under which any module can import one, where known."""
        self.imports = imports
        self.absolute = absolute

    @cached_property
    def below(self) -> dict[str, set[str]]:
        """For each module itself, and all that it imports, also through others."""
        return {name: self._below(name) for name in self.imports}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The modules that others import."""
        return frozenset(
            target
            for name, targets in self.imports.items()
            for target in targets.values()
            if target != name
        )

    def path(self, name: str, target: str) -> str:
        """The name under which a module can import another."""
        paths = [path for path, module in self.imports[name].items() if module == target]
        return min(paths, key=len)

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
        """Whether some module imports both, or is one and imports the other."""
        return any(one in below and other in below for below in self.below.values())

    def _below(self, name: str) -> set[str]:
        found = {name}
        todo = [name]
        while todo:
            new = set(self.imports[todo.pop()].values()) - found
            found |= new
            todo += new
        return found


def is_main_test(statement: cst.CSTNode) -> bool:
    """Whether a statement is ``if __name__ == "__main__"``."""
    return isinstance(statement, cst.If) and "__name__" in source_of(statement.test)
