"""How a file names what it has to import now, and which of its imports go."""

from __future__ import annotations

import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from genai_codemod.engine.custom.imported import Import, Imported, first_name, imported
from genai_codemod.engine.custom.templates import split_name
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import dotted_name, target_names
from genai_codemod.engine.syntax.parts import names_in
from genai_codemod.engine.syntax.strings import text_of


@dataclass(slots=True)
class _New:
    """What has to be imported: by the module, the names from it with their names here."""

    modules: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def statements(self) -> list[str]:
        """The import statements, in the order in which they were asked for."""
        found = []
        for dotted, local in self.modules.items():
            alias = "" if local in (dotted, dotted.partition(".")[0]) else f" as {local}"
            found.append(f"import {dotted}{alias}")
        for module, names in self.names.items():
            listed = [
                name if name == local else f"{name} as {local}"
                for name, local in sorted(names.items())
            ]
            found.append(f"from {module} import {', '.join(listed)}")
        return found


_ASSIGNING = (
    cst.AnnAssign, cst.AsName, cst.AssignTarget, cst.AugAssign, cst.CompFor, cst.For, cst.NamedExpr,
)  # fmt: skip


class Spelling:
    """Chooses the spelling of new names, and plans the imports of one module."""

    def __init__(self, facts: Facts, modules: Collection[str]) -> None:
        self.facts = facts
        self._modules = modules
        self.imported = list(imported(facts.index, facts.pack))
        scopes = facts.index.scopes.values()
        self._bound = Counter(name for scope in scopes for name in scope.names)
        self._bound.update(dir(builtins))
        self._replaced: set[cst.Name] = set()
        self._asked: list[tuple[cst.CSTNode, cst.CSTNode | None, str]] = []
        self.going: list[Imported] = []
        self._new: dict[Import | None, _New] = defaultdict(_New)
        self._spelled: dict[tuple[cst.CSTNode, str], str] = {}

    def ask(self, node: cst.CSTNode, old: cst.CSTNode | None, imported: Collection[str]) -> None:
        """Note that code with some imported names is written for ``node``.

        ``old`` is the dotted name in it that tells how the file names such things.
        """
        for dotted in imported:
            self._asked.append((node, old, dotted))

    def drop(self, old: cst.CSTNode) -> None:
        """Note that a dotted name is not needed any more."""
        if (name := first_name(old)) is not None:
            self._replaced.add(name)

    def keep(self, name: cst.Name) -> None:
        """Note that a name stays, though what stood around it is replaced."""
        self._replaced.discard(name)

    def expression(self, node: cst.CSTNode, dotted: str) -> cst.BaseExpression:
        """How a name that was asked for at a node is written there."""
        return attribute(self._spelled[node, dotted])

    def settle(self) -> None:
        """Choose all spellings, once everything is asked for."""
        self.going = self._going()
        for node, old, dotted in self._asked:
            self._spelled[node, dotted] = self._spell(dotted, old)

    def is_replaced(self, name: cst.Name) -> bool:
        """Whether a name belongs to code that an edit is written in place of."""
        return name in self._replaced

    def new_imports(self, statement: Import | None) -> list[str]:
        """The imports that take the place of a statement; with None, those for the top."""
        return self._new[statement].statements() if statement in self._new else []

    def origin(self, node: cst.CSTNode) -> list[Imported]:
        """The imports that bind the first name of a dotted expression."""
        name = first_name(node)
        if name is None:
            return []
        scope = self.scope(name)
        binding = [
            each for each in self.imported if each.scope is scope and each.bound == name.value
        ]
        return [each for each in binding if self._needs(name, each)] or binding

    def has_other_values(self, node: cst.CSTNode) -> bool:
        """Whether the first name of a dotted expression gets values besides that of an import."""
        name = first_name(node)
        return name is not None and (name.value, self.scope(name)) in self._assigned

    @cached_property
    def _assigned(self) -> set[tuple[str, cst.CSTNode | None]]:
        """The names that a module assigns, each with what binds it."""
        targets = (
            target
            for node in self.facts.index.nodes(*_ASSIGNING)
            for target in target_names(getattr(node, "target", None) or node.name)  # type: ignore[attr-defined]
            if not self.facts.in_import(node)
        )
        return {(target.value, self.scope(target)) for target in targets}

    # -- old imports --------------------------------------------------------------------------

    def _going(self) -> list[Imported]:
        """The imported names that nothing needs any more once the edits are done."""
        replaced = {(name.value, self.scope(name)) for name in self._replaced}
        remaining: dict[tuple[str, cst.CSTNode | None], list[cst.Name]] = defaultdict(list)
        wanted = {name for name, _ in replaced}
        for name in names_in(self.facts.module):
            if name.value in wanted and name not in self._replaced:
                if not self.facts.in_import(name):
                    remaining[name.value, self.scope(name)].append(name)
        quoted = {name for name in wanted if self.is_quoted(name)}
        return [
            each
            for each in self.imported
            if (each.bound, each.scope) in replaced
            and each.bound not in quoted
            and self.is_replaced_anywhere(each)
            and not any(self._needs(name, each) for name in remaining[each.bound, each.scope])
        ]

    def scope(self, name: cst.Name) -> cst.CSTNode | None:
        """What binds a name: a module, a function or a class."""
        scope = self.facts.index.scope(name).binding_scope(name.value)
        return scope.node if scope is not None else None

    def is_replaced_anywhere(self, each: Imported) -> bool:
        """Whether something that is replaced came through an import."""
        return any(name.value == each.bound and self._needs(name, each) for name in self._replaced)

    def _needs(self, name: cst.Name, each: Imported) -> bool:
        """Whether a dotted name goes through ``import a.b``, or is its first part alone."""
        if not each.whole:
            return True
        whole: cst.CSTNode = name
        parent = self.facts.index.parents.get(whole)
        while isinstance(parent, cst.Attribute) and parent.value is whole:
            whole, parent = parent, self.facts.index.parents.get(parent)
        dotted = dotted_name(whole) or ""
        return dotted == each.bound or f"{dotted}.".startswith(f"{each.dotted}.")

    def is_quoted(self, name: str) -> bool:
        """Whether a string in an annotation or in ``__all__`` names what is imported."""
        word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
        for node in self.facts.index.nodes(cst.SimpleString):
            text = text_of(node)
            if isinstance(text, str) and word.search(text):
                around = self.facts.enclosing(node, cst.Annotation, cst.Assign, cst.AugAssign)
                if isinstance(around, cst.Annotation) or text == name:
                    return True
        return False

    # -- new names ----------------------------------------------------------------------------

    def _spell(self, dotted: str, old: cst.CSTNode | None) -> str:
        """The spelling of a new name where an old one stood, which may have to be imported."""
        module, rest = split_name(dotted, self._modules)
        known = self._known(module, rest)
        if known is not None:
            return known
        origins = self.origin(old) if old is not None else []
        free = {each.bound for each in self.going}
        if origins and not origins[0].whole and _names_itself(origins[0], old) and rest:
            name, _, more = rest.partition(".")
            if self.is_free(name, free, module, name):
                for each in origins:
                    self._new[each.statement].names[module][name] = name
                return f"{name}.{more}" if more else name
        if origins and origins[0].whole and self.is_free(module.partition(".")[0], free, "", ""):
            for each in origins:
                self._new[each.statement].modules[module] = module
            return f"{module}.{rest}" if rest else module
        local = self.local(module, free)
        package, _, last = module.rpartition(".")
        statements: list[Import | None] = [each.statement for each in origins]
        for statement in statements or [None]:
            if package:
                self._new[statement].names[package][last] = local
            else:
                self._new[statement].modules[module] = local
        return f"{local}.{rest}" if rest else local

    def _known(self, module: str, rest: str) -> str | None:
        """The spelling by what the file imports at its top already."""
        top = self.facts.module
        for each in self.imported:
            line = self.facts.index.parents[each.statement]
            if each.scope is not top or self.facts.index.parents.get(line) is not self.facts.module:
                continue
            wanted = f"{module}.{rest}" if rest else module
            local = each.dotted if each.whole else each.bound
            if wanted == each.dotted:
                return self._kept(each, local)
            if wanted.startswith(each.dotted + ".") and (each.dotted == module or not each.whole):
                if len(each.dotted) >= len(module):
                    return self._kept(each, local + wanted[len(each.dotted) :])
        return None

    def _kept(self, each: Imported, spelled: str) -> str:
        """A spelling that needs an import, which has to stay then."""
        self.going = [other for other in self.going if other is not each]
        return spelled

    def local(self, module: str, free: Collection[str]) -> str:
        """A name for a module that is not taken by something else."""
        *outer, last = module.split(".")
        names = [last, "_".join([*outer[-1:], last]), f"{last}_module"]
        for name in names:
            if self.is_free(name, free, ".".join(outer), last):
                return name
        number = 2
        while not self.is_free(f"{last}_{number}", free, "", ""):
            number += 1
        return f"{last}_{number}"

    def is_free(self, name: str, free: Collection[str], module: str, imported: str) -> bool:
        """Whether nothing else has a name, or just what is imported under it."""
        if any(new.names.get(module, {}).get(imported) == name for new in self._new.values()):
            return True
        taken = {local for new in self._new.values() for local in _locals(new)}
        whole = {each.bound for each in self.imported if each.whole}
        if not imported and name in whole:
            return True
        bindings = self._bound[name]
        return name not in taken and (bindings == 0 or (bindings == 1 and name in free))


def _locals(new: _New) -> Iterator[str]:
    for names in new.names.values():
        yield from names.values()
    yield from (local.partition(".")[0] for local in new.modules.values())


def _names_itself(each: Imported, old: cst.CSTNode | None) -> bool:
    """Whether an import brings the function or class itself, and not the module it is in."""
    return isinstance(old, cst.Name) or each.dotted.rpartition(".")[2][:1].isupper()
