"""``def ask(prompt, **options)``: what calls can give a function beside its own parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import present

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts


def may_give(facts: Facts, function: cst.CSTNode | None) -> bool:
    """Whether calls that are not seen, or cannot be followed, may give a function more."""
    if not isinstance(function, cst.FunctionDef) or not facts.callers.has_any(function):
        return True
    if _is_for_others(facts, function):
        return True
    params = function.params
    known = {each.name.value for each in (*params.params, *params.kwonly_params)}
    return not facts.keywords_elsewhere.get(function.name.value, frozenset()) <= known


def _is_for_others(facts: Facts, function: cst.FunctionDef) -> bool:
    """Whether a function is a public method that only its own classes call."""
    owner = facts.enclosing(function, cst.ClassDef)
    calls = facts.callers.of(function)
    if not isinstance(owner, cst.ClassDef) or not calls or function.name.value.startswith("_"):
        return False
    family = set(facts.interpreter.family(owner))
    return family.issuperset(facts.enclosing(call, cst.ClassDef) for call in calls)


def keywords_elsewhere(facts: Facts) -> Mapping[str, set[str]]:
    """The keywords, and ``**``, that calls of unknown methods give, by the methods' names."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in facts.index.calls:
        if isinstance(call.func, cst.Attribute) and not present(facts.value(call.func)):
            found[call.func.attr.value] |= {
                argument.keyword.value if argument.keyword else argument.star
                for argument in call.args
                if argument.keyword or argument.star == "**"
            }
    return found
