"""Attributes of an object that can be absent now: the legacy SDK gave an empty object instead.

``call = part.function_call`` was never None, so that ``call.name == "add"`` could be asked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import AttributeRule
from genai_codemod.engine.rule_packs.template import atomic, expression
from genai_codemod.engine.syntax.module_syntax import COMPREHENSIONS, source_of
from genai_codemod.engine.syntax.parts import parts
from genai_codemod.engine.syntax.uses import CONDITIONS, is_searched
from genai_codemod.engine.tracing.block_ends import leaves

ASKED = ("tested", "compared")
INSIDE = ("attribute", "operand", "passed on")
SHOWN = (
    "argument",
    "formatted",
    "stored",
    "returned",
    "element",
    "passed on",
    "attribute",
    "matched",
)


class AbsentOwners:
    """Plans reads of an attribute whose owner may be None."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left

    def plan_all(self) -> None:
        for node in self.facts.attributes:
            if node in self.plan.wrap:
                continue
            rule = self._rule(node)
            if rule is None or rule.absent is None:
                continue
            if self.left.value_left(self.facts.value(node.value)):
                continue
            sources = list(self._sources(node.value))
            role = self._role(node)
            if sources and role and not self._asked(node, [source_of(node.value), *sources]):
                alone = isinstance(self.facts.index.parents.get(node), CONDITIONS)
                self.plan.wrap[node] = partial(_guarded, rule.absent, role, alone)
                self.plan.found(node, rule, "rewritten")

    def _rule(self, node: cst.Attribute) -> AttributeRule | None:
        """The rule for an attribute, if its owner is of one kind."""
        kind = self.facts.kind(node.value)
        return self.facts.pack.attribute(kind, node.attr.value) if kind is not None else None

    def _sources(self, owner: cst.BaseExpression) -> Iterator[str]:
        """The attributes that gave an object, if nothing else did; they may be None."""
        if isinstance(owner, cst.Attribute):
            rule = self._rule(owner)
            if rule is not None and rule.guards is not None:
                yield source_of(owner)
        if not isinstance(owner, cst.Name):
            return
        values = list(self._assigned(owner))
        if values and all(self._may_be_absent(value) for value in values):
            yield from (source_of(value) for value in values if value is not None)

    def _may_be_absent(self, node: cst.CSTNode | None) -> bool:
        """Whether an expression reads such an attribute, or calls a function that returns one."""
        if isinstance(node, cst.Attribute):
            rule = self._rule(node)
            return rule is not None and rule.guards is not None
        if not isinstance(node, cst.Call):
            return False
        called = [a.node for a in self.facts.value(node.func) if isinstance(a, Function)]
        return bool(called) and any(
            isinstance(given.value, cst.Attribute)
            and self.facts.enclosing(given, cst.FunctionDef) in called
            and self._may_be_absent(given.value)
            for given in self.facts.index.nodes(cst.Return)
        )

    def _assigned(self, name: cst.Name) -> Iterator[cst.CSTNode | None]:
        """What the assignments of a variable assign."""
        scope = self.facts.index.scope(name)
        for node in self.facts.index.nodes(cst.Name):
            if node.value != name.value:
                continue
            parent = self.facts.index.parents.get(node)
            if isinstance(parent, cst.AssignTarget):
                parent = self.facts.index.parents[parent]
            target = getattr(parent, "target", None) is node or isinstance(parent, cst.Assign)
            if target and self.facts.index.scope(node) is scope:
                yield getattr(parent, "value", None)

    def _role(self, node: cst.Attribute) -> str:
        """How a value is used, where an empty one would do; else nothing."""
        use = self.facts.use(node)
        if use.role == "element" and self._is_assigned(use.parent):
            return ""
        if use.role == "argument":
            found = self.facts.argument_of(use.parent)
            known = found is not None and found[0] in self.facts.interpreter.bindings
            return "" if known else use.role
        if use.role == "stored" and getattr(use.parent, "value", None) is not node:
            return ""
        if isinstance(use.parent, cst.BinaryOperation) or is_searched(use):
            return "operand"
        if use.role == "item" and isinstance(use.parent, cst.Subscript):
            return "operand" if isinstance(use.parent.slice[0].slice, cst.Slice) else ""
        if use.role == "attribute" and self.facts.use(use.parent).role != "callee":
            return ""
        return use.role if use.role in (*ASKED, *SHOWN) else ""

    def _is_assigned(self, node: cst.CSTNode) -> bool:
        """Whether something is assigned to what a tuple or list names."""
        while isinstance(node, cst.Tuple | cst.List | cst.Element):
            child, node = node, self.facts.index.parents[node]
        if isinstance(node, cst.For | cst.CompFor):
            return node.target is child
        return isinstance(node, cst.AssignTarget)

    # -- tests that stand before --------------------------------------------------------------

    def _asked(self, node: cst.CSTNode, texts: list[str]) -> bool:
        """Whether an enclosing or earlier test asks for the object."""
        child: cst.CSTNode = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef | cst.Lambda):
                return False
            if any(_mentions(test, texts) for test in _tests(parent, child)):
                return True
            if isinstance(parent, cst.If) and child is parent.body and _reads(parent.test, texts):
                return True
            child = parent
        return False


