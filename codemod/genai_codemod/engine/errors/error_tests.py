"""Plans tests of a caught error: its class, the name of its class, and its attributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.errors.besides import Besides
from genai_codemod.engine.errors.class_names import ClassNames, condition
from genai_codemod.engine.errors.conditions import Errors
from genai_codemod.engine.errors.error_attributes import (
    ANY_ERROR,
    OWN_ERROR,
    give_missing,
    mark_lacking,
    mark_late,
)
from genai_codemod.engine.errors.handlers import class_list, class_texts
from genai_codemod.engine.errors.retry_objects import plan_retry_object
from genai_codemod.engine.errors.retrying import plan_retry
from genai_codemod.engine.errors.try_statements import TryPlanner
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Symbol
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import AttributeRule, ErrorRule
from genai_codemod.engine.rule_packs.signature import parameter_of
from genai_codemod.engine.rule_packs.template import render
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_of
from genai_codemod.engine.tracing.reach import Reached

References = dict[cst.CSTNode, ErrorRule]


@dataclass(frozen=True, slots=True)
class Handed:
    """A call in a handler that is given the error that it caught."""

    call: cst.Call
    argument: cst.Arg
    handler: cst.ExceptHandler


class ErrorTests:
    """Plans what handlers and predicates ask of an error; ``planned`` are the classes named."""

    def __init__(self, facts: Facts, plan: Plan, tries: TryPlanner) -> None:
        self.facts = facts
        self.plan = plan
        self.tries = tries
        self.planned: set[cst.CSTNode] = set()
        self.names = ClassNames(facts, plan, tries.spell, self._besides)

    def plan_all(self, pending: References) -> None:
        """Plan ``isinstance(error, X)`` and predicates made of classes."""
        for call in self.facts.index.calls:
            for atom in self.facts.value(call.func):
                if not isinstance(atom, Symbol):
                    continue
                if atom.name == "builtins.isinstance" and len(call.args) == 2:
                    self._plan_isinstance(call, pending)
                else:
                    plan_retry(self, call, atom.name, pending)
                    plan_retry_object(self, call, pending)

    # -- classes ------------------------------------------------------------------------------

    def named(self, argument: cst.Arg, pending: References) -> References | None:
        """The legacy classes in an argument, or None if one has no counterpart."""
        named: References = {n: pending[n] for n in class_list(argument.value) if n in pending}
        if not named or any(rule.becomes is None for rule in named.values()):
            return None
        return named

    def _plan_isinstance(self, call: cst.Call, pending: References) -> None:
        error, classes = call.args
        named = self.named(classes, pending)
        if named is None or dotted_name(error.value) is None:
            return
        library = self._library(error.value)
        if library != "old" and not self._beside_new(call):
            self._plan_condition(call, classes, named, library)
        self.planned |= named.keys()

    def _beside_new(self, call: cst.Call) -> bool:
        """Whether the same condition asks for a class of the new SDK already."""
        condition: cst.CSTNode = call
        for parent in self.facts.index.ancestors(call):
            if not isinstance(parent, cst.BooleanOperation):
                break
            condition = parent
        return any(is_new_error(self.facts, node) for node in self.facts.index.within(condition))

    def _plan_condition(
        self, call: cst.Call, classes: cst.Arg, named: References, library: str
    ) -> None:
        kept = self.kept(classes, named, library)
        besides = self._besides(call, source_of(call.args[0].value), list(named.values()))

        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Call)
            errors = self.errors(updated.args[1], named, kept, besides)
            text = errors.test(source_of(updated.args[0].value), self.tries.spell, certain=False)
            return condition(self.facts, call, text)

        self.plan.replace[call] = build
        self.report(named, library)

    def kept(self, classes: cst.Arg, named: References, library: str) -> list[int]:
        """The positions of the classes that stay in an argument."""
        return [
            position
            for position, node in enumerate(class_list(classes.value))
            if library == "both" or node not in named
        ]

    def errors(
        self, updated: cst.Arg, named: References, kept: list[int], besides: tuple[str, ...] = ()
    ) -> Errors:
        """What the classes in an argument stand for now."""
        elements = class_texts(updated.value)
        others = [*(elements[position] for position in kept), *besides]
        return Errors.of(list(named.values()), others, self.facts.pack)

    def report(self, named: References, library: str) -> None:
        """Say that classes were rewritten; their imports go where only they used them."""
        for node, rule in named.items():
            if rule.review is not None:
                self.plan.found(node, rule, "review", rule.review)
            else:
                self.plan.found(node, rule, "rewritten")
            if library == "new":
                self.tries.gone.add(node)

    def _besides(
        self, test: cst.CSTNode, error: str, rules: Sequence[ErrorRule]
    ) -> tuple[str, ...]:
        """What a call raises besides, where a test asks for what said so before."""
        return self.besides(rules, self._reached(test, error))

    def besides(self, rules: Sequence[ErrorRule], reached: Reached | None) -> tuple[str, ...]:
        """The same where it is known what is called, or that this is not seen."""
        classes = self.tries.caught_besides(rules, reached).classes
        self.plan.imports |= {f"import {name.rpartition('.')[0]}" for name in classes}
        return classes

    def _library(self, error: cst.BaseExpression) -> str:
        """Whose errors an expression can be: those of the statement that caught it."""
        reached = self._reached(error, source_of(error))
        return self.tries.module_library if reached is None else self.tries.library(reached)

    def _reached(self, node: cst.CSTNode, error: str) -> Reached | None:
        """What the statement runs that caught what is known as ``error`` where a node stands."""
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.ExceptHandler) and _alias(parent) == error:
                statement = self.facts.index.parents[parent]
                assert isinstance(statement, cst.Try | cst.TryStar)
                return self.tries.reach.of(statement.body)
        return None

    # -- what is asked of a caught error --------------------------------------------------------

    def plan_errors(self, references: References) -> None:
        """Plan what the handlers of migrated calls ask of the error."""
        handed: list[Handed] = []
        for handler in self.facts.index.nodes(cst.ExceptHandler):
            alias = _alias(handler)
            if alias is None:
                continue
            statement = self.facts.index.parents[handler]
            assert isinstance(statement, cst.Try)
            reached = self.tries.reach.of(statement.body)
            library = self.tries.library(reached)
            classes = class_list(handler.type)
            own = any(node in references for node in classes)
            if library == "old" or not (own or reached.new):
                continue
            if library == "new":
                self._plan_questions(handler.body, alias, OWN_ERROR if own else ANY_ERROR)
                handed += self._handed(handler, alias)
            if all(node in references for node in classes):
                mark_lacking(self.facts, self.plan, handler.body, alias)
            besides = self.tries.besides.get(handler)
            if besides is not None:
                give_missing(self.facts, self.plan, handler.body, alias, besides)
            elif not own and self._may_be_late(statement, reached):
                mark_late(self.facts, self.plan, handler.body, alias)
        self._plan_functions(handed)

    def _may_be_late(self, statement: cst.Try, reached: Reached) -> bool:
        """Whether a handler for any exception is given those of calls that take too long."""
        besides = [self.tries.besides.get(handler) for handler in statement.handlers]
        handled = any(each is not None and each.late is not None for each in besides)
        return not handled and self.tries.limits(reached)

    def _handed(self, handler: cst.ExceptHandler, alias: str) -> Iterator[Handed]:
        """The calls in a handler that are given the error."""
        for call in self.facts.index.within(handler.body):
            if isinstance(call, cst.Call):
                for node in call.args:
                    if _is_name(node.value, alias):
                        yield Handed(call, node, handler)

    def _plan_functions(self, handed: Sequence[Handed]) -> None:
        """Plan what functions ask of an error that only handlers of migrated calls give them."""
        asked: dict[tuple[cst.FunctionDef, str], list[Handed]] = defaultdict(list)
        for each in handed:
            for atom in self.facts.value(each.call.func):
                if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef):
                    name = parameter_of(atom, each.call, each.argument)
                    if name is not None and atom.node in self.facts.index:
                        asked[atom.node, name].append(each)
        for (function, name), given in asked.items():
            if len(given) == len(self.facts.callers.of(function)):
                self._plan_questions(function.body, name, ANY_ERROR)
            besides = [self.tries.besides.get(each.handler) for each in given]
            caught = Besides.joined([each for each in besides if each is not None])
            if caught is not None:
                give_missing(self.facts, self.plan, function.body, name, caught)

    def _plan_questions(self, body: cst.BaseSuite, alias: str, kind: str) -> None:
        self._plan_parts(body, alias, kind)
        for node in self.facts.index.within(body):
            if isinstance(node, cst.Comparison):
                self.names.plan_comparison(node, alias)
                self._plan_identity(node, alias, kind)
            elif isinstance(node, cst.Attribute) and _is_name(node.value, alias):
                self._plan_attribute(node, kind)
            elif isinstance(node, cst.Call) and node.args and _is_name(node.args[0].value, alias):
                self._plan_asked(node, kind)

    def _plan_asked(self, node: cst.Call, kind: str) -> None:
        """``getattr(error, "grpc_status_code", None)``."""
        rule = self._asked(node, kind)
        if rule is not None and rule.manual is not None:
            self.plan.found(node, rule, "manual", rule.manual)

    def _asked(self, node: cst.Call, kind: str) -> AttributeRule | None:
        """The rule for what ``getattr`` or ``hasattr`` asks an object of a kind for."""
        names = (self.facts.attribute_asked(node, each) for each in ("getattr", "hasattr"))
        name = next((name for name in names if name is not None), None)
        return self.facts.pack.attribute(kind, name) if name is not None else None

    def _plan_parts(self, body: cst.BaseSuite, alias: str, kind: str) -> None:
        """Plan what is asked of ``error.code``, and of a variable that holds it."""
        parts = dict(self._parts(body, alias, kind))
        for node in self.facts.index.within(body):
            if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
                rule = self.facts.pack.attribute(parts.get(node.value.value, ""), node.attr.value)
                if rule is not None and rule.manual is not None:
                    self.plan.found(node, rule, "manual", rule.manual)
                elif rule is not None and rule.becomes is not None:
                    self._replace_attribute(node, rule)
            elif isinstance(node, cst.Call) and node.args:
                rule = self._asked(node, parts.get(source_of(node.args[0].value), ""))
                if rule is not None and not _falls_back_on_itself(node):
                    message = rule.manual or f"there is no {rule.name}: it is the number itself."
                    self.plan.found(node, rule, "review", message)

    def _parts(self, body: cst.BaseSuite, alias: str, kind: str) -> Iterator[tuple[str, str]]:
        """Each expression that reads such a part of the error, and variable, with its kind."""
        for node in self.facts.index.within(body):
            name = None
            if isinstance(node, cst.Attribute) and _is_name(node.value, alias):
                name = node.attr.value
            elif isinstance(node, cst.Call) and node.args:
                if _is_name(node.args[0].value, alias):
                    name = self.facts.attribute_asked(node, "getattr")
            rule = self.facts.pack.attribute(kind, name) if name is not None else None
            if rule is None or rule.returns is None:
                continue
            if rule.becomes in (None, f"self.{name}"):
                yield source_of(node), rule.returns
                match self.facts.index.parents.get(node):
                    case cst.Assign([cst.AssignTarget(cst.Name(variable))]):
                        yield variable, rule.returns

    def _plan_attribute(self, node: cst.Attribute, kind: str) -> None:
        rule = self.facts.pack.attribute(kind, node.attr.value)
        if rule is None:
            return
        outer = self.facts.index.parents.get(node)
        if isinstance(outer, cst.Attribute) and outer.value is node and rule.returns is not None:
            inner = self.facts.pack.attribute(rule.returns, outer.attr.value)
            if inner is not None and inner.becomes is not None:
                self._replace(outer, rule, inner)
                return
            if inner is not None and inner.manual is not None:
                self.plan.found(outer, inner, "manual", inner.manual)
                return
        if rule.manual is not None:
            self.plan.found(node, rule, "manual", rule.manual)
        elif rule.becomes is not None and rule.returns is None:
            self._replace_attribute(node, rule)

    def _replace_attribute(self, node: cst.Attribute, rule: AttributeRule) -> None:
        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Attribute)
            error = updated.value
            return render(rule.becomes or "", {"self": lambda: error}, {}, NONE)

        self.plan.replace[node] = build
        self.plan.found(node, rule, "rewritten")

    def _plan_identity(self, node: cst.Comparison, alias: str, kind: str) -> None:
        """``error.code is HTTPStatus.NOT_FOUND``: what is a number now is only equal to that."""
        if not isinstance(node.left, cst.Attribute) or not _is_name(node.left.value, alias):
            return
        rule = self.facts.pack.attribute(kind, node.left.attr.value)
        if rule is None or rule.returns is None or len(node.comparisons) != 1:
            return
        (target,) = node.comparisons
        operator: cst.BaseCompOp
        if isinstance(target.operator, cst.Is):
            operator = cst.Equal()
        elif isinstance(target.operator, cst.IsNot):
            operator = cst.NotEqual()
        else:
            return
        if dotted_name(target.comparator) == "None":
            return
        self.plan.replace[target.operator] = lambda _: operator
        self.plan.found(node, rule, "rewritten")

    def _replace(self, outer: cst.Attribute, rule: AttributeRule, inner: AttributeRule) -> None:
        """``error.code.value`` in the new form."""

        def build(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Attribute)
            assert isinstance(updated.value, cst.Attribute)
            error, read = updated.value.value, updated.value
            middle = (
                render(rule.becomes, {"self": lambda: error}, {}, NONE) if rule.becomes else read
            )
            return render(inner.becomes or "self", {"self": lambda: middle}, {}, NONE)

        self.plan.replace[outer] = build
        self.plan.found(outer, inner, "rewritten")


NONE: frozenset[str] = frozenset()


def _falls_back_on_itself(node: cst.Call) -> bool:
    """Whether a call is like ``getattr(code, "value", code)``."""
    texts = [source_of(argument.value) for argument in node.args]
    return len(texts) == 3 and texts[0] == texts[2]


def _is_name(node: cst.CSTNode, name: str) -> bool:
    """Whether an expression is a plain name; to write it and compare that takes much longer."""
    return isinstance(node, cst.Name) and node.value == name and not node.lpar


def _alias(handler: cst.ExceptHandler) -> str | None:
    return source_of(handler.name.name) if handler.name is not None else None


def is_new_error(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an expression names an exception class of the new SDK.

    A function may name it above its own import, and so before the name has a value.
    """
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        if facts.index.imported.get(node.value.value) == ("google.genai", "errors"):
            return True
    return any(
        isinstance(atom, Symbol) and atom.name.startswith("google.genai.errors.")
        for atom in facts.value(node)
    )
