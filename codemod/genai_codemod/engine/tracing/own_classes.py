"""Classes of the program whose objects stand where objects of the legacy SDK can stand, too."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Object
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.pytest_fixtures import is_for_tests, is_test


def other_class(facts: Facts, node: cst.BaseExpression) -> str | None:
    """The class of the program, of no test, that something can be an object of.

    What code asks for its class is told apart there already.
    """
    names = [
        atom.node.name.value
        for atom in facts.value(node)
        if isinstance(atom, Object) and not _is_of_test(facts, atom.node)
    ]
    return None if not names or _is_told_apart(facts, node) else min(names)


def _is_of_test(facts: Facts, definition: cst.ClassDef) -> bool:
    home = facts.interpreter.home(definition)
    names = home.scopes[home.module].names
    return is_for_tests(home.imported) or any(map(is_test, names))


def _is_told_apart(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether the function around an expression asks with ``isinstance`` what that is."""
    function = facts.enclosing(node, cst.FunctionDef) or facts.index.module
    asked = (facts.asked_about(each) for each in facts.index.within(function))
    text = source_of(node)
    return any(each is not None and source_of(each) == text for each in asked)
