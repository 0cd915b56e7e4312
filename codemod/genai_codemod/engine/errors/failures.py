"""Whether an exception that a legacy expression could raise is noticed by anybody."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.errors.told import Noticing, Telling, leads_to
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import (
    Atom,
    Container,
    Function,
    Object,
    Symbol,
    Value,
    symbol_names,
)
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod.engine.tracing.results import is_awaited_elsewhere

_STACKS = frozenset({"contextlib.ExitStack", "contextlib.AsyncExitStack"})
_PUTTING = frozenset({"enter_context", "enter_async_context", "push", "push_async_exit"})


class Failures:
    """The handlers of a program, asked for one exception at one place."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def noticed(self, node: cst.CSTNode, error: str, *, unseen: bool) -> bool:
        """Whether ``error``, raised at ``node``, is handled here or by a caller.

        A function that the program does not call is called by code that cannot be seen;
        ``unseen`` is what to say of that.
        """
        if isinstance(node, cst.Call) and is_awaited_elsewhere(self.facts, node):
            return True
        return leads_to(Noticing(self, error, unseen), node, set())

    def answered_apart(self, node: cst.CSTNode, one: str, other: str) -> bool:
        """Whether handlers here, or of callers, do with one exception what not with another."""
        return leads_to(Telling(self, one, other), node, set())

    def handled(self, node: cst.CSTNode, error: str) -> bool:
        """Whether the function that ``node`` stands in handles ``error`` there."""
        return next(self._handlers(node, error), None) is not None

    def told_apart(self, node: cst.CSTNode, one: str, other: str) -> bool:
        """Whether handlers around ``node`` do with one exception what they do not with another."""
        first, second = (next(self._handlers(node, error), None) for error in (one, other))
        return first is not second or (
            isinstance(first, cst.ExceptHandler) and self._asks(first, one, other)
        )

    def stopped(self, node: cst.CSTNode, error: str) -> bool:
        """Whether the function handles ``error`` and does not raise it again."""
        handler = next(self._handlers(node, error), None)
        return handler is not None and not any(
            isinstance(each, cst.Raise) for each in self.facts.index.within(handler)
        )

    def _asks(self, handler: cst.ExceptHandler, one: str, other: str) -> bool:
        """Whether a handler names a class of one of two exceptions that it catches."""
        return any(
            isinstance(each, cst.Name | cst.Attribute)
            and self.catches(each, one) != self.catches(each, other)
            for each in self.facts.index.within(handler.body)
        )

    def _handlers(self, node: cst.CSTNode, error: str) -> Iterator[cst.CSTNode]:
        """What catches ``error`` on its way out of the function, innermost first."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef | cst.Lambda):
                return
            if isinstance(parent, cst.Try | cst.TryStar) and child is parent.body:
                for handler in parent.handlers:
                    if handler.type is None or self.catches(handler.type, error):
                        yield handler
            if isinstance(parent, cst.With) and child is parent.body:
                if self._managers_told(parent, error):
                    yield parent
            if isinstance(parent, cst.Call) and self._collects(parent):
                yield parent
            child = parent

    def _managers_told(self, statement: cst.With, error: str) -> bool:
        """Whether a ``with`` statement has somebody told of ``error`` in its body."""
        return (
            any(self._suppresses(item.item, error) for item in statement.items)
            or self._in_stack(statement, error)
            or self._tries_again(statement, error)
        )

    def _suppresses(self, node: cst.BaseExpression, error: str) -> bool:
        """Whether a context manager is told of ``error``, as ``suppress(error)`` is."""
        if isinstance(node, cst.Call):
            if any(self.catches(argument.value, error) for argument in node.args):
                return True
            made = (atom.node for atom in self.facts.value(node.func) if isinstance(atom, Function))
            if any(self._handles_at_yield(function, error) for function in made):
                return True
        if isinstance(node, cst.Name):
            kept = (each for each in assigned(self.facts, node) if isinstance(each, cst.Call))
            if any(self._suppresses(each, error) for each in kept):
                return True
        return any(self.is_guard(atom) for atom in self.facts.value(node))

    def is_guard(self, atom: Atom) -> bool:
        """Whether an object of the program is told of exceptions in a ``with`` statement."""
        return isinstance(atom, Object) and any(
            self.facts.interpreter.load(("attr", related, name))
            for related in self.facts.interpreter.family(atom.node)
            for name in ("__exit__", "__aexit__")
        )

    def _in_stack(self, statement: cst.With, error: str) -> bool:
        """Whether the stack of a ``with`` statement gets what is told of ``error``."""
        if not any(
            isinstance(item.item, cst.Call)
            and symbol_names(self.facts.value(item.item.func)) & _STACKS
            for item in statement.items
        ):
            return False
        return any(
            isinstance(call, cst.Call)
            and isinstance(call.func, cst.Attribute)
            and call.func.attr.value in _PUTTING
            and any(self._suppresses(argument.value, error) for argument in call.args)
            for call in self.facts.index.within(statement.body)
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

    def _tries_again(self, statement: cst.With, error: str) -> bool:
        """Whether ``with attempt:`` is in a loop over attempts that ``error`` makes more of."""
        names = {item.item.value for item in statement.items if isinstance(item.item, cst.Name)}
        loop = self.facts.enclosing(statement, cst.For) if names else None
        if not isinstance(loop, cst.For) or not isinstance(loop.target, cst.Name):
            return False
        return loop.target.value in names and self.names_class(loop.iter, error)

    def names_class(self, node: cst.CSTNode, error: str) -> bool:
        """Whether code that gives a library classes to look for names one for ``error``.

        One that takes any exception cannot tell this one from what None raises.
        """
        return any(
            isinstance(each, cst.Name | cst.Attribute)
            and self.catches(each, error)
            and not self.catches(each, "BufferError")
            for each in self.facts.index.within(node)
        )

    def catches(self, node: cst.BaseExpression, error: str) -> bool:
        """Whether an expression is a class, or a tuple with one, that catches ``error``."""
        return any(
            self._is_caught(atom, error)
            for each in class_list(node)
            for atom in self._elements(self.facts.value(each))
        )

    def _elements(self, value: Value) -> Iterator[Atom]:
        for atom in value:
            if isinstance(atom, Container):
                yield from self.facts.interpreter.load(("item", atom.site, "*"))
            else:
                yield atom

    def _is_caught(self, atom: Atom, error: str) -> bool:
        dotted = atom.name if isinstance(atom, Symbol) else ""
        module, _, name = dotted.rpartition(".")
        caught = getattr(builtins, name, None) if module == "builtins" else None
        return isinstance(caught, type) and issubclass(getattr(builtins, error), caught)


def _is_true(call: cst.Call, keyword: str) -> bool:
    return any(
        argument.keyword is not None
        and argument.keyword.value == keyword
        and dotted_name(argument.value) == "True"
        for argument in call.args
    )
