"""The fixtures of pytest: functions whose results tests get by the names of their parameters."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.syntax import SourceModule, string_value
from genai_codemod.engine.values import NOTHING, Symbol, Value

_DECORATORS = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})


def fixture_name(function: cst.FunctionDef, values: Mapping[cst.CSTNode, Value]) -> str | None:
    """The name by which tests ask for what a function gives, if it is a fixture."""
    for each in function.decorators:
        call = each.decorator if isinstance(each.decorator, cst.Call) else None
        named = call.func if call is not None else each.decorator
        found = values.get(named, NOTHING)
        if any(isinstance(atom, Symbol) and atom.name in _DECORATORS for atom in found):
            given = call.args if call is not None else ()
            names = [a.value for a in given if a.keyword and a.keyword.value == "name"]
            return string_value(names[0]) if names else function.name.value
    return None


def asks_for(function: cst.FunctionDef, parameter: cst.Param) -> bool:
    """Whether a test gets a parameter from a fixture: nothing else gives it a value."""
    parametrized = {
        name.strip()
        for each in function.decorators
        if isinstance(each.decorator, cst.Call) and each.decorator.args
        for name in (string_value(each.decorator.args[0].value) or "").split(",")
    }
    return parameter.default is None and parameter.name.value not in parametrized


def has_tests(module: SourceModule) -> bool:
    """Whether a module has tests itself, so that its fixtures are not for other modules."""
    is_shared = module.name.rpartition(".")[2] == "conftest"
    return not is_shared and any(name.startswith(("test", "Test")) for name in module.scope.names)
