"""Code that changes an attribute which the new SDK only takes when it makes the object.

``chat.history = []`` becomes a new chat in the same variable, where nothing else holds the old
one and what it was made of can still be reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.chats import Chats
from genai_codemod.engine.context import Argument
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.objects import store_target
from genai_codemod.engine.reads import reader
from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import AttributeRule, CallRule
from genai_codemod.engine.signature import Binding, source_of
from genai_codemod.engine.syntax import dotted_name, literal
from genai_codemod.engine.template import WrittenList, keyword
from genai_codemod.engine.values import Instance, Object

Build = Callable[[cst.CSTNode], "cst.BaseExpression | None"]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes an attribute; ``build`` gives the new value of it, if any.

    ``original`` is what the value is converted as, None if that is not needed.
    """

    statement: cst.BaseSmallStatement
    original: cst.BaseExpression | None
    build: Build


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
                change = self._change(node, rule, owners)
                if change is not None:
                    self.renew(node, rule, owners, change)
                return

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
            return cst.Assign([cst.AssignTarget(_target(holder))], new)

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
        if not isinstance(holder, cst.Name):
            return True
        scope = self.facts.index.scope(holder)
        declared = scope.global_names | scope.nonlocal_names
        return scope.binding_scope(holder.value) is scope or holder.value in declared

    def _source(
        self, site: cst.Call, node: cst.Attribute, sites: list[cst.CSTNode]
    ) -> cst.BaseExpression | None:
        """What the object can be made of again where ``node`` stands; maybe kept for that."""
        if not isinstance(site.func, cst.Attribute):
            return None
        if self._reachable(site, node):
            return site.func.value
        source, holder = site.func.value, node.value
        if not isinstance(source, cst.Name) or not isinstance(holder, cst.Attribute):
            return None
        if not any(isinstance(atom, Object) for atom in self.facts.value(holder.value)):
            return None
        lines = [self.facts.index.statement(each) for each in sites]
        if not all(isinstance(ln, cst.SimpleStatementLine) and len(ln.body) == 1 for ln in lines):
            return None
        taken = self.plan.companions.taken
        names = (f"{holder.attr.value}_model", f"{holder.attr.value}_source")
        name = next((each for each in names if each not in taken), None)
        if name is None:
            return None
        group = self.rewriter.objects.group_of(source)
        for line in lines:
            self._keep(line, source, name, split=group is not None and group.form == "split")
        return cst.Attribute(holder.value.deep_clone(), cst.Name(name))

    def _keep(self, line: cst.CSTNode, source: cst.Name, name: str, *, split: bool) -> None:
        """Have the statement that stores an object followed by one that stores its source."""
        plan = self.plan.at(line)
        if line in plan.kept_sources:
            return
        plan.kept_sources.add(line)
        assert isinstance(line, cst.SimpleStatementLine)
        stored = store_target(line.body[0])
        assert isinstance(stored, cst.Attribute)
        target = cst.Attribute(stored.value, cst.Name(name))
        pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = [(target, source)]
        if split:
            pairs.append((self.rewriter.companion(target), self.rewriter.companion(source)))
        plan.after[line].append(
            lambda: [
                cst.Assign([cst.AssignTarget(to.deep_clone())], value.deep_clone())  # type: ignore[arg-type]
                for to, value in pairs
            ]
        )

    def _reachable(self, site: cst.Call, node: cst.CSTNode) -> bool:
        """Whether what the object was made of means the same where ``node`` stands."""
        if not isinstance(site.func, cst.Attribute):
            return False
        source = site.func.value
        if isinstance(source, cst.Call):
            texts = (argument.value for argument in source.args)
            return all(isinstance(literal(text), str) for text in texts)
        return dotted_name(source) is not None and self.chats.same_variable(source, node)

    # -- what changes -------------------------------------------------------------------------

    def _change(
        self, node: cst.Attribute, rule: AttributeRule, owners: list[Instance]
    ) -> Change | None:
        use = self.facts.use(node)
        statement = use.parent
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            if statement.value is node:
                return None
            return Change(statement, statement.value, lambda updated: updated.value)  # type: ignore[attr-defined]
        read = reader(self.facts, self.plan, rule, owners) or (lambda owner: owner)

        def current() -> cst.BaseExpression:
            return read(_target(node.value))

        if isinstance(statement, cst.Subscript):
            deleted = self.facts.index.parents.get(statement)
            if not isinstance(deleted, cst.Del) or deleted.target is not statement:
                return None
            return self._deletion(deleted, statement, node, current)
        if not isinstance(statement, cst.Attribute):
            return None
        call = self.facts.index.parents.get(statement)
        parent = self.facts.index.parents.get(call) if call is not None else None
        if not isinstance(call, cst.Call) or not isinstance(parent, cst.Expr):
            return None
        return self._method(statement.attr.value, call, parent, node, current)

    def _deletion(
        self,
        statement: cst.Del,
        target: cst.Subscript,
        node: cst.Attribute,
        current: Callable[[], cst.BaseExpression],
    ) -> Change | None:
        """``del chat.history[:2]``: what is not deleted stays."""
        part = target.slice[0].slice
        if not isinstance(part, cst.Slice) or part.step is not None:
            return None
        if part.lower is None and part.upper is None:
            return Change(statement, None, lambda _: None)
        if part.lower is not None and part.upper is not None:
            return None
        rest = cst.Slice(lower=part.upper, upper=part.lower)
        return Change(statement, node, lambda _: _part(current(), rest))

    def _method(
        self,
        method: str,
        call: cst.Call,
        statement: cst.Expr,
        node: cst.Attribute,
        current: Callable[[], cst.BaseExpression],
    ) -> Change | None:
        """``chat.history.append(turn)`` and other changes in place."""
        given = [argument.value for argument in call.args]
        if method == "clear" and not given:
            return Change(statement, None, lambda _: None)
        if method == "pop" and len(given) < 2:
            position = literal(given[0]) if given else -1
            ends: dict[object, cst.Slice] = {
                -1: cst.Slice(lower=None, upper=cst.parse_expression("-1")),
                0: cst.Slice(lower=cst.Integer("1"), upper=None),
            }
            kept = ends.get(position)
            return Change(statement, node, lambda _: _part(current(), kept)) if kept else None
        if method not in ("append", "extend") or len(given) != 1 or call.args[0].star:
            return None
        starred = method == "extend"

        def build(updated: cst.CSTNode) -> cst.BaseExpression:
            assert isinstance(updated, cst.Expr)
            assert isinstance(updated.value, cst.Call)
            return _longer(current(), updated.value.args[0].value, starred=starred)

        return Change(statement, _longer(node, given[0], starred=starred), build)


def _target(holder: cst.BaseExpression) -> cst.Name | cst.Attribute:
    copy = holder.deep_clone()
    assert isinstance(copy, cst.Name | cst.Attribute)
    return copy


def _part(value: cst.BaseExpression, part: cst.Slice) -> cst.Subscript:
    return cst.Subscript(value, [cst.SubscriptElement(part)])


def _longer(
    value: cst.BaseExpression, added: cst.BaseExpression, *, starred: bool
) -> cst.BaseExpression:
    """``[*value, added]``; a written list that is added is joined."""
    new: list[cst.BaseElement] = [cst.Element(added)]
    if starred:
        new = [cst.StarredElement(added)]
        if isinstance(added, cst.List):
            new = [e.with_changes(comma=cst.MaybeSentinel.DEFAULT) for e in added.elements]
    return WrittenList([cst.StarredElement(value), *new])
