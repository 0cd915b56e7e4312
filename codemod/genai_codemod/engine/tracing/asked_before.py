"""Whether code is only reached where an object was asked for, so that it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.block_ends import leaves, tests_above

# What makes the right side of an ``or`` depend on what is there: ``not a or a.b``.
_DENIES = re.compile(r"\bnot\b|\bis None\b|==|!=")


def is_asked_for(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a test around ``node``, or one that leaves before it, asks for the object."""
    asked = re.compile("|".join(_spellings(facts, node)))
    child: cst.CSTNode = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.BooleanOperation) and child is parent.right:
            left = source_of(parent.left)
            denied = isinstance(parent.operator, cst.And) or _DENIES.search(left)
            if denied and asked.search(left):
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
    for statement in tests_above(block, child):
        match statement:
            case cst.If(
                test=cst.UnaryOperation(operator=cst.Not(), expression=denied), orelse=None
            ) if leaves(statement.body):
                yield source_of(denied)


def is_true_here(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether a test around ``node`` holds only where the same expression is true.

    Only for attributes of a local variable which nothing in between binds or changes.
    """
    text, root = source_of(node), _root(node)
    if root is None or root.value == "self":
        return False
    child: cst.CSTNode = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            return False
        if any(text == source_of(term) for term in _certain(parent, child)):
            return not _bound_within(facts, child, root.value)
        child = parent
    return False


def _certain(parent: cst.CSTNode, child: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The expressions that are true wherever ``child`` of ``parent`` is reached."""
    match parent:
        case cst.If(test=test, body=body) | cst.IfExp(test=test, body=body) if child is body:
            yield from _terms(test)
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right) if child is right:
            yield from _terms(left)
        case cst.ListComp() | cst.SetComp() | cst.GeneratorExp() if child is parent.elt:
            for condition in parent.for_in.ifs:
                yield from _terms(condition.test)


def _terms(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _terms(test.left)
        yield from _terms(test.right)
    else:
        yield test


def _root(node: cst.BaseExpression) -> cst.Name | None:
    """The variable at the left of attributes and written indices; None behind a call."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        if isinstance(node, cst.Subscript) and not isinstance(
            getattr(node.slice[0].slice, "value", None), cst.Integer | cst.SimpleString
        ):
            return None
        node = node.value
    return node if isinstance(node, cst.Name) else None


def _bound_within(facts: Facts, block: cst.CSTNode, name: str) -> bool:
    """Whether a block binds a variable, or something that hangs on it."""
    return any(
        isinstance(each, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.For | cst.NamedExpr)
        and (root := _root(each.target)) is not None
        and root.value == name
        for each in facts.index.within(block)
    )
