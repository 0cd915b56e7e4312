"""What becomes of objects whose settings travel to later calls (a model object).

The new SDK has no such object.  Each group of creation sites that can meet in one place is decided
once, by where it flows:

``name``    no settings: the variable holds the model's name
``split``   settings, and only plain variables hold it: the name stays in the variable, and one
            configuration stands beside it (``model``, ``model_config``)
``pair``    settings, and it is passed on: a dict ``{"model": name, "config": configuration}``
``inline``  built and used in one expression
``left``    it reaches code that cannot be seen: nothing of it is rewritten
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from genai_codemod.engine.answers.asked_methods import asked_method
from genai_codemod.engine.answers.printing import is_shown
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.library import EMPTY_DICTS, FIELDS, is_property
from genai_codemod.engine.flow.values import (
    Bound,
    Instance,
    Plain,
    Promised,
    Symbol,
    present,
    symbol_names,
)
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.assertions import looks_at
from genai_codemod.engine.tracing.closed_classes import takes_more
from genai_codemod.engine.tracing.hashing import is_hashed
from genai_codemod.engine.tracing.mocked_methods import mocks_method_of
from genai_codemod.engine.tracing.out_of_sight import is_kept, taken_out_of_sight
from genai_codemod.groups import Groups

# What makes a chat call functions.
AUTOMATIC = "enable_automatic_function_calling"


@dataclass(slots=True)
class Group:
    """Creation sites that share one representation.

    ``foreign`` are the annotations that promise such an object from code in another file;
    ``mixed`` says that some sites have settings and some have none.
    """

    sites: list[cst.Call]
    form: str = "name"
    problem: str = ""
    stores: list[cst.CSTNode] = field(default_factory=list)
    reads: list[cst.CSTNode] = field(default_factory=list)
    foreign: list[cst.CSTNode] = field(default_factory=list)
    mixed: bool = False


# Where a value goes on to be used elsewhere: there it is known what it is, or not.
_HANDED_ON = frozenset({"argument", "element", "passed on", "returned", "stored"})
# Methods of lists, sets, dicts and queues that keep or give back what they are given.
HOLDING = frozenset({"append", "add", "insert", "get", "pop", "put", "put_nowait", "setdefault"})


class SettledObjects:
    """The groups of all objects of one kind in a module, each with its representation."""

    def __init__(self, facts: Facts, kind: str) -> None:
        self.facts = facts
        self.kind = kind
        self.groups: dict[cst.CSTNode, Group] = {}
        for group in self._group():
            self._decide(group)
            for site in (*group.sites, *group.foreign):
                self.groups[site] = group

    def group_of(self, node: cst.CSTNode) -> Group | None:
        """The group of the objects an expression evaluates to."""
        for atom in self.facts.instances(node):
            if atom.kind == self.kind and atom.site in self.groups:
                return self.groups[atom.site]
        return None

    def is_pair(self, instance: Instance) -> bool:
        """Whether an object becomes a dict of its name and configuration."""
        group = self.groups.get(instance.site)
        return group is not None and group.form == "pair"

    def rule(self, site: cst.CSTNode) -> CallRule | None:
        assert isinstance(site, cst.Call)
        for rule in self.facts.interpreter.bindings.get(site, {}):
            if rule.returns == self.kind:
                return rule
        return None

    def has_settings(self, site: cst.Call) -> bool:
        rule = self.rule(site)
        if rule is None:
            return False
        given = present_parameters(site, self.facts.binding(site, rule))
        return any(name in self.facts.pack.settings for name in given) or bool(rule.adds)

    # -- grouping -----------------------------------------------------------------------------

    def _group(self) -> list[Group]:
        connected: Groups[cst.CSTNode] = Groups()
        for _, value in self.facts.held.of(Instance):
            sites = [a.site for a in value if isinstance(a, Instance) and a.kind == self.kind]
            for site in sites:
                connected.join(site, sites[0])
        groups: list[Group] = []
        for members in connected.by_leader().values():
            calls = [site for site in members if isinstance(site, cst.Call)]
            others = [site for site in members if not isinstance(site, cst.Call)]
            groups.append(Group(calls, foreign=others))
        return groups

    # -- deciding -----------------------------------------------------------------------------

    def _decide(self, group: Group) -> None:
        passed = False
        made: list[cst.CSTNode] = [*group.sites, *group.foreign]
        nodes = [node for site in made for node in self.facts.by_site.get(site, ())]
        for node in dict.fromkeys(nodes):
            if not isinstance(node, cst.BaseExpression) or self._is_target(node):
                continue
            if self.facts.in_import(node):
                passed = True
                continue
            if self._must_be_a_name(node):
                continue
            alone = self._only_this_kind(node)
            if not alone and self._only_asked(node):
                continue
            if not alone and not self._goes_on(node):
                group.problem = "it may also be another kind of object"
            role = self._role(node, group)
            if role == "unseen" and not group.problem:
                group.problem = "it reaches code that cannot be seen"
            passed = passed or role == "passed" or not alone
            if node not in group.sites:
                group.reads.append(node)
        if not self._held_out_of_sight.isdisjoint(made) and not group.problem:
            group.problem = "it reaches code that cannot be seen"
        group.problem = self._problem_of_making(group) or group.problem
        group.form = self._form(group, passed)

    def _problem_of_making(self, group: Group) -> str:
        """Why the calls that make the objects of a group cannot be migrated."""
        problem = ""
        for site in group.sites:
            rule = self.rule(site)
            if rule is not None and rule.manual is not None:
                problem = "the call that makes it is not migrated"
            unmatched = self.facts.unbound(site, rule) if rule else ()
            if unmatched:
                problem = f"{unmatched[0]} hides its settings"
        return problem

    @cached_property
    def _held_out_of_sight(self) -> frozenset[cst.CSTNode]:
        """Where the objects are made that containers take along into code that cannot be seen."""
        return taken_out_of_sight(self.facts)

    def _form(self, group: Group, passed: bool) -> str:
        if group.problem:
            return "left"
        if len(group.sites) == 1 and not group.reads:
            use = self.facts.use(group.sites[0])
            if use.role == "attribute":
                return "name" if self._is_field(use.parent) else "inline"
        settled = [self.has_settings(site) for site in group.sites]
        group.mixed = not all(settled)
        if not any(settled):
            return "name"
        if not passed and self._splittable(group):
            return "split"
        if any(is_hashed(self.facts, node) for node in (*group.sites, *group.reads)):
            group.problem = "it has settings, so it becomes a dict, which cannot be hashed"
        return "left" if group.problem else "pair"

    def _is_field(self, attribute: cst.CSTNode) -> bool:
        assert isinstance(attribute, cst.Attribute)
        return attribute.attr.value in self.facts.pack.kinds[self.kind].attributes

    def _is_target(self, node: cst.CSTNode) -> bool:
        parent = self.facts.index.parents.get(node)
        return isinstance(parent, cst.AssignTarget) or (
            isinstance(parent, cst.AnnAssign | cst.For | cst.AsName | cst.CompFor)
            and getattr(parent, "target", getattr(parent, "name", None)) is node
        )

    def _must_be_a_name(self, node: cst.BaseExpression) -> bool:
        """Whether only a model's name can have got to a place: the old SDK refused an object."""
        argument = self.facts.index.parents.get(node)
        call = self.facts.index.parents.get(argument) if argument is not None else None
        if not isinstance(argument, cst.Arg) or not isinstance(call, cst.Call):
            return False
        bindings = self.facts.interpreter.bindings.get(call, {})
        return bool(bindings) and all(
            rule.model is not None and binding.argument(call, rule.model) is node
            for rule, binding in bindings.items()
        )

    def _only_this_kind(self, node: cst.CSTNode) -> bool:
        return all(
            (isinstance(atom, Instance) and atom.kind == self.kind) or atom == Plain("mock")
            for atom in present(self.facts.value(node))
        )

    def _goes_on(self, node: cst.BaseExpression) -> bool:
        """Whether a value is handed on as it is, whatever it is, and not used here."""
        return self.facts.use(node).role in _HANDED_ON

    def _only_asked(self, node: cst.BaseExpression) -> bool:
        """Whether a value is only asked if it is true: ``if self.ready and self.model:``."""
        use = self.facts.use(node)
        is_operand = isinstance(use.parent, cst.BooleanOperation)
        return use.role == "tested" and not (is_operand and self._value_used(use.parent))

    def _role(self, node: cst.BaseExpression, group: Group) -> str:
        """``used`` where it is rewritten, ``passed`` where it goes on, else ``unseen``."""
        if mocks_method_of(self.facts, node):
            return "used"
        use = self.facts.use(node)
        match use.role:
            case "attribute":
                assert isinstance(use.parent, cst.Attribute)
                name = use.parent.attr.value
                return "used" if self._known(name, use.parent) else "unseen"
            case "stored":
                group.stores.append(use.parent)
                return "used"
            case "tested" | "compared" | "dropped":
                test = isinstance(use.parent, cst.BooleanOperation)
                return "passed" if test and self._value_used(use.parent) else "used"
            case "passed on" | "element":
                return "passed"
            case "index" if any(isinstance(a, Promised) for a in self.facts.value(use.parent)):
                return "passed"
            case "returned":
                return self._returned(use.parent)
            case "argument" if self._is_asked_for(use.parent):
                return "used"
            case "argument" if looks_at(self.facts.index.parents.get(use.parent)):
                return "used"
            case _ if is_shown(self.facts, node):
                return "used"
            case "argument":
                return "passed" if self._argument(use.parent) else "unseen"
        return "unseen"

    def _known(self, name: str, attribute: cst.Attribute) -> bool:
        if self.facts.pack.method(self.kind, name):
            return self.facts.use(attribute).role == "callee"
        return self.facts.pack.attribute(self.kind, name) is not None

    def _value_used(self, node: cst.CSTNode) -> bool:
        use = self.facts.use(node)
        return use.role in ("stored", "argument", "returned", "element")

    def _returned(self, parent: cst.CSTNode) -> str:
        function = self.facts.enclosing(parent, cst.FunctionDef, cst.Lambda)
        if isinstance(parent, cst.Lambda):
            function = parent
        read = isinstance(function, cst.FunctionDef) and is_property(function)
        seen = read or (function is not None and self.facts.callers.has_any(function))
        return "passed" if seen else "unseen"

    def _is_asked_for(self, argument: cst.CSTNode) -> bool:
        """Whether an object is only asked what it has, or if it is one of this kind."""
        call = self.facts.index.parents[argument]
        if not isinstance(call, cst.Call) or len(call.args) < 2 or call.args[0] is not argument:
            return False
        if asked_method(self.facts, call) is not None:
            return True
        if (name := self.facts.attribute_asked(call, "getattr")) is not None:
            return self.facts.pack.attribute(self.kind, name) is not None
        kind, asked = self.facts.pack.kinds.get(self.kind), call.args[1].value
        names = symbol_names(self.facts.value(asked))
        known = kind is not None and bool(names) and names <= set(kind.annotation)
        return known and self.facts.asked_about(asked) is not None

    def _argument(self, argument: cst.CSTNode) -> bool:
        call = self.facts.index.parents[argument]
        assert isinstance(call, cst.Call)
        if self.facts.flows_to_known_function(argument) or is_kept(self.facts, argument):
            return True
        for atom in present(self.facts.value(call.func)):
            if isinstance(atom, Bound) and atom.instance.kind == "container":
                return atom.method in HOLDING
            if isinstance(atom, Symbol) and (
                atom.name in ("builtins.bool", *FIELDS)
                or (atom.name in EMPTY_DICTS and all(each.keyword for each in call.args))
            ):
                return True
        return False

    # -- splitting ----------------------------------------------------------------------------

    def _splittable(self, group: Group) -> bool:
        """Whether every holder is a plain variable that a second one can stand beside."""
        stores = [store for store in group.stores if isinstance(store, cst.Assign | cst.AnnAssign)]
        if len(stores) != len(group.stores) or not stores:
            return False
        if not all(self._simple_store(store) for store in stores):
            return False
        direct = {store.value for store in stores}
        if any(site not in direct for site in group.sites):
            return False
        return all(dotted_name(node) is not None for node in group.reads)

    def _simple_store(self, store: cst.CSTNode) -> bool:
        target = store_target(store)
        line = self.facts.index.parents.get(store)
        block = self.facts.index.parents.get(line) if line is not None else None
        return (
            dotted_name(target) is not None
            and isinstance(line, cst.SimpleStatementLine)
            and len(line.body) == 1
            and isinstance(block, cst.IndentedBlock | cst.Module)
            and takes_more(self.facts, target)
        )

    def placeholders(self, group: Group) -> Iterable[cst.CSTNode]:
        """Assignments of None to the variables of a group that stand before the real ones."""
        places = {self.facts.place(store_target(store)) for store in group.stores}
        for node, assign in self._assigned_none:
            of_class = isinstance(assign, cst.Assign) and self._is_of_class(node, places)
            if (of_class or self.facts.place(node) in places) and self._simple_store(assign):
                yield assign

    def _is_of_class(self, node: cst.CSTNode, places: Iterable[tuple[object, object]]) -> bool:
        """Whether a variable of a class is what its objects have an attribute of that name for."""
        definition = self.facts.index.scope(node).node
        return isinstance(node, cst.Name) and any(
            name == node.value and isinstance(family, frozenset) and definition in family
            for family, name in places
        )

    @cached_property
    def _assigned_none(self) -> list[tuple[cst.CSTNode, cst.Assign | cst.AnnAssign]]:
        """The variables that are None first, and the assignments that make them that."""
        found: list[tuple[cst.CSTNode, cst.Assign | cst.AnnAssign]] = []
        for node, value in self.facts.values.items():
            if isinstance(node, cst.Name | cst.Attribute) and value == {Plain("None")}:
                assign = self.facts.use(node).parent
                if isinstance(assign, cst.Assign | cst.AnnAssign) and store_target(assign) == node:
                    found.append((node, assign))
        return found


def store_target(store: cst.CSTNode) -> cst.BaseExpression | None:
    """The single target of an assignment."""
    if isinstance(store, cst.AnnAssign):
        return store.target
    if isinstance(store, cst.Assign) and len(store.targets) == 1:
        return store.targets[0].target
    return None
