"""Whether ``model = model`` does nothing where it stands."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.module_syntax import target_names


def is_bound_already(facts: Facts, statement: cst.CSTNode, name: str) -> bool:
    """Whether a variable or attribute is what it is assigned by a statement that reads it.

    A class gets an attribute by that, a module a name that was not its own, and a property is
    called.
    """
    owner = facts.enclosing(statement, cst.FunctionDef, cst.ClassDef)
    if isinstance(owner, cst.ClassDef):
        return False
    attribute = name.rpartition(".")[2] if "." in name else None
    if attribute is not None:
        functions = facts.whole.index.nodes(cst.FunctionDef)
        called = any(
            isinstance(f, cst.FunctionDef) and f.name.value == attribute for f in functions
        )
        return isinstance(owner, cst.FunctionDef) and not called
    return isinstance(owner, cst.FunctionDef) or _is_bound_elsewhere(facts, statement, name)


def _is_bound_elsewhere(facts: Facts, statement: cst.CSTNode, name: str) -> bool:
    """Whether another statement of the module binds a variable of it."""
    for node in facts.index.nodes(cst.AssignTarget, cst.For):
        assert isinstance(node, cst.AssignTarget | cst.For)
        for target in target_names(node.target):
            outside = facts.index.scope(target).node is facts.module
            if target.value == name and outside and facts.index.statement(node) is not statement:
                return True
    return False
