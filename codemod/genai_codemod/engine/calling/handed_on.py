"""Methods that functions of the program call with what they are given as well.

``with_retries(model.generate_content, prompt)``, where that function calls
``function(*arguments, **options)``: for the analysis it is spelled out like a call that another
thread makes, see :mod:`forwarding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from genai_codemod.engine.calling.passed_calls import PassedCall
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Function, Symbol, Value, present
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import (
    named_parameters,
    open_parameters,
    parameter_of,
)
from genai_codemod.engine.syntax.parts import names_in

# What may be asked about a function without calling it, where it is an ``async`` one.
_ASKING = frozenset({
    "asyncio.iscoroutinefunction", "builtins.callable", "inspect.iscoroutinefunction",
})  # fmt: skip
_KEYWORD = re.compile(r"(\w+)=")


def gives_methods(calls: Iterable[cst.Call], pack: RulePack) -> bool:
    """Whether there are calls that may be given methods, by the names of what they are given."""
    names = pack.function_names
    for call in calls:
        for argument in call.args:
            value = argument.value
            if isinstance(value, cst.Attribute) and value.attr.value in names:
                return True
    return False


def calls_handed_on(facts: Facts) -> dict[cst.Call, PassedCall]:
    """The calls of a module that have a function of the program call a method, and how."""
    found: dict[cst.Call, PassedCall] = {}
    for call in facts.index.calls:
        for place, argument in enumerate(call.args):
            rule = None if argument.star else method_rule(facts, argument.value)
            passed = _passed(facts, call, place, rule) if rule is not None else None
            if passed is not None:
                found[call] = passed
                break
    return found


def method_rule(facts: Facts, method: cst.BaseExpression) -> CallRule | None:
    """The rule for the one method that an expression is certainly, as it is written there."""
    if not isinstance(method, cst.Attribute):
        return None
    return _rule_of(facts.pack, facts.value(method), method.attr.value)


def _rule_of(pack: RulePack, value: Value, name: str) -> CallRule | None:
    rules: set[CallRule | None] = set()
    for atom in present(value):
        match atom:
            case Bound(instance=instance, method=method) if method == name:
                rules.add(pack.method(instance.kind, method))
            case Symbol(name=dotted):
                rules.add(pack.calls.get(dotted))
            case _:
                return None
    return rules.pop() if len(rules) == 1 else None


def _passed(facts: Facts, call: cst.Call, place: int, rule: CallRule) -> PassedCall | None:
    """How a call has its function call what it is given in a place, if it is seen to do so."""
    functions = [atom for atom in present(facts.value(call.func)) if isinstance(atom, Function)]
    if len(functions) != 1 or len(functions) != len(present(facts.value(call.func))):
        return None
    (function,) = functions
    parameter = parameter_of(function, call, call.args[place])
    if not isinstance(function.node, cst.FunctionDef) or parameter is None:
        return None
    own = _own(function, call)
    if own is None or place not in own:
        return None
    positional = function.node.params.star_kwarg is None
    handing = _Handing(facts, function.node, parameter)
    if not handing.is_right or (handing.names and not _keeps_name(call, rule, function)):
        return None
    taken = frozenset(_names(function))
    by_position = sum(call.args[each].keyword is None for each in own)
    full = by_position == len(open_parameters(function))
    return PassedCall(call.args, place, own, taken, positional, full)


def _own(function: Function, call: cst.Call) -> frozenset[int] | None:
    """The places of the arguments that go to parameters with names; None if it is not seen."""
    if any(each.star for each in call.args):
        return None
    names, count = set(_names(function)), len(open_parameters(function))
    return frozenset(
        place
        for place, each in enumerate(call.args)
        if (each.keyword.value in names if each.keyword is not None else place < count)
    )


def _names(function: Function) -> list[str]:
    return [each.name.value for each in named_parameters(function.node)]


def _keeps_name(call: cst.Call, rule: CallRule, function: Function) -> bool:
    """Whether the method of the new SDK that is given has the name of the old one."""
    becomes = rule.becomes or ""
    method, bracket, _ = becomes.partition("(")
    if not bracket or method.rpartition(".")[2] != rule.legacy.name.rpartition(".")[2]:
        return False
    given = {each.keyword.value for each in call.args if each.keyword is not None}
    new = {*_KEYWORD.findall(becomes)}
    return (
        "stream" not in given
        and not new & set(_names(function))
        and (function.node.params.star_kwarg is not None)
    )


class _Handing:
    """What a function of the program does with a function that it is given, and the rest."""

    def __init__(self, facts: Facts, function: cst.FunctionDef, parameter: str) -> None:
        self.facts = facts
        self.function = function
        self.parameter = parameter
        stars = (function.params.star_arg, function.params.star_kwarg)
        self.rest = [each.name.value for each in stars if isinstance(each, cst.Param)]
        self.names = False
        self._calls = 0
        self._handed = 0
        self.is_right = self._looks_right() and self._calls > 0

    def _looks_right(self) -> bool:
        """Whether the given function is only called with all of the rest, and that only so used."""
        uses = 0
        for node in names_in(self.function.body):
            if not self._is_own(node):
                continue
            if node.value == self.parameter and not self._is_called(node):
                return False
            uses += node.value in self.rest
        return uses == self._handed

    def _is_own(self, node: cst.Name) -> bool:
        if node.value not in (self.parameter, *self.rest):
            return False
        scope = self.facts.index.scope(node).binding_scope(node.value)
        return scope is not None and scope.node is self.function

    def _is_called(self, node: cst.Name) -> bool:
        """Whether the given function is called with the rest here, or only asked about."""
        use = self.facts.use(node)
        if use.role == "attribute" and isinstance(use.parent, cst.Attribute):
            self.names |= use.parent.attr.value == "__name__"
            return use.parent.attr.value == "__name__"
        if use.role == "callee" and isinstance(use.parent, cst.Call):
            return self._is_rest(use.parent.args)
        call = self.facts.index.parents.get(use.parent)
        if use.role != "argument" or not isinstance(call, cst.Call):
            return False
        handed = self.facts.handed_over(call)
        if handed is not None and handed.function is node and not handed.each:
            return self._is_rest(handed.arguments)
        called = present(self.facts.value(call.func))
        if called == {Symbol("functools.partial")} and call.args[0].value is node:
            return self._is_rest(call.args[1:])
        return bool(called) and all(
            isinstance(atom, Symbol) and atom.name in _ASKING for atom in called
        )

    def _is_rest(self, arguments: Iterable[cst.Arg]) -> bool:
        given = [
            each.value.value if each.star and isinstance(each.value, cst.Name) else None
            for each in arguments
        ]
        self._calls += 1
        self._handed += len(given)
        return given == self.rest
