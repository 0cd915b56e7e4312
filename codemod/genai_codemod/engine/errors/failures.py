"""Whether an exception that a legacy expression could raise is noticed by anybody."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from functools import cached_property

import libcst as cst

from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Awaitable,
    Class,
    Function,
    Object,
    Symbol,
    symbol_names,
)
from genai_codemod.engine.syntax.module_syntax import dotted_name

PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property"})
# What runs a coroutine where it is called.
AT_ONCE = frozenset({"asyncio.run", "asyncio.wait_for", "asyncio.gather"})
DEEPEST = 5


# What asks a future for what it has, or has failed with.
_ASKING = frozenset({"result", "get", "exception"})


class Failures:
    """The handlers of a program, asked for one exception at one place."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def noticed(self, node: cst.CSTNode, error: str, *, unseen: bool) -> bool:
        """Whether ``error``, raised at ``node``, is handled here or by a caller.

        A function that the program does not call is called by code that cannot be seen;
        ``unseen`` is what to say of that.
        """
        if isinstance(node, cst.Call) and awaited_elsewhere(self.facts, node):
            return True
        return self.handled(node, error) or self._callers_notice(node, error, unseen, 0)

    def handled(self, node: cst.CSTNode, error: str) -> bool:
        """Whether the function that ``node`` stands in handles ``error`` there."""
        return next(self._handlers(node, error), None) is not None

    def told_apart(self, node: cst.CSTNode, one: str, other: str) -> bool:
        """Whether handlers around ``node`` do with one exception what they do not with another."""
        return next(self._handlers(node, one), None) is not next(self._handlers(node, other), None)

    def _handlers(self, node: cst.CSTNode, error: str) -> Iterator[cst.CSTNode]:
        """What catches ``error`` on its way out of the function, innermost first."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef | cst.Lambda):
                return
            if isinstance(parent, cst.Try | cst.TryStar) and child is parent.body:
                for handler in parent.handlers:
                    if handler.type is None or self._catches(handler.type, error):
                        yield handler
            if isinstance(parent, cst.With) and child is parent.body:
                if any(self._suppresses(item.item, error) for item in parent.items):
                    yield parent
            if isinstance(parent, cst.Call) and self._collects(parent):
                yield parent
            child = parent

    def _suppresses(self, node: cst.BaseExpression, error: str) -> bool:
        """Whether a context manager is told of ``error``, as ``suppress(error)`` is."""
        if isinstance(node, cst.Call):
            if any(self._catches(argument.value, error) for argument in node.args):
                return True
            made = (atom.node for atom in self.facts.value(node.func) if isinstance(atom, Function))
            if any(self._handles_at_yield(function, error) for function in made):
                return True
        return any(
            bool(self.facts.interpreter.load(("attr", atom.node, "__exit__")))
            for atom in self.facts.value(node)
            if isinstance(atom, Object)
        )

    def _handles_at_yield(self, function: cst.CSTNode, error: str) -> bool:
        """Whether a function that is made a context manager handles ``error`` around ``yield``."""
        return any(
            self.handled(node, error)
            for node in self.facts.index.within(function)
            if isinstance(node, cst.Yield)
        )

    def _collects(self, call: cst.Call) -> bool:
        """Whether a call gives back the exceptions of what it runs, as ``gather`` can."""
        return _is_true(call, "return_exceptions") and "asyncio.gather" in symbol_names(
            self.facts.value(call.func)
        )

    def _catches(self, node: cst.BaseExpression, error: str) -> bool:
        raised = getattr(builtins, error)
        for atom in (atom for each in class_list(node) for atom in self.facts.value(each)):
            dotted = atom.name if isinstance(atom, Symbol) else ""
            module, _, name = dotted.rpartition(".")
            caught = getattr(builtins, name, None) if module == "builtins" else None
            if isinstance(caught, type) and issubclass(raised, caught):
                return True
        return False

    def _callers_notice(self, node: cst.CSTNode, error: str, unseen: bool, depth: int) -> bool:
        function = self.facts.enclosing(node, cst.FunctionDef, cst.Lambda)
        if function is None:
            return False
        if depth > DEEPEST:
            return unseen
        if isinstance(function, cst.FunctionDef) and _wrapped(function):
            return unseen or self._decorators_handle(function, error)
        calls = self.facts.callers.of(function)
        handed = self.facts.callers.handing_over(function)
        if not calls and not handed:
            return unseen
        if handed and (unseen or self._told_of_result(handed, error)):
            return True
        return any(
            self.handled(call, error)
            or (unseen and awaited_elsewhere(self.facts, call))
            or self._callers_notice(call, error, unseen, depth + 1)
            for call in calls
        )

    def _told_of_result(self, handed: Sequence[cst.Call], error: str) -> bool:
        """Whether a handler is told of what a function raises that is called elsewhere.

        That is where it is handed over, or where the result of such a function is asked for.
        """
        return any(each.attr.value == "exception" for each in self._asked_of_futures) or any(
            self.handled(place, error) for place in (*handed, *self._asked_of_futures)
        )

    @cached_property
    def _asked_of_futures(self) -> Sequence[cst.Attribute]:
        """Where the program asks futures for what they have."""
        return [
            read
            for read in self.facts.whole.index.nodes(cst.Attribute)
            if isinstance(read, cst.Attribute)
            and read.attr.value in _ASKING
            and any(isinstance(atom, Awaitable) for atom in self.facts.value(read.value))
        ]

    def _decorators_handle(self, function: cst.FunctionDef, error: str) -> bool:
        """Whether a decorator of the program handles ``error`` anywhere."""
        return any(
            handler.type is None or self._catches(handler.type, error)
            for decorator in function.decorators
            for atom in self.facts.value(decorator.decorator)
            if isinstance(atom, Class | Function | Object)
            for handler in self.facts.index.within(atom.node)
            if isinstance(handler, cst.ExceptHandler)
        )


def awaited_elsewhere(facts: Facts, call: cst.CSTNode) -> bool:
    """Whether a coroutine is kept, so that it fails where somebody waits for it."""
    if not any(isinstance(atom, Awaitable) for atom in facts.value(call)):
        return False
    parent = facts.index.parents[call]
    if isinstance(parent, cst.Arg):
        runner = facts.index.parents[parent]
        return not isinstance(runner, cst.Call) or not AT_ONCE & symbol_names(
            facts.value(runner.func)
        )
    return not isinstance(parent, cst.Await)


def _is_true(call: cst.Call, keyword: str) -> bool:
    return any(
        argument.keyword is not None
        and argument.keyword.value == keyword
        and dotted_name(argument.value) == "True"
        for argument in call.args
    )


def _wrapped(function: cst.FunctionDef) -> bool:
    """Whether a decorator may do anything about an exception, such as trying again."""
    return any(
        dotted_name(decorator.decorator) not in PLAIN_DECORATORS
        for decorator in function.decorators
    )
