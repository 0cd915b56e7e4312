"""Plans what becomes of legacy names that are not called, and of calls on unknown objects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import libcst as cst

from genai_codemod.engine.enums.unset_members import gives_unset, met_by
from genai_codemod.engine.flow.annotations import annotated_elements, given_beside, looped
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    UNKNOWN,
    Instance,
    Symbol,
    instances,
    present,
)
from genai_codemod.engine.imports.fallbacks import Substitutes
from genai_codemod.engine.imports.reexports import EXPORTED, can_be_imported, import_of
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.kept_modules import only_called_on, only_given_on
from genai_codemod.engine.objects.object_plans import SettledObjects
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.planning.old_names import OldNames
from genai_codemod.engine.planning.unknown_receivers import UnknownReceivers
from genai_codemod.engine.rule_packs.rules import NameRule, Rule
from genai_codemod.engine.rule_packs.template import render
from genai_codemod.engine.syntax.module_syntax import COMPREHENSIONS, leftmost, source_of
from genai_codemod.engine.syntax.strings import text_of
from genai_codemod.engine.tracing.class_tests import asked_for_class

UNKNOWN_NAME = Rule("legacy.unknown-name", guide="https://ai.google.dev/gemini-api/docs/migrate")
TOGETHER = "migrate this together with the objects that it stands for."
MIXED = Rule("legacy.compared")
MIXED_MESSAGE = "what this is compared with comes from the old SDK: migrate both together."
MODULE_AS_VALUE = Rule("legacy.module-as-value")
# What goes through all that it is given.
LISTING = frozenset(
    {
        "builtins.enumerate", "builtins.iter", "builtins.len", "builtins.list", "builtins.reversed",
        "builtins.set", "builtins.tuple", "builtins.zip",
    }
)  # fmt: skip
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")


class ReferencePlanner:
    """Plans names; calls are planned by the rewriter, attributes by :mod:`attributes`."""

    def __init__(
        self, facts: Facts, plan: Plan, objects: SettledObjects, chats: Chats, left: LeftAlone
    ) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.objects = objects
        self.chats = chats
        self.left = left
        self.remaining: list[cst.CSTNode] = []
        self.kept_names: set[str] = set()
        self.exported: dict[str, tuple[cst.CSTNode, NameRule]] = {}
        self.substitutes = Substitutes(facts, plan)
        self.unknown = UnknownReceivers(facts, plan, left)

    def plan_all(self) -> None:
        compared = []
        # What becomes of the module itself depends on what becomes of all that is read of it.
        names = sorted(self.facts.legacy_symbols(), key=lambda each: each[1] in self.pack.packages)
        for node, name in names:
            if met_by(self.facts, node) and not self.pack.shared:
                compared.append((node, name))
            else:
                self._plan_name(node, name)
        old = OldNames(self.facts, self.remaining if compared else ())
        for node, name in compared:
            sides = met_by(self.facts, node)
            if any(old.holds(side) or self._is_left(side) for side in sides):
                self._leave(node, MIXED, MIXED_MESSAGE)
            else:
                self._plan_name(node, name)
        self.remaining += self.facts.going_on
        for string in self.facts.index.nodes(cst.SimpleString):
            self._plan_string(string)
        self.unknown.plan_all()

    # -- names --------------------------------------------------------------------------------

    def _is_left(self, expression: cst.CSTNode) -> bool:
        """Whether an expression reads what a call gives that is left, in any file."""
        values = (self.facts.value(node) for node in self.facts.index.within(expression))
        return any(map(self.left.value_left, values))

    def _plan_name(self, node: cst.CSTNode, name: str) -> None:
        parent = self.facts.index.parents.get(node)
        called = isinstance(parent, cst.Call) and parent.func is node
        if node in self.plan.handled or name in self.pack.exceptions:
            return
        if node in self.left:
            self.remaining.append(node)
            return
        if called and parent in self.plan.kept_calls:
            self.remaining.append(node)
            return
        if called and parent in self.plan.handled:
            return
        found = self._rule(node, name)
        if found is None:
            self._no_rule(node, name)
            return
        target, rule = found
        if self.pack.shared and rule.annotates and not self._stands_for_migrated(target):
            self.remaining.append(node)
            return
        if (kept := self._why_left(node, rule)) is not None:
            self._leave(node, rule, kept)
            return
        if not self._fits(node, target, rule):
            message = (
                f"{source_of(node)} is used in a way that has no counterpart: write this by hand."
            )
            self._leave(node, rule, message)
            return
        if not self.substitutes.keeps(target, rule):
            self._rewrite(node, target, rule)
        given = rule.unset and gives_unset(self.facts, self.plan, self.left, target, rule)
        if rule.review is not None and not given:
            self.plan.found(node, rule, "review", rule.review)
        else:
            self.plan.found(node, rule, "rewritten")

    def _why_left(self, node: cst.CSTNode, rule: NameRule) -> str | None:
        if rule.manual is None and asked_for_class(self.facts, node) is not None and rule.tested:
            return rule.tested
        return TOGETHER if rule.manual is None and self._annotates_left(node, rule) else rule.manual

    def _leave(self, node: cst.CSTNode, rule: Rule, message: str) -> None:
        self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", message)
        self.remaining.append(node)

    def _rewrite(self, node: cst.CSTNode, target: cst.CSTNode, rule: NameRule) -> None:
        """Plan what ``target``, the part of ``node`` that the rule is about, becomes."""
        if rule.iterates is not None and self.facts.use(target).role == "iterated":
            listed = rule.iterates
            self.plan.replace[target] = lambda _: self._spelled(listed)
            loop = self.facts.enclosing(target, cst.For, *COMPREHENSIONS)
            if loop is not None and (".value" in source_of(loop) or "int(" in source_of(loop)):
                message = "the members are named now and have no numbers: compare their names."
                self.plan.found(node, rule, "review", message)
        elif rule.becomes is not None:
            wrapper = self._iterated_as(target)
            self.plan.replace[target] = lambda _: self._named(target, rule, wrapper)
            if wrapper is None and self._all_members(target):
                message = f"{rule.becomes} may have other members: write out those that are meant."
                self.plan.found(node, rule, "review", message)

    def _all_members(self, target: cst.CSTNode) -> bool:
        """Whether all members of an enum are gone through, listed or counted."""
        use = self.facts.use(target)
        call = self.facts.index.parents.get(use.parent) if use.role == "argument" else None
        return use.role == "iterated" or (
            isinstance(call, cst.Call)
            and any(
                isinstance(atom, Symbol) and atom.name in LISTING
                for atom in self.facts.value(call.func)
            )
        )

    # -- names in strings ---------------------------------------------------------------------

    def _plan_string(self, node: cst.SimpleString) -> None:
        """An annotation written as a string, or a name that ``__all__`` exports."""
        text = text_of(node)
        if not isinstance(text, str):
            return
        if self.facts.enclosing(node, cst.Annotation) is not None:
            self._plan_quoted(node, text)
        elif text in self.facts.import_names and self._exported(node):
            self.export(node, text)

    def export(self, node: cst.CSTNode, name: str) -> None:
        """Go on binding a name of the module that others may import, if an import binds it."""
        symbol = self._imported(name)
        if symbol is None or symbol in self.pack.packages:
            return
        rule = self.pack.names.get(symbol)
        if rule is not None and can_be_imported(rule):
            self.exported[name] = node, rule
        else:
            self._keep_exported(node, name)

    def import_exported(self, kept: set[str]) -> None:
        """Import what is exported from the new SDK, unless its old import is ``kept``."""
        for name, (node, rule) in self.exported.items():
            if name not in kept:
                self.plan.imports.add(import_of(rule, name))
                self.plan.found(node, rule, "rewritten")

    def _keep_exported(self, node: cst.CSTNode, name: str) -> None:
        if not self.pack.shared:
            message = f"other files may import {name} from here: export something else."
            self.plan.found(node, EXPORTED, "manual", message)
        self.kept_names.add(name)

    def _imported(self, dotted: str) -> str | None:
        """The legacy name that a dotted name means by the imports of the module, if it does."""
        root, _, rest = dotted.partition(".")
        if root not in self.facts.import_names:
            return None
        value = self.facts.interpreter.load(("name", self.facts.module, root))
        names = (
            self.pack.canonical(f"{atom.name}.{rest}" if rest else atom.name)
            for atom in value
            if isinstance(atom, Symbol)
        )
        return next(filter(self.pack.is_legacy, names), None)

    def _exported(self, node: cst.CSTNode) -> bool:
        assign = self.facts.enclosing(node, cst.Assign, cst.AnnAssign, cst.AugAssign)
        return assign is not None and source_of(assign).lstrip().startswith("__all__")

    def _plan_quoted(self, node: cst.SimpleString, text: str) -> None:
        found: dict[str, NameRule] = {}
        for dotted in sorted(set(_DOTTED.findall(text)), key=len, reverse=True):
            name = self._imported(dotted)
            if name is None:
                continue
            root, rule = dotted.partition(".")[0], self.pack.names.get(name)
            if self.pack.shared and (rule is None or rule.annotates):
                self.kept_names.add(root)
                continue
            if rule is None or rule.becomes is None:
                message = f"{dotted} has no counterpart in google.genai that is known here."
                manual = self.pack.manual(name) or replace(UNKNOWN_NAME, manual=message)
                self.plan.found(node, manual, "manual", manual.manual or message)
                self.kept_names.add(root)
                continue
            if self._annotates_left(node, rule):
                self._leave_quoted(node, [root], rule)
                return
            found[dotted] = rule
            self.plan.found(node, rule, "rewritten")
        if found:
            self.plan.replace[node] = lambda _: self._quoted(node, text, found)

    def _leave_quoted(self, node: cst.SimpleString, roots: Iterable[str], rule: NameRule) -> None:
        self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", TOGETHER)
        self.kept_names.update(roots)

    def _quoted(
        self, node: cst.SimpleString, text: str, found: dict[str, NameRule]
    ) -> cst.SimpleString:
        """A string with the new name of each legacy name in it."""
        for dotted, rule in found.items():
            spelled = source_of(self._named(node, rule, None))
            text = re.sub(rf"(?<![\w.]){re.escape(dotted)}(?!\w)", spelled, text)
            self.plan.quoted.add(spelled.partition(".")[0])
        return cst.SimpleString(f"{node.prefix}{node.quote}{text}{node.quote}")

    def _fits(self, node: cst.CSTNode, target: cst.CSTNode, rule: NameRule) -> bool:
        """Whether the rule for a name is right for what is done with it here."""
        if node is not target and not _is_member(node, target):
            return False
        if rule.annotates and self.facts.asked_about(node) is not None:
            atoms = present(annotated_elements(self.facts, node))
            own = [a for a in atoms if isinstance(a, Instance) and a.kind == self.objects.kind]
            return bool(own) and len(own) == len(atoms)
        if rule.annotates:
            return not self.left.value_left(annotated_elements(self.facts, node)) and (
                self.facts.enclosing(node, cst.Annotation) is not None
                or bool(given_beside(self.facts, node))
            )
        use = self.facts.use(target)
        return not isinstance(self.facts.index.parents.get(use.parent), cst.ClassDef)

    def _rule(self, node: cst.CSTNode, name: str) -> tuple[cst.CSTNode, NameRule] | None:
        """The rule for a name or for the longest part of it that has one."""
        while True:
            rule = self.pack.names.get(name)
            if rule is not None:
                return node, rule
            if not isinstance(node, cst.Attribute) or "." not in name:
                return None
            node = node.value
            inner = self.facts.legacy_name(node, self.facts.value(node))
            if inner is None:
                return None
            name = inner

    def _named(self, node: cst.CSTNode, rule: NameRule, wrapper: str | None) -> cst.BaseExpression:
        assert rule.becomes is not None
        if self._annotates_pair(node, rule):
            return cst.Name("dict")
        is_awaited = self.chats.only_awaited(annotated_elements(self.facts, node))
        spelled = self._spelled((is_awaited and rule.asynchronous) or rule.becomes)
        if wrapper is None:
            return spelled
        index = cst.SubscriptElement(cst.Index(spelled))
        return cst.Subscript(cst.Name(wrapper), [index])

    def _iterated_as(self, node: cst.CSTNode) -> str | None:
        """What to annotate a stream with: it was the same class as a complete answer."""
        outer = self.facts.index.parents.get(node)
        while isinstance(outer, cst.BinaryOperation | cst.Index | cst.SubscriptElement) or (
            isinstance(outer, cst.Subscript) and source_of(outer.value).endswith("Optional")
        ):
            outer = self.facts.index.parents.get(outer)
        if not isinstance(outer, cst.Annotation):
            return None
        value = present(annotated_elements(self.facts, node))
        kinds = {
            self.pack.kinds.get(atom.kind) if isinstance(atom, Instance) else None
            for atom in (looped(self.facts, outer) if value <= UNKNOWN else value)
        }
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind is None or kind.annotated is None:
            return None
        module, _, name = kind.annotated.rpartition(".")
        if name not in self.plan.taken:
            self.plan.imports.add(f"from {module} import {name}")
        return name

    def _spelled(self, becomes: str) -> cst.BaseExpression:
        names = {
            module: (lambda module=module: self.plan.module(module))
            for module in ("types", "errors", "genai")
        }
        return render(becomes, names, {}, frozenset())

    def _annotates_pair(self, node: cst.CSTNode, rule: NameRule) -> bool:
        """Whether this annotates a model object that is a dict of name and configuration."""
        if not self._stands_for_model(rule):
            return False
        value = annotated_elements(self.facts, node)
        groups = [self.objects.groups.get(atom.site) for atom in instances(value)]
        return any(group is not None and group.form == "pair" for group in groups)

    def _annotates_left(self, node: cst.CSTNode, rule: NameRule) -> bool:
        """Whether what an annotation is for stays, or may be, an object of the legacy SDK."""
        annotation = self.facts.enclosing(node, cst.Annotation)
        if annotation is None:
            left = self.left.value_left(annotated_elements(self.facts, node))
            return left or node in self.left.tests
        owner = self.facts.index.parents.get(annotation)
        given = owner.value if isinstance(owner, cst.AnnAssign) else None
        if isinstance(given, cst.Await):
            given = given.expression
        if isinstance(given, cst.Call) and self.unknown.includes(given):
            return True
        value = annotated_elements(self.facts, node)
        return self.left.holds_left(value) or (
            self._stands_for_model(rule) and bool(value) and not instances(value)
        )

    def _stands_for_model(self, rule: NameRule) -> bool:
        """Whether a class is the one whose objects become something else: a name, or a dict."""
        kind = self.pack.kinds.get(self.objects.kind)
        return kind is not None and rule.legacy in kind.annotation

    def _stands_for_migrated(self, node: cst.CSTNode) -> bool:
        """Whether a class is named for objects that all become those of the new SDK."""
        atoms = present(annotated_elements(self.facts, node))
        return bool(atoms) and all(
            isinstance(atom, Instance) and not self.left.value_left(frozenset({atom}))
            for atom in atoms
        )

    def _no_rule(self, node: cst.CSTNode, name: str) -> None:
        if self.pack.shared:
            self.remaining.append(node)
            return
        use = self.facts.use(node)
        if name in self.pack.packages:
            kept = only_called_on(self.facts, self.plan, node, use)
            given = kept or only_given_on(self.facts, self.plan, node, use)
            if given or use.role in ("tested", "compared", "dropped"):
                self.plan.module_values.add(leftmost(node))
                return
            message = "the module is used as a value here: pass the client or a function instead."
            self._leave(node, MODULE_AS_VALUE, message)
        elif (manual := self.pack.manual(name)) is not None and manual.manual is not None:
            self._leave(node, manual, manual.manual)
        elif (call := self.pack.calls.get(name)) is not None:
            shown = source_of(node)
            message = f"write a function or lambda that calls google.genai instead of {shown}."
            self._leave(node, call, message)
        else:
            message = f"{source_of(node)} has no counterpart in google.genai that is known here."
            self._leave(node, UNKNOWN_NAME, message)


def _is_member(node: cst.CSTNode, owner: cst.CSTNode) -> bool:
    """Whether a node names a member of an enum, or asks a member for its name."""
    if not isinstance(node, cst.Attribute):
        return False
    if node.attr.value == "name" and isinstance(node.value, cst.Attribute):
        return node.value.value is owner and node.value.attr.value.isupper()
    return node.attr.value.isupper()
