"""The modules of a program that are analysed together, and where their nodes stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

import libcst as cst

from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.syntax.module_syntax import Scope, SyntaxIndex

Held = TypeVar("Held")
Other = TypeVar("Other")


class _OwnNodes(dict[cst.CSTNode, Held]):
    """What is known of the nodes of one module, which also answers for those of others."""

    def __init__(self, own: Mapping[cst.CSTNode, Held], all_known: Mapping[cst.CSTNode, Held]):
        super().__init__(own)
        self._all_known = all_known

    def __missing__(self, node: cst.CSTNode) -> Held:
        return self._all_known[node]

    @overload
    def get(self, node: cst.CSTNode, default: None = None, /) -> Held | None: ...
    @overload
    def get(self, node: cst.CSTNode, default: Held, /) -> Held: ...
    @overload
    def get(self, node: cst.CSTNode, default: Other, /) -> Held | Other: ...
    def get(self, node: cst.CSTNode, default: object = None, /) -> object:
        # What was added to this module later is not among those of all.
        found = super().get(node)
        return self._all_known.get(node, default) if found is None else found


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One module of a program that is analysed as a whole.

    ``imports`` maps what import statements name (``app.llm``, ``..base``, ``app.llm.model``) to
    the names of other modules of the program; for a package, also ``.name`` of each of its own.
    ``package`` says that the module is what a package shows to those that import it.
    ``client_name`` is what a client that is written into it is called where that is free.
    ``lenders`` are the modules whose fixtures it gets from pytest, the nearest first.
    """

    name: str
    index: SyntaxIndex
    imports: Mapping[str, str] = field(default_factory=dict)
    package: bool = False
    client_name: str = CLIENT
    lenders: Sequence[str] = ()

    @property
    def scope(self) -> Scope:
        return self.index.scopes[self.index.module]


def imported_first(modules: Sequence[SourceModule]) -> list[SourceModule]:
    """The modules in an order in which each follows those that it imports, cycles aside."""
    by_name = {module.name: module for module in modules}
    ordered: dict[str, SourceModule] = {}
    todo = [iter(modules)]
    entered: list[SourceModule] = []
    seen: set[str] = set()
    while todo:
        module = next(todo[-1], None)
        if module is None:
            todo.pop()
            if entered:
                done = entered.pop()
                ordered[done.name] = done
        elif module.name not in seen:
            seen.add(module.name)
            entered.append(module)
            names = (*module.imports.values(), *module.lenders)
            todo.append(iter([by_name[name] for name in names]))
    return list(ordered.values())


class ProgramIndex(SyntaxIndex):
    """The indexes of several modules as one; ``module`` is the first of them.

    From then on each of them can be asked about nodes of the others, too.
    """

    def __init__(self, indexes: Sequence[SyntaxIndex]) -> None:
        self.module = indexes[0].module
        self.parents = {}
        self.scopes = {}
        self.calls = []
        self._known_scopes = {}
        self._children = {}
        for index in indexes:
            self._children |= index._children
            self.parents |= index.parents
            self.scopes |= index.scopes
            self.calls += index.calls
        self._indexes = {index.module: index for index in indexes}
        for index in indexes:
            index.parents = _OwnNodes(index.parents, self.parents)
            index.scopes = _OwnNodes(index.scopes, self.scopes)

    def nodes(self, *kinds: type[cst.CSTNode]) -> Sequence[cst.CSTNode]:  # type: ignore[override]
        return [node for index in self._indexes.values() for node in index.nodes(*kinds)]

    def line(self, node: cst.CSTNode) -> int:
        return self.position(node)[0]

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        *_, root = (node, *self.ancestors(node))
        assert isinstance(root, cst.Module)
        return self._indexes[root].position(node)
