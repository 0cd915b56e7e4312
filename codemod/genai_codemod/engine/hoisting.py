"""Takes a receiver into a variable of its own, where it must be evaluated first and only once.

``get_model().generate_content(x)`` evaluated ``get_model()`` before everything else; in
``client.models.generate_content(model=get_model(), ...)`` the client is looked up first, and that
is too early when it is ``get_model()`` that makes it.
"""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.objects import AUTOMATIC, SETTINGS, Group
from genai_codemod.engine.settings import present_parameters
from genai_codemod.engine.syntax import dotted_name
from genai_codemod.engine.values import Class, Function


def must_be_first(facts: Facts, node: cst.Call, group: Group | None) -> bool:
    """Whether the receiver of ``node`` cannot simply move into its arguments."""
    if not isinstance(node.func, cst.Attribute) or group is None or group.form == "inline":
        return False
    receiver = node.func.value
    if dotted_name(receiver) is not None:
        return False
    if group.form == "pair" and _used_twice(facts, node):
        return True
    return _configures_late(facts) and any(
        isinstance(atom, Function | Class)
        for call in facts.index.calls
        if call is receiver or receiver in facts.index.ancestors(call)
        for atom in facts.value(call.func)
    )


def _used_twice(facts: Facts, node: cst.Call) -> bool:
    for rule, binding in facts.interpreter.bindings.get(node, {}).items():
        if "settings" not in (rule.becomes or ""):
            return False
        given = present_parameters(node, binding)
        if any(name in (*SETTINGS, AUTOMATIC) for name in given):
            return True
    return False


def _configures_late(facts: Facts) -> bool:
    """Whether a function of the module configures the SDK."""
    return any(
        rule.mechanism == "configuration" and facts.enclosing(call, cst.FunctionDef) is not None
        for call, rules in facts.interpreter.bindings.items()
        for rule in rules
    )


def can_be_first(facts: Facts, node: cst.Call) -> bool:
    """Whether ``node`` is what its statement evaluates first, on a line of its own."""
    child: cst.CSTNode = node
    for parent in facts.index.ancestors(node):
        match parent:
            case cst.Attribute() | cst.Await() | cst.Return() | cst.Expr() | cst.Assign():
                pass
            case cst.Call(func=func, args=args):
                first = args and args[0] is child and isinstance(func, cst.Name)
                if func is not child and not first:
                    return False
            case cst.Arg() | cst.AnnAssign():
                pass
            case cst.SimpleStatementLine(body=body):
                block = facts.index.parents.get(parent)
                return len(body) == 1 and isinstance(block, cst.IndentedBlock | cst.Module)
            case _:
                return False
        child = parent
    return False
