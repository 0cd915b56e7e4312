"""What code runs in: the function and the class around a node."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.rule_packs.signature import Signature
from genai_codemod.engine.syntax.module_syntax import source_of


@dataclass(frozen=True, slots=True)
class Home:
    """What a node runs in: the outermost function, and the class if that is a method."""

    function: cst.FunctionDef | None
    owner: cst.ClassDef | None


def home_of(facts: Facts, node: cst.CSTNode) -> Home:
    """What a node runs in."""
    function: cst.FunctionDef | None = None
    child = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.FunctionDef) and child is parent.body:
            function = parent
        if isinstance(parent, cst.ClassDef) and function is not None:
            return Home(function, parent if has_self(function) else None)
        child = parent
    return Home(function, None)


def has_self(function: cst.FunctionDef) -> bool:
    """Whether a function in a class body is an ordinary method."""
    static = {"staticmethod", "classmethod"}
    decorators = {source_of(d.decorator) for d in function.decorators}
    return bool(function.params.params) and not decorators & static


def always_runs(facts: Facts, home: Home) -> bool:
    """Whether every object of the class has run this method of it."""
    assert home.owner is not None
    assert home.function is not None
    if home.function.name.value != "__init__":
        return False
    for related in facts.interpreter.family(home.owner):
        for statement in related.body.body:
            if isinstance(statement, cst.SimpleStatementLine):
                if source_of(statement).lstrip().startswith("__slots__"):
                    return False
            if isinstance(statement, cst.FunctionDef) and statement is not home.function:
                if statement.name.value == "__init__" and "super()" not in source_of(statement):
                    return False
    return True


def signature_of(facts: Facts, function: cst.FunctionDef) -> Signature:
    """What the calls of a function of the program are bound to."""
    bound = home_of(facts, function.body).owner is not None
    positional = [each.name.value for each in function.params.params][bound:]
    keyword = [each.name.value for each in function.params.kwonly_params]
    return Signature(function.name.value, (*positional, *keyword), len(positional))
