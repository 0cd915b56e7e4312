"""Code that changes an attribute which the new SDK only takes when it makes the object.

``chat.history = []`` becomes a new chat in the same variable, where nothing else holds the old
one and what it was made of can still be reached.
"""

from __future__ import annotations

import re
from functools import partial

import libcst as cst

from genai_codemod.engine.answers.reads import reader
from genai_codemod.engine.context import Argument
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Object
from genai_codemod.engine.objects.changes import Change, Current, change_of, copy_of
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.kept_sources import NAME, SETTINGS, can_be_kept
from genai_codemod.engine.objects.object_plans import store_target
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import keyword
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of


class Renewals:
    """The changes of a module that become assignments of new objects."""

    def __init__(self, rewriter: Rewriter, chats: Chats) -> None:
        self.rewriter = rewriter
        self.facts: Facts = rewriter.facts
        self.plan = rewriter.plan
        self.chats = chats

    def plan_all(self) -> None:
        for node in self.facts.attributes:
            self._plan(node)

    def _plan(self, node: cst.Attribute) -> None:
        owners = self.facts.instances(node.value)
        if owners and self.rewriter.left.value_left(self.facts.value(node.value)):
            return
        for owner in owners:
            rule = self.facts.pack.attribute(owner.kind, node.attr.value)
            if rule is not None and rule.renews is not None:
                change = change_of(self.facts, node, partial(self._reading, node, rule, owners))
                if change is not None:
                    self.renew(node, rule, owners, change)
                return

    def _reading(self, node: cst.Attribute, rule: AttributeRule, owners: list[Instance]) -> Current:
        """How the attribute is read when it changes."""
        read = reader(self.facts, self.plan, rule, owners) or (lambda owner: owner)
        return lambda: read(copy_of(node.value))

    def renew(
        self, node: cst.Attribute, rule: AttributeRule, owners: list[Instance], change: Change
    ) -> bool:
        """Make the owner of ``node`` again, with the changed value; False if it cannot be."""
        holder = node.value
        site = self._made_by(owners)
        if site is None or self.rewriter.left.value_left(self.facts.value(holder)):
            return False
        if not self._only_holder(holder, owners):
            return False
        source = self._source(site, node, [owner.site for owner in owners])
        if source is None:
            return False
        creation, binding = next(iter(self.facts.interpreter.bindings[site].items()))
        parameter = rule.renews
        assert parameter is not None
        rest = {p: i for p, i in binding.arguments.items() if p != parameter}
        assert isinstance(site.func, cst.Attribute)
        made = site.deep_clone().with_changes(func=site.func.with_changes(value=source))
        self.facts.interpreter.bindings[made] = {creation: Binding(rest)}
        self.facts.index.parents[made] = change.statement
        self.chats.follow(made, site)
        self.rewriter.client_uses.append(node)

        def write(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(site.func, cst.Attribute)
            new = self.rewriter.render(made, creation, Binding(rest), made, site.func.value)
            assert isinstance(new, cst.Call)
            new = new.with_changes(args=[self._again(argument) for argument in new.args])
            value = change.build(updated)
            if value is not None:
                value = self._converted(creation, parameter, change, value, site)
                new = new.with_changes(args=[*new.args, keyword(parameter, value)])
            return cst.Assign([cst.AssignTarget(copy_of(holder))], new)

        self._declare(holder)
        self.plan.replace[change.statement] = write
        self.plan.renewed.add(node)
        self.plan.renewed |= {owner.site for owner in owners}
        self.plan.found(node, rule, "rewritten")
        return True

    def _again(self, argument: cst.Arg) -> cst.Arg:
        """An argument that is written a second time, replaced as it is where it stands."""
        replace = self.plan.replace.get(argument.value)
        return argument if replace is None else argument.with_changes(value=replace(argument.value))

    def _converted(
        self,
        creation: CallRule,
        parameter: str,
        change: Change,
        value: cst.BaseExpression,
        site: cst.Call,
    ) -> cst.BaseExpression:
        """A value as the new SDK takes it, by the converter of the creating call."""
        found = re.search(rf"\b(\w+)\({parameter}\)", creation.becomes or "")
        if found is None or change.original is None:
            return value
        argument = Argument(change.original, value, site, parameter)
        return self.rewriter.context.convert(found.group(1), argument)

    # -- what can be renewed ------------------------------------------------------------------

    def _made_by(self, owners: list[Instance]) -> cst.Call | None:
        """The call that makes the object, the same wherever it is made."""
        sites = [owner.site for owner in owners]
        calls = [site for site in sites if isinstance(site, cst.Call)]
        made = {source_of(site.func) for site in calls}
        return calls[0] if len(calls) == len(sites) and len(made) == 1 else None

    def _only_holder(self, holder: cst.BaseExpression, owners: list[Instance]) -> bool:
        """Whether no other variable holds the object, and this one can be assigned here."""
        if isinstance(holder, cst.Subscript):
            return self._only_in_dict(holder, owners)
        name = dotted_name(holder)
        if name is None or not self._assignable(holder):
            return False
        for owner in owners:
            for node in self.facts.by_site.get(owner.site, ()):
                if owner not in self.facts.value(node):
                    continue
                if not self._holds(node, owner, name, holder):
                    return False
        return True

    def _only_in_dict(self, holder: cst.Subscript, owners: list[Instance]) -> bool:
        """Whether nothing but one dict holds the objects, by keys that can be written again."""
        key = holder.slice[0].slice
        written = isinstance(key, cst.Index) and (
            dotted_name(key.value) is not None or literal(key.value) is not ...
        )
        return written and all(
            self._held_by_dict(node, owner, holder)
            for owner in owners
            for node in self.facts.by_site.get(owner.site, ())
            if owner in self.facts.value(node)
        )

    def _held_by_dict(self, node: cst.CSTNode, owner: Instance, holder: cst.Subscript) -> bool:
        """Whether ``node`` makes the object for the dict, or reads it there to use it at once."""
        use = self.facts.use(node)
        if node is owner.site:
            stored = store_target(use.parent) if isinstance(use.parent, cst.Assign) else None
            return stored is not None and self._is_item(stored, holder)
        if not self._is_item(node, holder):
            return use.role == "dropped"
        assigned = use.role == "stored" and getattr(use.parent, "value", None) is not node
        return assigned or use.role in ("attribute", "tested", "compared", "dropped")

    def _is_item(self, node: cst.CSTNode, holder: cst.Subscript) -> bool:
        return isinstance(node, cst.Subscript) and self._same(node.value, holder.value)

    def _holds(
        self, node: cst.CSTNode, owner: Instance, name: str, holder: cst.BaseExpression
    ) -> bool:
        """Whether ``node`` makes the object for the holder, or is the holder where it is read."""
        use = self.facts.use(node)
        if node is owner.site:
            return use.role == "stored" and self._stored_in(use.parent, name)
        if not self._same(node, holder):
            return False
        if use.role == "stored":
            return getattr(use.parent, "value", None) is not node
        return use.role in ("attribute", "tested", "compared")

    @staticmethod
    def _stored_in(assign: cst.CSTNode, name: str) -> bool:
        if isinstance(assign, cst.AnnAssign):
            return dotted_name(assign.target) == name
        return isinstance(assign, cst.Assign) and [
            dotted_name(target.target) for target in assign.targets
        ] == [name]

    def _same(self, node: cst.CSTNode, holder: cst.BaseExpression) -> bool:
        """Whether ``node`` reads the variable or the attribute that ``holder`` is."""
        if isinstance(node, cst.Attribute) and isinstance(holder, cst.Attribute):
            owners = [atom for atom in self.facts.value(holder.value) if isinstance(atom, Object)]
            if owners:
                same = self.facts.value(node.value) & set(owners)
                return node.attr.value == holder.attr.value and bool(same)
        if dotted_name(node) != dotted_name(holder):
            return False
        assert isinstance(node, cst.Name | cst.Attribute)
        return self.chats.same_variable(node, holder)

    def _assignable(self, holder: cst.BaseExpression) -> bool:
        """Whether a variable is one of the function it stands in, or of the whole module."""
        if not isinstance(holder, cst.Name):
            return True
        scope = self.facts.index.scope(holder)
        owner = scope.binding_scope(holder.value)
        declared = scope.global_names | scope.nonlocal_names
        if owner is scope or holder.value in declared:
            return True
        return owner is scope.module and isinstance(scope.node, cst.FunctionDef)

    def _declare(self, holder: cst.BaseExpression) -> None:
        """Have a function say that it assigns a variable of its module, if it did not so far."""
        scope = self.facts.index.scope(holder)
        if not isinstance(holder, cst.Name) or scope.binding_scope(holder.value) is scope:
            return
        if holder.value not in scope.global_names | scope.nonlocal_names:
            self.plan.declare_global(scope.node, holder.value)

    def _source(
        self, site: cst.Call, node: cst.Attribute, sites: list[cst.CSTNode]
    ) -> cst.BaseExpression | None:
        """What the object can be made of again where ``node`` stands; maybe kept for that."""
        if not isinstance(site.func, cst.Attribute):
            return None
        if self._reachable(site, node, sites):
            return site.func.value
        if not can_be_kept(self.facts, node.value, sites):
            return None
        self.rewriter.kept.keep(sites, {NAME, SETTINGS})
        return self.rewriter.kept.beside(node.value)

    def _reachable(self, site: cst.Call, node: cst.CSTNode, sites: list[cst.CSTNode]) -> bool:
        """Whether what the object was made of means the same where ``node`` stands."""
        if not isinstance(site.func, cst.Attribute):
            return False
        source = site.func.value
        if isinstance(source, cst.Call):
            texts = (argument.value for argument in source.args)
            return all(isinstance(literal(text), str) for text in texts)
        if dotted_name(source) is None or not self.chats.same_variable(source, node):
            return False
        return not self.chats.rebinding.matters(source, sites)
