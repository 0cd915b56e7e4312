"""The fixtures of pytest: functions whose results tests get by the names of their parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod import pytest_fixtures
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.storage import StorageEvaluator
from genai_codemod.engine.flow.values import NOTHING, Function, Symbol, Value
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import Scope, string_value


class FixtureEvaluator(StorageEvaluator):
    """Has tests and fixtures get what the fixtures that they ask for give."""

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        super().__init__(modules, pack)
        # Who asks for each fixture: tests, and other fixtures.
        self._asking: dict[cst.CSTNode, set[cst.FunctionDef]] = defaultdict(set)

    def is_requested(self, function: cst.CSTNode | None) -> bool:
        """Whether a test of the program gets what a function gives, also by other fixtures."""
        todo, seen = [function], {function}
        while todo:
            for asking in self._asking.get(todo.pop(), ()):  # type: ignore[arg-type]
                if pytest_fixtures.is_test(asking.name.value) or self._is_for_all(asking):
                    return True
                if asking not in seen:
                    seen.add(asking)
                    todo.append(asking)
        return False

    def _note_fixture(self, function: cst.FunctionDef) -> None:
        """Remember a function that is defined here, if it is a fixture."""
        call = self._fixture_call(function)
        if call is not None:
            name = string_value(_option(call, pytest_fixtures.NAME)) or function.name.value
            self.store(("fixture", self.scope.node, name), frozenset({Function(function)}))
            self.store(("is fixture", function), frozenset({Function(function)}))

    def _fixture_call(self, function: cst.FunctionDef) -> cst.BaseExpression | None:
        """The decorator that makes a fixture of a function."""
        for each in function.decorators:
            called = each.decorator
            named = called.func if isinstance(called, cst.Call) else called
            for atom in self.values.get(named, NOTHING):
                if isinstance(atom, Symbol) and atom.name in pytest_fixtures.DECORATORS:
                    return called
        return None

    def _is_for_all(self, fixture: cst.FunctionDef) -> bool:
        """Whether pytest calls a fixture for tests that do not ask for it."""
        return any(
            _option(each.decorator, pytest_fixtures.FOR_ALL) is not None
            for each in fixture.decorators
        )

    def _requested(self, function: cst.FunctionDef, parameter: cst.Param) -> Value:
        """What fixtures give a test, or another fixture, that has a parameter."""
        if not (
            pytest_fixtures.is_test(function.name.value) or self._fixture_call(function) is not None
        ):
            return NOTHING
        if not asks_for(function, parameter):
            return NOTHING
        return self._given_by_fixture(parameter.name.value, function, self.scope)

    def _eval_Call(self, node: cst.Call) -> Value:
        value = super()._eval_Call(node)
        function = node.func
        if isinstance(function, cst.Attribute) and function.attr.value == pytest_fixtures.ASKING:
            name = string_value(node.args[0].value) if node.args else None
            asking = self.scope.node
            if name is not None and isinstance(asking, cst.FunctionDef) and self.scope.parent:
                return self._given_by_fixture(name, asking, self.scope.parent) or value
        return value

    def _given_by_fixture(self, name: str, asking: cst.FunctionDef, around: Scope) -> Value:
        """What the nearest fixture of a name gives a function that is defined in a scope."""
        result: Value = NOTHING
        for fixture in self._nearest(name, asking, around):
            result |= self.load(("return", fixture)) | self.load(("yield", fixture))
            self._asking[fixture].add(asking)
        return result

    def _nearest(self, name: str, asking: cst.FunctionDef, around: Scope) -> list[cst.FunctionDef]:
        """The fixtures that a name can stand for, except the one that asks for it."""
        for place in self._levels(around):
            atoms = self.load(("fixture", place, name))
            if isinstance(place, cst.Module):
                atoms |= self.load(("name", place, name))
            found = [
                atom.node
                for atom in atoms
                if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef)
            ]
            fixtures = [each for each in found if self.load(("is fixture", each))]
            if others := [each for each in fixtures if each is not asking]:
                return others
        return []

    def _levels(self, around: Scope) -> Iterator[cst.CSTNode]:
        """Where fixtures are looked for, the nearest first."""
        if isinstance(around.node, cst.ClassDef):
            yield from self.family(around.node)
        yield self.module.index.module
        for name in self.module.lenders:
            yield self.modules[name].index.module


def asks_for(function: cst.FunctionDef, parameter: cst.Param) -> bool:
    """Whether a test gets a parameter from a fixture: nothing else gives it a value."""
    parametrized = {
        name.strip()
        for each in function.decorators
        if isinstance(each.decorator, cst.Call) and each.decorator.args
        for name in (string_value(each.decorator.args[0].value) or "").split(",")
    }
    return parameter.default is None and parameter.name.value not in parametrized


def _option(decorator: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
    """What a decorator is given under a name."""
    given = decorator.args if isinstance(decorator, cst.Call) else ()
    return next((a.value for a in given if a.keyword and a.keyword.value == name), None)