def _tests(parent: cst.CSTNode, child: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The tests that decide whether ``child`` of ``parent`` is reached."""
    match parent:
        case cst.If(test=test) | cst.While(test=test) | cst.IfExp(test=test) if child is not test:
            yield test
        case cst.BooleanOperation(left=left, right=right) if child is right:
            yield left
        case cst.IndentedBlock() | cst.Module():
            for statement in parent.body:
                if statement is child:
                    return
                yield from _left_early(statement)
    if isinstance(parent, COMPREHENSIONS):
        clause: cst.CompFor | None = parent.for_in
        while clause is not None:
            yield from (condition.test for condition in clause.ifs)
            clause = clause.inner_for_in


def _left_early(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The test of a statement that leaves the block where the test fails."""
    if isinstance(statement, cst.SimpleStatementLine):
        yield from (small.test for small in statement.body if isinstance(small, cst.Assert))
    elif isinstance(statement, cst.If) and isinstance(statement.body, cst.IndentedBlock):
        if leaves(statement.body):
            yield statement.test


def _mentions(test: cst.CSTNode, texts: list[str]) -> bool:
    """Whether a test asks for an object itself, not only for an attribute of it."""
    shown = source_of(test)
    return any(_asks(shown, text) for text in texts)


def _reads(test: cst.CSTNode, texts: list[str]) -> bool:
    """Whether a test holds only where an attribute of the object has a value."""
    shown = source_of(test)
    if re.search(r"\bnot\b|!=", shown):
        return False
    return any(re.search(rf"(?<![\w.]){re.escape(text)}\.", shown) for text in texts)


def _asks(shown: str, text: str) -> bool:
    if re.search(rf"(?<![\w.]){re.escape(text)}(?![\w.\[(])", shown):
        return True
    owner, _, field = text.rpartition(".")
    return bool(owner) and bool(re.search(rf"""["']{field}["'] in {re.escape(owner)}\b""", shown))


def _guarded(absent: str, role: str, alone: bool, updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Attribute)
    owner, read = source_of(updated.value), source_of(updated)
    if _calls(updated.value):
        return expression(f'getattr({owner}, "{updated.attr.value}", {absent})')
    if role in ASKED:
        return expression(f"{owner} and {read}" if alone else f"({owner} and {read})")
    shown = expression(f"{read} if {owner} else {absent}")
    return atomic(shown) if role in INSIDE else shown


def _calls(node: cst.CSTNode) -> bool:
    """Whether an expression calls something, and so must not be written twice."""
    return isinstance(node, cst.Call) or any(_calls(child) for child in parts(node))
