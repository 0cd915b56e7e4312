"""Where a program changes its environment variables."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, symbol_names
from genai_codemod.engine.syntax.module_syntax import literal, string_value
from genai_codemod.engine.tracing.origins import origin

ENVIRONMENT = "os.environ"
_LOADERS = frozenset({"dotenv.load_dotenv", "dotenv.main.load_dotenv"})
_OF_ONE_NAME = frozenset({"os.environ.pop", "os.environ.__setitem__", "os.unsetenv"})

# The names of the variables that change, or None where they cannot be seen.
Names = frozenset[object] | None


def environment_changes(facts: Facts) -> Iterator[tuple[cst.CSTNode, Names]]:
    """The places that set, replace or remove environment variables, and which of them."""
    for target in facts.index.nodes(cst.AssignTarget, cst.Del):
        changed = target.target
        if isinstance(changed, cst.Subscript) and _is_environment(facts, changed.value):
            index = changed.slice[0].slice
            name = _name(facts, index.value) if isinstance(index, cst.Index) else None
            yield target, frozenset({name})
    for statement in facts.index.nodes(cst.AugAssign):
        if _is_environment(facts, statement.target):
            yield statement, _keys(facts, statement.value)
    for call in facts.index.calls:
        called = symbol_names(facts.value(call.func))
        if called & _OF_ONE_NAME and call.args:
            yield call, frozenset({_name(facts, call.args[0].value)})
        elif f"{ENVIRONMENT}.update" in called:
            yield call, _updated(facts, call)
        elif f"{ENVIRONMENT}.clear" in called or (called & _LOADERS and _overrides(call)):
            yield call, None


def _updated(facts: Facts, call: cst.Call) -> Names:
    """The names that ``os.environ.update({"NAME": value}, OTHER=value)`` sets."""
    found: frozenset[object] = frozenset()
    for argument in call.args:
        given = (
            frozenset({argument.keyword.value})
            if argument.keyword
            else _keys(facts, argument.value)
        )
        if given is None:
            return None
        found |= given
    return found


def _keys(facts: Facts, node: cst.BaseExpression) -> Names:
    """The keys of a dict that is written out."""
    if not isinstance(node, cst.Dict):
        return None
    keys = [_name(facts, each.key) for each in node.elements if isinstance(each, cst.DictElement)]
    return frozenset(keys) if len(keys) == len(node.elements) and None not in keys else None


def _name(facts: Facts, node: cst.BaseExpression) -> str | None:
    """The name of a variable that is written out, or a constant; None for any other."""
    return string_value(origin(facts, node))


def _overrides(call: cst.Call) -> bool:
    """Whether ``load_dotenv`` replaces what is set already."""
    given = [each for each in call.args if each.keyword and each.keyword.value == "override"]
    return any(literal(each.value) is not False for each in given)


def _is_environment(facts: Facts, node: cst.CSTNode) -> bool:
    return any(isinstance(a, Symbol) and a.name == ENVIRONMENT for a in facts.value(node))
