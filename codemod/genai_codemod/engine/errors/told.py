"""Follows an exception out of functions, to the handlers of callers and of what runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Class, Function, Generator, Object
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.results import is_awaited_elsewhere

if TYPE_CHECKING:
    from genai_codemod.engine.errors.failures import Failures

PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property"})


class Question(Protocol):
    """What is asked of each place that an exception comes to."""

    failures: Failures
    unseen: bool

    def at(self, node: cst.CSTNode) -> bool | None:
        """The answer for handlers around a place; None where the exception goes on."""

    def of_handler(self, handler: cst.ExceptHandler) -> bool:
        """The answer for a handler of a decorator."""

    def of_classes(self, node: cst.CSTNode) -> bool:
        """The answer for code that gives a library the classes to look for."""

    def of_guards(self) -> bool:
        """The answer for what is told of any exception."""


class Noticing:
    """Whether anything handles an exception."""

    def __init__(self, failures: Failures, error: str, unseen: bool) -> None:
        self.failures = failures
        self.error = error
        self.unseen = unseen

    def at(self, node: cst.CSTNode) -> bool | None:
        return self.failures.handled(node, self.error) or None

    def of_handler(self, handler: cst.ExceptHandler) -> bool:
        return handler.type is None or self.failures.catches(handler.type, self.error)

    def of_classes(self, node: cst.CSTNode) -> bool:
        return self.failures.names_class(node, self.error)

    def of_guards(self) -> bool:
        return True


class Telling:
    """Whether anything handles one exception otherwise than another."""

    unseen = False

    def __init__(self, failures: Failures, one: str, other: str) -> None:
        self.failures = failures
        self.errors = (one, other)

    def at(self, node: cst.CSTNode) -> bool | None:
        if self.failures.told_apart(node, *self.errors):
            return True
        return False if self.failures.stopped(node, self.errors[0]) else None

    def of_handler(self, handler: cst.ExceptHandler) -> bool:
        one, other = (
            handler.type is None or self.failures.catches(handler.type, error)
            for error in self.errors
        )
        return one != other

    def of_classes(self, node: cst.CSTNode) -> bool:
        one, other = (self.failures.names_class(node, error) for error in self.errors)
        return one != other

    def of_guards(self) -> bool:
        return False


def leads_to(question: Question, node: cst.CSTNode, seen: set[cst.CSTNode]) -> bool:
    """Whether the answer is yes at a node, or anywhere that what it raises comes out."""
    answer = question.at(node)
    if answer is not None:
        return answer
    facts = question.failures.facts
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.GeneratorExp) and parent not in seen:
            seen.add(parent)
            if _any_leads_to(question, facts.running.of_generator(parent), seen):
                return True
        if isinstance(parent, cst.FunctionDef | cst.Lambda):
            if parent in seen:
                return False
            seen.add(parent)
            return _of_function(question, parent) or _any_leads_to(
                question, _places(question.failures, parent), seen
            )
    return False


def _any_leads_to(
    question: Question, places: Iterable[cst.BaseExpression], seen: set[cst.CSTNode]
) -> bool:
    return any(leads_to(question, place, seen) for place in places)


def _places(failures: Failures, function: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Where what a function raises comes out."""
    facts = failures.facts
    yield from facts.running.of(function)
    if facts.callers.handing_over(function):
        yield from facts.running.results.asked
    if _is_kept(facts, function):
        yield from facts.running.results.waited


def _is_kept(facts: Facts, function: cst.CSTNode) -> bool:
    """Whether a coroutine of a function is kept, to be waited for elsewhere."""
    return any(is_awaited_elsewhere(facts, call) for call in facts.callers.of(function))


def _of_function(question: Question, function: cst.FunctionDef | cst.Lambda) -> bool:
    """The answer for what has a function called, besides the code that calls it."""
    facts = question.failures.facts
    calls, handed = facts.callers.of(function), facts.callers.handing_over(function)
    wrapped = isinstance(function, cst.FunctionDef) and _wrapped(function)
    if isinstance(function, cst.FunctionDef) and wrapped:
        if question.unseen or _decorators_tell(question, function):
            return True
    given = facts.running.given(function)
    if question.unseen:
        if (
            handed
            or not calls
            or any(facts.running.is_out_of_sight(call) for call in given)
            or _is_kept(facts, function)
        ):
            return True
    if any(_called_for(question, call) for call in given):
        return True
    if handed and question.of_guards() and facts.running.results.ask_for_exceptions:
        return True
    return (wrapped or not calls) and _registered(question)


def _wrapped(function: cst.FunctionDef) -> bool:
    """Whether a decorator may do anything about an exception, such as trying again."""
    return any(
        dotted_name(decorator.decorator) not in PLAIN_DECORATORS
        for decorator in function.decorators
    )


def _decorators_tell(question: Question, function: cst.FunctionDef) -> bool:
    """The answer for what decorators do, and for what those of libraries are told."""
    facts = question.failures.facts
    for decorator in function.decorators:
        for atom in facts.value(decorator.decorator):
            if question.of_guards() and question.failures.is_guard(atom):
                return True
            if isinstance(atom, Class | Function | Generator | Object):
                for inner in facts.index.within(atom.node):
                    if isinstance(inner, cst.ExceptHandler) and question.of_handler(inner):
                        return True
        if any(question.of_classes(each) for each in _told(facts, decorator.decorator)):
            return True
    return False


def _told(facts: Facts, decorator: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """What makes a decorator is given, and the functions among that."""
    for call in _making(facts, decorator):
        for argument in call.args:
            yield argument
            for each in facts.index.within(argument):
                for atom in facts.value(each):
                    if isinstance(atom, Function):
                        yield atom.node


def _making(facts: Facts, decorator: cst.BaseExpression) -> Iterator[cst.Call]:
    """The calls that make a decorator where it is used, or where a variable is assigned it."""
    if isinstance(decorator, cst.Call):
        yield decorator
    if isinstance(decorator, cst.Name):
        place = facts.place(decorator)
        for statement in facts.whole.index.nodes(cst.Assign):
            if any(facts.place(each.target) == place for each in statement.targets):
                if isinstance(statement.value, cst.Call):
                    yield statement.value


def _called_for(question: Question, call: cst.Call) -> bool:
    """The answer for a library that calls a function that it is given here."""
    facts = question.failures.facts
    plain = [each for each in call.args if not facts.running.is_function(each.value)]
    return any(map(question.of_classes, [*plain, *_told(facts, call.func)]))


def _registered(question: Question) -> bool:
    """The answer for functions that a library calls with the exceptions of others."""
    return any(map(question.of_classes, question.failures.facts.running.registrations))
