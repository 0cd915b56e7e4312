"""Whether something is hashed, which a dict cannot be."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Function, present, symbol_names

# Decorators that keep results by the hashes of arguments.
_CACHING = frozenset({"functools.cache", "functools.lru_cache"})


def is_hashed(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an expression is a key, an element of a set, or given to a function with a cache."""
    use = facts.use(node)
    if isinstance(use.parent, cst.Set | cst.SetComp):
        return True
    if isinstance(use.parent, cst.DictElement | cst.DictComp):
        return use.parent.key is node
    call = facts.index.parents.get(use.parent)
    if use.role != "argument" or not isinstance(call, cst.Call):
        return False
    return any(
        (isinstance(atom, Function) and _has_cache(facts, atom.node))
        or (isinstance(atom, Bound) and atom.instance.kind == "container" and atom.method == "add")
        for atom in present(facts.value(call.func))
    ) or "builtins.hash" in symbol_names(facts.value(call.func))


def _has_cache(facts: Facts, function: cst.CSTNode) -> bool:
    decorators = function.decorators if isinstance(function, cst.FunctionDef) else ()
    return any(facts.decorator_names(each.decorator) & _CACHING for each in decorators)
