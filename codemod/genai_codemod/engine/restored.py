"""Exceptions that only the legacy SDK raised: where code handles them, helpers raise them again."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.handlers import class_list
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.reach import Reach
from genai_codemod.engine.rules import CallRule, NameRule
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import given_to
from genai_codemod.engine.try_statements import BROAD
from genai_codemod.engine.values import Atom, Class, Function, Instance, Object, Symbol


def restore_exceptions(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Plan the calls in ``try`` statements that expect exceptions of the legacy SDK itself."""
    restorer = _Restorer(facts, plan, left)
    for statement in [node for node in facts.index.parents if isinstance(node, cst.Try)]:
        restorer.plan_try(statement)
    restorer.plan_raised()


class _Restorer:
    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left
        self.reach = Reach(facts, left)
        self._wrapped: dict[cst.CSTNode, str] = {}

    def plan_try(self, statement: cst.Try) -> None:
        named = {node: rule for node, rule in self._named(statement) if rule.restored}
        if not named and not self._is_broad(statement):
            return
        helpers: set[str] = set()
        for node in self._calls(statement):
            for rule in self.facts.interpreter.bindings.get(node, {}):
                helper = self._helper(node, rule)
                if helper is None or (not named and self._read_with_care(node, statement)):
                    continue
                if self._wrap(node, rule, helper):
                    helpers.add(helper)
        never_raised = not self._may_raise(statement)
        for reference, name_rule in named.items():
            restored = str(name_rule.restored)
            raised = any(restored in self.facts.pack.helpers[helper] for helper in helpers)
            if raised or never_raised:
                self._restore(reference, name_rule)

    def _restore(self, reference: cst.CSTNode, rule: NameRule) -> None:
        restored = self.plan.helper(str(rule.restored))
        self.plan.handled.add(reference)
        self.plan.replace[reference] = _named(restored)
        self.plan.found(reference, rule, "rewritten")

    def plan_raised(self) -> None:
        """Plan what the module raises itself, once all its handlers are planned."""
        pending = [
            (node, rule)
            for node, name in self.facts.legacy_symbols()
            if (rule := self.facts.pack.names.get(name)) is not None and rule.restored
            if node not in self.plan.handled
        ]
        raised = [(node, rule) for node, rule in pending if self._is_raised(node)]
        if len(raised) == len(pending):
            for node, rule in raised:
                self._restore(node, rule)

    def _is_raised(self, node: cst.CSTNode) -> bool:
        parent = self.facts.index.parents.get(node)
        made = parent if isinstance(parent, cst.Call) and parent.func is node else node
        return isinstance(self.facts.index.parents.get(made), cst.Raise)

    def _may_raise(self, statement: cst.Try) -> bool:
        """Whether a call that cannot be seen may reach a method that raised such exceptions."""
        raising = {
            name
            for kind in self.facts.pack.kinds.values()
            for name, rule in kind.methods.items()
            if rule.raises is not None
        }
        for node in self.facts.index.calls:
            if statement.body not in self.facts.index.ancestors(node):
                continue
            name = node.func.attr.value if isinstance(node.func, cst.Attribute) else None
            known = node in self.facts.interpreter.bindings and node not in self.left.nodes
            own = any(self._runs_code(atom) for atom in self.facts.value(node.func))
            if (name in raising and not known) or own or node in self.left.nodes:
                return True
        return False

    def _runs_code(self, atom: Atom) -> bool:
        """Whether calling something runs code of this program."""
        if isinstance(atom, Class):
            return bool(self.facts.interpreter.load(("attr", atom.node, "__init__")))
        return isinstance(atom, Function | Object)

    def _named(self, statement: cst.Try) -> Iterator[tuple[cst.CSTNode, NameRule]]:
        """The names in the handlers of a statement that have a rule."""
        todo: list[cst.CSTNode] = list(statement.handlers)
        while todo:
            node = todo.pop()
            if isinstance(node, cst.Name | cst.Attribute):
                name = self.facts.legacy_name(node, self.facts.value(node))
                rule = self.facts.pack.names.get(name) if name is not None else None
                if rule is not None:
                    yield node, rule
                    continue
            todo.extend(self.facts.index.children(node))

    def _is_broad(self, statement: cst.Try) -> bool:
        return any(
            handler.type is None
            or any(
                isinstance(atom, Symbol) and atom.name in BROAD
                for node in class_list(handler.type)
                for atom in self.facts.value(node)
            )
            for handler in statement.handlers
        )

    def _calls(self, statement: cst.Try) -> set[cst.Call]:
        """The calls in reach of a statement, and those whose streams it reads."""
        found = set(self.reach.of(statement.body).migrated)
        for node in self._expressions(statement.body):
            if self.facts.use(node).role == "iterated":
                sites = {a.site for a in self.facts.value(node) if isinstance(a, Instance)}
                found |= {site for site in sites if isinstance(site, cst.Call)}
        return found - self.left.nodes

    def _expressions(self, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        inside = self.facts.index.within(node)
        return (each for each in inside if isinstance(each, cst.BaseExpression))

    def _helper(self, node: cst.Call, rule: CallRule) -> str | None:
        """The helper that raises what this call, or its stream, raised."""
        position = self.facts.binding(node, rule).arguments.get("stream")
        flag = literal(node.args[position].value) if position is not None else False
        if flag is True:
            return rule.stream_raises
        return rule.raises if flag in (False, None) else None

    def _read_with_care(self, node: cst.Call, statement: cst.Try) -> bool:
        """Whether the statement reads the result in a way that raises anyway, or a stream."""
        if any(self._helper(node, rule) == rule.stream_raises for rule in self._rules(node)):
            return True
        for candidate in self._expressions(statement.body):
            if not isinstance(candidate, cst.Attribute):
                continue
            for atom in self.facts.value(candidate.value):
                if isinstance(atom, Instance) and atom.site is node:
                    read = self.facts.pack.attribute(atom.kind, candidate.attr.value)
                    if read is not None and read.raises is not None:
                        return True
        return False

    def _rules(self, node: cst.Call) -> list[CallRule]:
        return list(self.facts.interpreter.bindings.get(node, {}))

    def _wrap(self, node: cst.Call, rule: CallRule, helper: str) -> bool:
        target: cst.CSTNode = node
        if rule.awaits:
            target = self.facts.index.parents[node]
            if not isinstance(target, cst.Await):
                return False
        if target not in self._wrapped and target not in self.plan.checked:
            self._wrapped[target] = self.plan.helper(helper)
            self.plan.wrap[target] = _given_to(helper, self.plan.wrap.get(target))
        return True


def _named(name: str) -> Replace:
    return lambda _: cst.Name(name)


def _given_to(helper: str, outer: Replace | None) -> Replace:
    """A call of the helper with an expression, inside of what is written around it anyway."""

    def wrap(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.BaseExpression)
        checked = given_to(helper, updated)
        return checked if outer is None else outer(checked)

    return wrap
