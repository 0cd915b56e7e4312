"""Takes a receiver into a variable of its own, where it must be evaluated first and only once.

``get_model().generate_content(x)`` evaluated ``get_model()`` before everything else; in
``client.models.generate_content(model=get_model(), ...)`` the client is looked up first, and that
is too early when it is ``get_model()`` that makes it.  So it is with ``self.model`` that is a
property, and with an argument such as ``prepare(x)``.
"""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.clients.configured import Configured
from genai_codemod.engine.clients.late_configuration import configures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.objects.object_plans import AUTOMATIC, Group
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.syntax.module_syntax import dotted_name

# What does more than to read something.
_RUNNING = (cst.Call, cst.Await, cst.NamedExpr, cst.Yield, cst.FormattedString)


def must_be_first(facts: Facts, node: cst.Call, group: Group | None) -> bool:
    """Whether the receiver of ``node`` cannot simply move into its arguments."""
    if not isinstance(node.func, cst.Attribute) or group is None or group.form == "inline":
        return False
    receiver = node.func.value
    if dotted_name(receiver) is None and group.form == "pair" and _used_twice(facts, node):
        return True
    if not configures(facts, receiver):
        return False
    return dotted_name(receiver) is None or not Configured(facts).before(node)


def uses_client(rule: CallRule) -> bool:
    """Whether a call becomes one of the client."""
    return rule.becomes is not None and re.search(r"\bclient\b", rule.becomes) is not None


def first_argument(facts: Facts, node: cst.Call, rule: CallRule) -> int | None:
    """The position of an argument that must be evaluated before the client is looked up."""
    if not uses_client(rule):
        return None
    late = [place for place, each in enumerate(node.args) if configures(facts, each.value)]
    return late[-1] if late and not Configured(facts).before(node) else None


def may_be_first(facts: Facts, node: cst.Call, position: int) -> bool:
    """Whether an argument can be evaluated before what stands in front of it."""
    before = [argument.value for argument in node.args[:position]]
    runs = any(isinstance(part, _RUNNING) for each in before for part in facts.index.within(each))
    return not runs and not node.args[position].star and can_be_first(facts, node)


def _used_twice(facts: Facts, node: cst.Call) -> bool:
    for rule, binding in facts.interpreter.bindings.get(node, {}).items():
        if "settings" not in (rule.becomes or ""):
            return False
        given = present_parameters(node, binding)
        if any(name in (*facts.pack.settings, AUTOMATIC) for name in given):
            return True
    return False


def can_be_first(facts: Facts, node: cst.Call) -> bool:
    """Whether ``node`` is what its statement evaluates first, with room for a line before it."""
    child: cst.CSTNode = node
    for parent in facts.index.ancestors(node):
        match parent:
            case cst.Attribute() | cst.Await() | cst.Return() | cst.Expr() | cst.Assign():
                pass
            case cst.Call(func=func, args=args):
                first = args and args[0] is child and dotted_name(func) is not None
                if func is not child and not (first and not configures(facts, func)):
                    return False
            case cst.Subscript(value=first) | cst.BinaryOperation(left=first):
                if first is not child:
                    return False
            case cst.Arg() | cst.AnnAssign():
                pass
            case cst.For(iter=first):
                return first is child and _is_in_block(facts, parent)
            case cst.SimpleStatementLine(body=body):
                return len(body) == 1 and _is_in_block(facts, parent)
            case _:
                return False
        child = parent
    return False


def _is_in_block(facts: Facts, statement: cst.CSTNode) -> bool:
    return isinstance(facts.index.parents.get(statement), cst.IndentedBlock | cst.Module)
