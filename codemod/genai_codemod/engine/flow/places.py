"""Where values are kept while a module is executed: variables, attributes and elements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.bodies import Bodies, Key
from genai_codemod.engine.flow.branches import Branches, Path, class_of_self, exclude
from genai_codemod.engine.flow.choices import Choices
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNBOUND,
    UNKNOWN,
    Atom,
    Awaitable,
    Bound,
    Class,
    Container,
    Function,
    Generator,
    Instance,
    Module,
    Object,
    Plain,
    Symbol,
    Value,
    plain,
    present,
)
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.fields import annotated_fields
from genai_codemod.engine.syntax.module_syntax import Scope, SyntaxIndex

# What stands for the phase of the analysis among the places that are read.
_OPTIMISTIC = ("optimistic",)


class Places:
    """The places where values are kept, and what is found in them.

    The environment holds the variables of the scope being executed, statement by statement; the
    heap holds what any part of the module ever stores in a place that outlives a scope.  The heap
    only grows, and the module is executed again until it stops growing.
    """

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        self.modules = {module.name: module for module in modules}
        self.choices = Choices(modules)
        self.module = modules[0]
        self.pack = pack
        self.heap: dict[Key, Value] = {}
        self.bodies: Bodies[dict[cst.CSTNode, Value]] = Bodies()
        self._items: dict[object, list[Key]] = {}
        self.grew = False
        self.scope: Scope = self.module.scope
        self.env: dict[str, Value] = {}
        self.overlays: list[dict[str, Value]] = []
        self._optimistic = True
        self.branches = Branches(modules)
        self.path: Path = ()
        # The classes that calls of `namedtuple` make.
        self.tuple_classes: dict[cst.Call, cst.ClassDef] = {}
        self._guarded: dict[Key, dict[Path, Value]] = defaultdict(dict)
        self._named: dict[str, Value] = {}

    @property
    def optimistic(self) -> bool:
        """Whether what was not seen to be stored may still be found later."""
        self.bodies.read(_OPTIMISTIC)
        return self._optimistic

    @optimistic.setter
    def optimistic(self, optimistic: bool) -> None:
        self._optimistic = optimistic
        self.bodies.changed(_OPTIMISTIC)

    @property
    def unseen(self) -> Value:
        """What a place holds that nothing was seen to be stored in.

        At first nothing, since a later statement may store something; in the end, anything.
        """
        return NOTHING if self.optimistic else UNKNOWN

    # -- names and the heap -------------------------------------------------------------------

    def load(self, key: Key) -> Value:
        self.bodies.read(key)
        return self.heap.get(key, NOTHING)

    def store(self, key: Key, value: Value) -> None:
        known = self.heap.get(key, NOTHING)
        if not value <= known:
            if key[0] == "item" and key not in self.heap:
                self._items.setdefault(key[1], []).append(key)
                self.bodies.changed(("items", key[1]))
            self.heap[key] = known | value
            self._has_grown(key)

    def store_here(self, key: Key, value: Value, owners: Collection[object]) -> None:
        """Store a value, and remember the conditions on these owners under which that is done."""
        self.store(key, value)
        path = self._conditions(owners)
        known = self._guarded[key].get(path, NOTHING)
        if not value <= known:
            self._guarded[key][path] = known | value
            self._has_grown(key)

    def _has_grown(self, key: Key) -> None:
        self.grew = True
        self.bodies.changed(key)

    def add_name(self, scope: Scope, name: str) -> None:
        """Add to the names that a scope binds; which scope a name is of may change by that."""
        if name not in scope.names:
            scope.names.add(name)
            self.bodies.forget()

    def known_after(self, test: cst.BaseExpression, *, holds: bool) -> Path:
        """What is known where a test of the scope being executed was true, or false."""
        return self.branches.conditions(test, self.module.index, self.scope, holds=holds)

    def _conditions(self, owners: Collection[object]) -> Path:
        return tuple(each for each in self.path if each.place[0] in owners)

    def possible_here(self, keys: Sequence[Key], value: Value, owners: Collection[object]) -> Value:
        """A value without what is only stored where other conditions hold than here."""
        here = self._conditions(owners)
        if not here:
            return value
        stored: dict[bool, Value] = {True: NOTHING, False: NOTHING}
        for key in keys:
            self.bodies.read(key)
            for path, atoms in self._guarded.get(key, {}).items():
                stored[exclude(path, here)] |= atoms
        return value - (stored[True] - stored[False])

    def read_name(self, name: str) -> Value:
        value = self._read_name(name)
        scope = self.scope.binding_scope(name) if self.path else None
        if scope is None:
            return value
        return self.possible_here([("name", scope.node, name)], value, scope.nodes)

    def _read_name(self, name: str) -> Value:
        for overlay in reversed(self.overlays):
            if name in overlay:
                return overlay[name]
        scope = self.scope.binding_scope(name)
        if scope is None:
            return frozenset({Symbol("builtins." + name)})
        key = ("name", scope.node, name)
        if scope is self.scope or name in self.scope.global_names | self.scope.nonlocal_names:
            here = self.env.get(name)
            if scope is self.scope:
                written = self.load(("written", scope.node, name))
                return (here or NOTHING) | written or UNBOUND
            return self.load(key) if here is None else here
        return self.load(key)

    def own_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class of what ``self`` is here, if a node is that."""
        if not isinstance(node, cst.Name):
            return None
        return class_of_self(self.scope.binding_scope(node.value), node.value)

    def home(self, node: cst.CSTNode) -> SyntaxIndex:
        """The module that something stands in."""
        return next(each.index for each in self.modules.values() if node in each.index)

    # -- attributes ---------------------------------------------------------------------------

    def attribute(self, value: Value, name: str) -> Value:
        """What ``value.name`` can be."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Symbol(name=dotted) if dotted.endswith("()") and self.pack.sibling(dotted):
                    result.add(atom)
                case Symbol(name=dotted):
                    result |= self.load(("attr", dotted, name)) or self.named(f"{dotted}.{name}")
                case Module(name=module):
                    result |= self.exported(module, name)
                case Instance(kind=kind):
                    result |= self._instance_attribute(atom, kind, name)
                case Object(node=node) | Class(node=node):
                    result |= self._class_attribute(node, name, isinstance(atom, Object))
                case Awaitable() if name in ("result", "get"):
                    result.add(atom)
                case Plain(type="mock"):
                    continue
                case Plain(type="json") if name in library.ITEM_METHODS:
                    result.add(Symbol(library.JSON_ITEM))
                case Plain(type=kind) if name in library.TEXT_METHODS.get(kind, ()):
                    result.add(Symbol(f"builtins.{kind}.{name}"))
                case Container():
                    result.add(Bound(Instance("container", atom.site), name))
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    def named(self, dotted: str) -> Value:
        """What a dotted import path stands for: a module of the program, or something outside."""
        module = self.module.imports.get(dotted)
        if module:
            return frozenset({Module(module)})
        if dotted not in self._named:
            self._named[dotted] = frozenset({Symbol(self.pack.canonical(dotted))})
        return self._named[dotted]

    def exported(self, module: str, name: str) -> Value:
        """What a module of the program shows under a name."""
        source = self.modules[module]
        if name in source.scope.names:
            return self.load(("name", source.scope.node, name)) or self.unseen
        inner = source.imports.get("." + name)
        return frozenset({Module(inner)}) if inner else UNKNOWN

    def _instance_attribute(self, atom: Instance, kind: str, name: str) -> Value:
        if self.pack.method(kind, name):
            return frozenset({Bound(atom, name)})
        rule = self.pack.attribute(kind, name)
        if rule is None or rule.returns is None:
            return UNKNOWN
        return self.typed(rule.returns, atom.site)

    def _class_attribute(self, node: cst.ClassDef, name: str, from_object: bool) -> Value:
        found: set[object] = set()
        methods: set[object] = set()
        for related in self.family(node):
            found |= self.load(("attr", related, name))
            # What an object is given later, such as a callback, does not get it as ``self``.
            methods |= self.load(("name", related, name)) if from_object else NOTHING
        bound = {
            Function(atom.node, node)
            if isinstance(atom, Function) and atom in methods and atom.owner is None
            else atom
            for atom in found
        }
        for atom in list(bound):
            if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef):
                if library.is_property(atom.node):
                    bound.discard(atom)
                    bound |= self.load(("return", atom.node)) or self.unseen
        return frozenset(bound) or self.unseen  # type: ignore[arg-type]

    def family(self, node: cst.ClassDef) -> Iterable[cst.ClassDef]:
        """A class with its ancestors and descendants in this module."""
        seen = [node, *self._closure(node, "base"), *self._closure(node, "derived")]
        return dict.fromkeys(seen)

    def _closure(self, node: cst.ClassDef, relation: str) -> list[cst.ClassDef]:
        found: list[cst.ClassDef] = []
        todo = [node]
        while todo:
            for atom in self.load((relation, todo.pop())):
                if isinstance(atom, Class) and atom.node not in found and atom.node is not node:
                    found.append(atom.node)
                    todo.append(atom.node)
        return found

    def typed(self, description: str, site: cst.CSTNode) -> Value:
        """The value a rule describes as ``str``, ``list[str]``, ``Response`` ..."""
        if description in library.PLAIN_TYPES:
            return plain(description)
        return frozenset({Instance(description, site)})

    # -- elements -----------------------------------------------------------------------------

    def entering(self, atom: Atom) -> list[cst.FunctionDef]:
        """The methods of the program that a ``with`` statement calls for an object."""
        if not isinstance(atom, Object):
            return []
        return [
            held.node
            for name in ("__enter__", "__aenter__")
            for held in self.attribute(frozenset({atom}), name)
            if isinstance(held, Function) and isinstance(held.node, cst.FunctionDef)
        ]

    def iterated(self, value: Value) -> Value:
        """What iterating ``value`` gives: of a dict its keys, else the elements."""
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, Container) and isinstance(atom.site, cst.Dict | cst.DictComp):
                result |= self.load(("keys", atom.site)) | UNKNOWN
            else:
                result |= self.elements(frozenset({atom}))
        return result

    def elements(self, value: Value) -> Value:
        """What ``value`` holds."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Container(site=site):
                    result |= self.load(("item", site, "*"))
                case Object(node=node) if fields := self._tuple_fields(node):
                    for name in fields:
                        result |= self.attribute(frozenset({atom}), name)
                case Generator(node=node):
                    result |= self.load(("yield", node))
                case Instance(kind=kind, site=site):
                    result |= self._iterated(kind, site)
                case Plain(type="str" | "json" as inner):
                    result |= plain(inner)
                case Symbol(name=dotted) if self.pack.sibling(dotted) is not None:
                    result |= UNKNOWN | {atom}
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    def _iterated(self, kind: str, site: cst.CSTNode) -> Value:
        if kind.startswith("list["):
            return self.typed(kind[5:-1], site)
        declared = self.pack.kinds.get(kind)
        if declared is None or declared.iterates is None:
            return UNKNOWN
        return self.typed(declared.iterates, site)

    def item(self, value: Value, key: object) -> Value:
        """What ``value[key]`` can be; ``key`` is ``...`` when it is not a literal."""
        result: set[object] = set()
        for atom in present(value):
            match atom:
                case Container(site=site):
                    exact = NOTHING
                    if isinstance(key, str) or isinstance(site, cst.Tuple):
                        exact = self.load(("item", site, key))
                    result |= exact or self.load(("item", site, "*"))
                case Object(node=node) if fields := self._tuple_fields(node):
                    for name in _fields_at(fields, key):
                        result |= self.attribute(frozenset({atom}), name)
                case Symbol(name=dotted):
                    result |= self.load(("item", dotted, key)) or library.item_of(dotted)
                case Instance(kind=kind, site=site) if kind.startswith(("list[", "dict[")):
                    result |= self.typed(kind[5:-1], site)
                case Instance(kind=kind, site=site):
                    declared = self.pack.kinds.get(kind)
                    rule = declared.items.get(str(key)) if declared else None
                    known = (rule and rule.returns) or (
                        declared.iterates if declared and declared.sequence else None
                    )
                    result |= self.typed(known, site) if known else UNKNOWN
                case Plain(type="str" | "json" as inner):
                    result |= plain(inner)
                case _:
                    result |= UNKNOWN
        return frozenset(result)  # type: ignore[arg-type]

    def unpacked(self, value: Value, position: int) -> Value:
        """What the name at ``position`` of a tuple target gets."""
        result: set[object] = set()
        for atom in present(value):
            exact = NOTHING
            if isinstance(atom, Object):
                exact = self.item(frozenset({atom}), position)
            if isinstance(atom, Container):
                exact = self.load(("item", atom.site, position))
                if not exact and self._counted(atom.site):
                    continue
            result |= exact or self.elements(frozenset({atom}))
        return frozenset(result)  # type: ignore[arg-type]

    def _tuple_fields(self, node: cst.ClassDef) -> list[str]:
        """The fields of a named tuple, in order; nothing of other classes."""
        classes = [node, *self._closure(node, "base")]
        bases = frozenset().union(*(self.load(("foreign base", each)) for each in classes))
        made = self.tuple_classes.values()
        if Symbol("typing.NamedTuple") in bases or any(each in made for each in classes):
            return [name for each in reversed(classes) for name in annotated_fields(each)]
        return []

    def _counted(self, site: cst.CSTNode) -> bool:
        """Whether all that a tuple or a parameter ``*args`` holds is known by its position."""
        elements = site.elements if isinstance(site, cst.Tuple) else ()
        fixed = not any(isinstance(each, cst.StarredElement) for each in elements)
        counted = isinstance(site, cst.Param | cst.Tuple) and fixed
        return counted and not self.load(("uncounted", site))

    def store_uncounted(self, site: cst.CSTNode, value: Value) -> None:
        """Store something in a sequence at a position that is not known."""
        self.store(("item", site, "*"), value)
        self.store(("uncounted", site), UNKNOWN)

    def copy_items(self, source: cst.CSTNode, target: cst.CSTNode) -> None:
        self.bodies.read(("items", source))
        for key in list(self._items.get(source, ())):
            self.store(("item", target, key[2]), self.load(key))


def _fields_at(fields: list[str], position: object) -> list[str]:
    """The field of a named tuple at a position; all of them where that is not known."""
    known = isinstance(position, int) and -len(fields) <= position < len(fields)
    return [fields[position]] if known and isinstance(position, int) else fields
