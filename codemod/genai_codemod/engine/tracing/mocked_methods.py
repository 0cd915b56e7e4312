"""Where tests put mocks in the place of methods of objects, and look at those."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Plain, Value
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.pytest_fixtures import is_test

MOCKED: Value = frozenset({Plain("mock")})
# Methods that put something in the place of an attribute: ``patch.object(service, "model")``.
_REPLACING = frozenset({"object", "setattr", "spy"})


def replaced(call: cst.CSTNode | None) -> tuple[cst.BaseExpression, str] | None:
    """The object and the attribute of it that a call puts something in the place of."""
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value=method)),
            args=[cst.Arg(value=holder, keyword=None), cst.Arg(value=named, keyword=None), *_],
        ) if method in _REPLACING and (name := string_value(named)) is not None:
            return holder, name
    return None


def mocks_method_of(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether an object is only named to mock a method of it, or to ask what a mock was given.

    No method has attributes of its own, so ``model.generate_content.return_value`` is of a mock.
    """
    parents = facts.index.parents
    parent = parents.get(node)
    if isinstance(parent, cst.Arg):
        call = replaced(parents.get(parent))
        return call is not None and call[0] is node and _is_method(facts, node, call[1])
    if not isinstance(parent, cst.Attribute) or not _is_method(facts, node, parent.attr.value):
        return False
    outer = parents.get(parent)
    if isinstance(outer, cst.AssignTarget):
        assign = parents.get(outer)
        function = facts.enclosing(outer, cst.FunctionDef)
        return (isinstance(assign, cst.Assign) and facts.value(assign.value) == MOCKED) or (
            isinstance(function, cst.FunctionDef) and is_test(function.name.value)
        )
    return isinstance(outer, cst.Attribute) and not outer.attr.value.startswith("__")


def _is_method(facts: Facts, owner: cst.CSTNode, name: str) -> bool:
    """Whether an object has a method that rules are about."""
    return any(facts.pack.method(each.kind, name) for each in facts.instances(owner))
