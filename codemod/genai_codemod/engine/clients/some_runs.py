"""Which places of a script only some of its runs come to, where Streamlit runs it again and again.

Such places are the first run of a session, a click on a button and what a widget calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Symbol
from genai_codemod.engine.tracing.block_ends import leaves, tests_above

SESSION = "streamlit.session_state"
_EVENTS = re.compile(r"streamlit\.(\w+\.)*(button|form_submit_button)")
_CALLBACKS = frozenset({"on_change", "on_click", "on_select", "on_submit"})


def is_rerun_by(module: str) -> bool:
    """Whether a module of this name runs scripts that import it anew for each event."""
    return module.split(".")[0] == "streamlit"


class SomeRuns:
    """Finds the conditions that let only some runs come to a place."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def conditions(
        self, node: cst.CSTNode, seen: frozenset[cst.CSTNode] = frozenset()
    ) -> frozenset[cst.CSTNode]:
        """The statements, or functions that widgets call, that all ways to ``node`` lead through.

        A function that calls itself adds nothing.
        """
        found: set[cst.CSTNode] = set()
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef):
                return frozenset(found) | self._conditions_of_calls(parent, seen)
            if isinstance(parent, cst.If) and child is parent.body and self._is_event(parent.test):
                found.add(parent)
            if isinstance(parent, cst.IndentedBlock | cst.Module):
                found.update(self._left_before(parent, child))
            child = parent
        return frozenset(found)

    def _conditions_of_calls(
        self, function: cst.FunctionDef, seen: frozenset[cst.CSTNode]
    ) -> frozenset[cst.CSTNode]:
        """The conditions that all calls of a function have in common."""
        if self.facts.enclosing(function, cst.ClassDef) is not None:
            return frozenset()
        calls = [call for call in self.facts.callers.of(function) if call in self.facts.index]
        ways = [
            self.conditions(call, seen | {function})
            for call in calls
            if not seen.intersection(self.facts.index.ancestors(call))
        ]
        if self._is_callback(function):
            ways.append(frozenset({function}))
        return frozenset.intersection(*ways) if ways else frozenset()

    def _is_callback(self, function: cst.FunctionDef) -> bool:
        """Whether a widget calls a function: ``st.button("Save", on_click=save)``."""
        for node, value in self.facts.held.of(Function):
            given = self.facts.use(node).parent
            if isinstance(given, cst.Arg) and given.keyword is not None:
                known = any(isinstance(atom, Function) and atom.node is function for atom in value)
                if known and given.keyword.value in _CALLBACKS:
                    return True
        return False

    def _left_before(self, block: cst.CSTNode, child: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The tests above that end later runs: ``if "chat" in st.session_state: return``."""
        assert isinstance(block, cst.IndentedBlock | cst.Module)
        for statement in tests_above(block, child):
            if isinstance(statement.body, cst.IndentedBlock) and leaves(statement.body):
                if self._is_later_run(statement.test):
                    yield statement

    def _is_event(self, test: cst.BaseExpression) -> bool:
        """Whether a condition holds in the first run of a session alone, or for a click."""
        match test:
            case cst.BooleanOperation(left=left, right=right):
                return self._is_event(left) or self._is_event(right)
            case cst.UnaryOperation(operator=cst.Not(), expression=asked):
                return self._reads_session(asked)
            case cst.Comparison(left, [cst.ComparisonTarget(operator, right)]):
                if isinstance(operator, cst.NotIn):
                    return SESSION in self.names(right)
                empty = isinstance(right, cst.Name) and right.value in ("None", "False")
                asks = isinstance(operator, cst.Is | cst.Equal)
                return asks and empty and self._reads_session(left)
        return any(map(_EVENTS.fullmatch, self.names(test)))

    def _is_later_run(self, test: cst.BaseExpression) -> bool:
        """Whether a condition holds once the session has something."""
        match test:
            case cst.Comparison(comparisons=[cst.ComparisonTarget(cst.In(), session)]):
                return SESSION in self.names(session)
        return self._reads_session(test)

    def _reads_session(self, node: cst.BaseExpression) -> bool:
        """Whether an expression reads something from the session."""
        if isinstance(node, cst.Call):
            read = node.func
            return (
                isinstance(read, cst.Attribute)
                and read.attr.value == "get"
                and SESSION in self.names(read.value)
            )
        return self.session_of(node) is not None

    def session_of(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """``st.session_state``, if an expression is something in it."""
        while isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
            if SESSION in self.names(node):
                return node
        return None

    def names(self, node: cst.CSTNode) -> list[str]:
        """What a name stands for, or the function that a call calls."""
        if isinstance(node, cst.Call):
            node = node.func
        return [atom.name for atom in self.facts.value(node) if isinstance(atom, Symbol)]
