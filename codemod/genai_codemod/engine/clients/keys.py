"""Whether the key that a module configures is certain to be there when it is imported."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, present
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod.engine.tracing.block_ends import raises_or_stops


def certain_key(facts: Facts, key: cst.BaseExpression | None, line: cst.CSTNode) -> bool:
    """Whether a key is there, or the program ends, before the statement that configures it."""
    if key is None:
        return False
    if isinstance(literal(key), str) or isinstance(key, cst.Subscript):
        return True
    if isinstance(key, cst.Name):
        before = list(facts.module.body)
        for statement in before[: before.index(line)]:  # type: ignore[arg-type]
            if isinstance(statement, cst.If) and key.value in source_of(statement.test):
                if raises_or_stops(statement.body):
                    return True
            if _assigns(statement, key.value):
                assign = statement.body[0]  # type: ignore[index]
                assert isinstance(assign, cst.Assign)
                if _certain_value(facts, assign.value):
                    return True
    return _certain_value(facts, key)


def _certain_value(facts: Facts, value: cst.BaseExpression) -> bool:
    if isinstance(literal(value), str) and literal(value):
        return True
    if isinstance(value, cst.Subscript):
        return True
    if isinstance(value, cst.Call):
        names = [a.name for a in present(facts.value(value.func)) if isinstance(a, Symbol)]
        return bool(names) and names[0] in ("getpass.getpass", "builtins.input")
    return False


def _assigns(statement: cst.CSTNode, name: str) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Assign)
        and source_of(statement.body[0].targets[0].target) == name
    )
