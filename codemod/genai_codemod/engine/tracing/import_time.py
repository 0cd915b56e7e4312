"""What a module does when it is imported or run, before anything calls its functions."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.homes import home_of


def is_main_test(statement: cst.CSTNode) -> bool:
    """Whether a statement is ``if __name__ == "__main__"``."""
    return isinstance(statement, cst.If) and "__name__" in source_of(statement.test)


def is_script(facts: Facts) -> bool:
    """Whether a module does something only when it is run."""
    return any(map(is_main_test, facts.module.body))


def runs_at_import(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a node runs when its module is imported or run."""
    if home_of(facts, node).function is not None:
        return False
    return under_main(facts, node) or facts.enclosing(node, cst.Lambda) is None


def under_main(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a node only runs where its module is run, not when it is imported."""
    return is_main_test(top_statement(facts, node))


def top_statement(facts: Facts, node: cst.CSTNode) -> cst.CSTNode:
    """The statement of the module itself that a node stands in."""
    previous = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.Module):
            return previous
        previous = parent
    return previous
