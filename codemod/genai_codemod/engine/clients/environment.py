"""Which environment variable holds the key that a module configures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.clients.configured import keys_given
from genai_codemod.engine.clients.environment_changes import environment_changes
from genai_codemod.engine.clients.some_runs import is_rerun_by
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, present
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.tracing.alternatives import alternatives


@dataclass(frozen=True, slots=True)
class KeySource:
    """The environment variable that a key comes from; empty where the SDK finds one by itself.

    ``passed`` says that functions are given the key, ``unseen`` that they may be given another one
    where that cannot be seen.
    """

    variable: str
    passed: bool
    unseen: bool


def configured_variable(facts: Facts, beside: Collection[str] | None = None) -> str | None:
    """The variable that all configurations of a module read their key from themselves.

    Empty where they set no key, so that the SDK finds one by itself; None where they set anything
    else than a key and parameters ``beside`` it, which are those that the new client has no use
    for if none are given.
    """
    source = key_source(facts, beside)
    if source is None or source.passed or source.unseen:
        return None
    return source.variable


def key_source(facts: Facts, beside: Collection[str] | None = None) -> KeySource | None:
    """Where the key of all configurations of a module comes from, if that is one variable."""
    source = _joined([_source_of(facts, key) for key in keys_given(facts, beside)])
    return None if source is None or _changes(facts, source.variable) else source


def _changes(facts: Facts, variable: str) -> bool:
    """Whether a program may give an environment variable another value while it runs."""
    names = {variable} if variable else set(facts.pack.key_variables)
    for node, given in environment_changes(facts.whole):
        changed = names if given is None else names.intersection(given)
        if changed and _runs_again(facts.whole, node):
            if given is None or not all(_where_unset(facts.whole, node, n) for n in changed):
                return True
    return False


def _where_unset(facts: Facts, node: cst.CSTNode, variable: str) -> bool:
    """Whether a line is only reached where an environment variable has no value."""
    inner = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.FunctionDef):
            return False
        if isinstance(parent, cst.If) and inner is parent.body:
            if _is_unset(facts, parent.test, variable):
                return True
        inner = parent
    return False


def _is_unset(facts: Facts, test: cst.BaseExpression, variable: str) -> bool:
    """Whether a test is true only where an environment variable has no value, or an empty one."""
    match test:
        case cst.Comparison(
            left=name,
            comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=searched)],
        ):
            return literal(name) == variable and _is(facts, searched, {"os.environ"})
        case (
            cst.UnaryOperation(operator=cst.Not(), expression=read)
            | cst.Comparison(
                left=read,
                comparisons=[
                    cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name(value="None"))
                ],
            )
        ):
            source = _variable(facts, read)
            return source is not None and source.variable == variable
    return False


def _runs_again(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a line can run more than once: it is in a loop, a function or such a script."""
    if any(isinstance(each, _AGAIN) for each in facts.index.ancestors(node)):
        return True
    home = facts.interpreter.home(node)
    return any(is_rerun_by(module) for module, _ in home.imported.values())


def agreed(sources: Collection[KeySource | None]) -> KeySource | None:
    """What some modules have in common, of which at least one reads the variable in sight."""
    return None if all(each is not None and each.unseen for each in sources) else _joined(sources)


def _joined(sources: Collection[KeySource | None]) -> KeySource | None:
    known = [each for each in sources if each is not None]
    if len(known) < len(sources) or len({each.variable for each in known}) != 1:
        return None
    return KeySource(
        known[0].variable,
        any(each.passed for each in known),
        any(each.unseen for each in known),
    )


def _source_of(
    facts: Facts, key: cst.BaseExpression | cst.MaybeSentinel | None
) -> KeySource | None:
    if isinstance(key, cst.MaybeSentinel):
        return KeySource("", False, False)
    return _read_by(facts, key) if key is not None else None


def _read_by(facts: Facts, value: cst.BaseExpression) -> KeySource | None:
    """Where a key comes from, if it is read from one variable, or from none."""
    key = alternatives(facts, value)
    read = [_variable(facts, each) for each in key.expressions if literal(each) is not None]
    known = [each for each in read if each is not None]
    if not key.complete or len(known) < len(read) or len({each.variable for each in known}) > 1:
        return None
    return KeySource(
        known[0].variable if known else "",
        key.passed or any(each.passed for each in known),
        key.unseen or any(each.unseen for each in known),
    )


_AGAIN = (cst.FunctionDef, cst.For, cst.While)
_READERS = frozenset({"os.getenv", "os.environ.get"})


def _variable(facts: Facts, value: cst.BaseExpression) -> KeySource | None:
    """The variable that an expression reads, if that is all it does."""
    match value:
        case cst.Call(func=func, args=[argument, *default]) if _is(facts.whole, func, _READERS):
            empty = all(literal(each.value) in (None, "") for each in default)
            return _named(facts, argument.value) if empty else None
        case cst.Subscript(value=read, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return _named(facts, index) if _is(facts.whole, read, {"os.environ"}) else None
    return None


def _named(facts: Facts, name: cst.BaseExpression) -> KeySource | None:
    """The variable with the one name that an expression can give."""
    found = alternatives(facts, name)
    texts = {literal(each) for each in found.expressions}
    if not found.complete or len(texts) != 1:
        return None
    (text,) = texts
    return KeySource(text, found.passed, found.unseen) if isinstance(text, str) else None


def _is(facts: Facts, node: cst.BaseExpression, names: Collection[str]) -> bool:
    found = {atom.name if isinstance(atom, Symbol) else "" for atom in present(facts.value(node))}
    return bool(found) and found <= set(names)
