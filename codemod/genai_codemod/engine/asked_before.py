"""Whether code is only reached where an object was asked for, so that it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.signature import source_of

LEAVES = (cst.Continue, cst.Break, cst.Return, cst.Raise)


def is_asked_for(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a test around ``node``, or one that leaves before it, asks for the object."""
    asked = re.compile("|".join(_spellings(facts, node)))
    child: cst.CSTNode = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.BooleanOperation) and child is parent.right:
            if asked.search(source_of(parent.left)):
                return True
        if isinstance(parent, cst.If | cst.IfExp) and child is parent.body:
            if asked.search(source_of(parent.test)):
                return True
        if isinstance(parent, cst.IndentedBlock | cst.Module):
            if any(asked.fullmatch(text) for text in _excluded(parent, child)):
                return True
        if isinstance(parent, cst.FunctionDef):
            break
        child = parent
    return False


def _spellings(facts: Facts, node: cst.BaseExpression) -> Iterator[str]:
    """What a test looks like that asks: ``a.b``, ``"b" in a``, and what a name is assigned."""
    yield rf"(?<![\w.]){re.escape(source_of(node))}(?!\w)"
    if isinstance(node, cst.Attribute):
        owner = re.escape(source_of(node.value))
        yield rf"['\"]{node.attr.value}['\"] in {owner}(?![\w.])"
    if isinstance(node, cst.Name):
        values = [value for value in assigned(facts, node) if not isinstance(value, cst.Name)]
        if len(values) == 1:
            yield from _spellings(facts, values[0])


def assigned(facts: Facts, name: cst.Name) -> list[cst.BaseExpression]:
    """What the function assigns to a variable."""
    function = facts.enclosing(name, cst.FunctionDef) or facts.index.module
    return [
        parent.value
        for parent in facts.index.nodes(cst.Assign)
        if any(
            isinstance(target.target, cst.Name) and target.target.value == name.value
            for target in parent.targets
        )
        and (facts.enclosing(parent, cst.FunctionDef) or facts.index.module) is function
    ]


def _excluded(block: cst.IndentedBlock | cst.Module, child: cst.CSTNode) -> Iterator[str]:
    """What is certain behind ``if not a: continue``."""
    for statement in block.body:
        if statement is child:
            return
        if not isinstance(statement, cst.If) or statement.orelse is not None:
            continue
        test, last = statement.test, statement.body.body[-1] if statement.body.body else None
        if isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        if isinstance(last, LEAVES) and isinstance(test, cst.UnaryOperation):
            if isinstance(test.operator, cst.Not):
                yield source_of(test.expression)
