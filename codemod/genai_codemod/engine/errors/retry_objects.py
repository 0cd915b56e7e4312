"""Plans what objects that repeat calls are told of errors: ``@retry.Retry(predicate=...)``.

Their library goes on, and is given a predicate that knows the errors of the new SDK.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.errors.conditions import Errors
from genai_codemod.engine.errors.retrying import with_argument
from genai_codemod.engine.flow.values import Function, Symbol, symbol_names
from genai_codemod.engine.rule_packs.rules import ErrorRule
from genai_codemod.engine.rule_packs.template import expression, keyword
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import names_in
from genai_codemod.engine.tracing.written_values import bound_once, reads_of

if TYPE_CHECKING:
    from genai_codemod.engine.errors.error_tests import ErrorTests

References = dict[cst.CSTNode, ErrorRule]
_PREDICATE = "predicate"


def plan_retry_object(tests: ErrorTests, call: cst.Call, pending: References) -> None:
    """Plan a call that makes such an object, if only functions of the program are given to it."""
    rule = pending.get(call.func)
    if rule is None or rule.predicate is None or _is_named(tests, rule.fails):
        return
    bodies = list(_repeated(tests, call))
    libraries = {tests.tries.library(tests.tries.reach.of(body)) for body in bodies}
    given = _given(call)
    if len(libraries) != 1:
        return
    if libraries == {"old"}:
        within = {call, *tests.facts.index.within(call)}
        tests.planned |= {node for node in pending if node in within}
    elif not all(tests.tries.reach.of(body).new for body in bodies):
        return
    elif given is not None:
        _plan_given(tests, call, given, pending, bodies, keeps=libraries == {"both"})
    elif libraries == {"new"} and not any(each.star for each in call.args):
        default = tests.facts.pack.exceptions.get(rule.predicate)
        rules = _rules(tests, default.asks) if default is not None else []
        if not rules:
            return
        predicate = _predicate(tests, rules, [], bodies)
        tests.plan.replace[call] = lambda updated: _told(updated, predicate)
        _report(tests, {call.func: rule})


def _plan_given(
    tests: ErrorTests,
    call: cst.Call,
    given: cst.BaseExpression,
    pending: References,
    bodies: Sequence[cst.CSTNode],
    *,
    keeps: bool,
) -> None:
    """Plan a predicate that is made of classes, or is the one that the library has by itself."""
    made = given.func if isinstance(given, cst.Call) else given
    rule = pending.get(made)
    classes = [each.value for each in given.args] if isinstance(given, cst.Call) else []
    if rule is None and not keeps and _only_asks_for_classes(tests, given):
        _report(tests, {call.func: pending[call.func]})
    if rule is None or rule.takes_classes is not isinstance(given, cst.Call):
        return
    stars = isinstance(given, cst.Call) and any(each.star for each in given.args)
    unclear = stars or any(_is_unclear(each, pending) for each in classes)
    if unclear or (keeps and not classes):
        return
    named: References = {node: pending[node] for node in classes if node in pending}
    others = [source_of(node) for node in classes if keeps or node not in named]
    rules = [*named.values()] if classes else _rules(tests, rule.asks)
    if _waits_for_late(tests, rules, bodies) or not (rules or classes):
        return
    if rules:
        predicate = _predicate(tests, rules, others, bodies)
        tests.plan.replace[given] = lambda _: predicate()
    kept = named if keeps else {}
    _report(tests, {call.func: pending[call.func], made: rule, **named}, gone=not keeps)
    tests.tries.gone -= kept.keys()
    if rules:
        tests.tries.gone.add(made)


def _waits_for_late(
    tests: ErrorTests, rules: Sequence[ErrorRule], bodies: Iterable[cst.CSTNode]
) -> bool:
    """Whether a coroutine may be late, of which nobody knows what that raises."""
    return any(
        isinstance(function := tests.facts.index.parents.get(body), cst.FunctionDef)
        and function.asynchronous is not None
        and tests.tries.caught_besides(rules, tests.tries.reach.of(body)).late is not None
        for body in bodies
    )


def _only_asks_for_classes(tests: ErrorTests, predicate: cst.BaseExpression) -> bool:
    """Whether functions of the program ask for nothing but the class of what they are given."""
    atoms = tests.facts.value(predicate)
    return bool(atoms) and all(
        isinstance(atom, Function) and _asks_for_class(tests, atom.node) for atom in atoms
    )


def _asks_for_class(tests: ErrorTests, function: cst.FunctionDef | cst.Lambda) -> bool:
    if len(function.params.params) != 1 or function not in tests.facts.index:
        return False
    name = function.params.params[0].name.value
    for node in names_in(function.body):
        if node.value == name:
            argument = tests.facts.index.parents.get(node)
            call = tests.facts.index.parents.get(argument) if argument is not None else None
            if not isinstance(call, cst.Call) or call.args[0] is not argument:
                return False
            if symbol_names(tests.facts.value(call.func)) != {"builtins.isinstance"}:
                return False
    return True


def _is_unclear(node: cst.BaseExpression, pending: References) -> bool:
    """Whether nobody knows which classes are meant, or one has no counterpart."""
    if node in pending:
        return pending[node].becomes is None
    return not isinstance(node, cst.Name | cst.Attribute)


class _Lambda:
    """Builds ``lambda error: ...`` once the names of this module are known."""

    def __init__(self, tests: ErrorTests, errors: Errors) -> None:
        self.tests = tests
        self.errors = errors

    def __call__(self) -> cst.BaseExpression:
        text = self.errors.test("error", self.tests.tries.spell, certain=False)
        return expression(f"lambda error: {text}")


def _predicate(
    tests: ErrorTests,
    rules: Sequence[ErrorRule],
    others: Sequence[str],
    bodies: Iterable[cst.CSTNode],
) -> _Lambda:
    """A predicate for the errors of some rules, and for classes that stay."""
    late = {
        name: None
        for body in bodies
        for name in tests.tries.caught_besides(rules, tests.tries.reach.of(body)).classes
    }
    tests.plan.imports |= {f"import {name.rpartition('.')[0]}" for name in late}
    return _Lambda(tests, Errors.of(rules, [*others, *late], tests.facts.pack))


def _told(updated: cst.CSTNode, predicate: _Lambda) -> cst.CSTNode:
    """A call that is given a predicate besides."""
    assert isinstance(updated, cst.Call)
    new = keyword(_PREDICATE, predicate())
    args = with_argument(updated.args, new) if updated.args else [new]
    return updated.with_changes(args=args)


def _report(tests: ErrorTests, named: References, *, gone: bool = True) -> None:
    """Say what was rewritten; the program repeats the calls itself that the old SDK repeated."""
    tests.planned |= named.keys()
    for node, rule in named.items():
        tests.plan.found(node, rule, "rewritten")
        if gone and rule.becomes is not None:
            tests.tries.gone.add(node)


def _rules(tests: ErrorTests, names: Sequence[str]) -> list[ErrorRule]:
    """The rules for classes; none if the program may raise one of those that have no rule."""
    known = tests.facts.pack.exceptions
    others = {name.partition(".")[0] for name in names if name not in known}
    used = (symbol_names(value) for _, value in tests.facts.whole.held.of(Symbol))
    if any(name.partition(".")[0] in others for each in used for name in each):
        return []
    return [known[name] for name in names if name in known]


def _given(call: cst.Call) -> cst.BaseExpression | None:
    """The predicate that an object is given."""
    for position, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword is not None else None
        if name == _PREDICATE or (name is None and position == 0 and not argument.star):
            return argument.value
    return None


def _repeated(tests: ErrorTests, call: cst.Call) -> Iterator[cst.CSTNode]:
    """The bodies of the functions that an object repeats; none if it may be used otherwise."""
    facts = tests.facts
    parent = facts.index.parents.get(call)
    uses: list[cst.CSTNode] = [call]
    if isinstance(parent, cst.Assign):
        name = bound_once(facts, parent)
        uses = list(reads_of(facts, parent, name)) if name is not None else []
    found = [list(_given_to(tests, use)) for use in uses]
    if all(found):
        yield from (body for bodies in found for body in bodies)


def _given_to(tests: ErrorTests, use: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The bodies of what is decorated with an object, or given to it."""
    parent = tests.facts.index.parents.get(use)
    if isinstance(parent, cst.Decorator):
        function = tests.facts.index.parents[parent]
        if isinstance(function, cst.FunctionDef):
            yield function.body
    elif isinstance(parent, cst.Call) and parent.func is use and len(parent.args) == 1:
        atoms = tests.facts.value(parent.args[0].value)
        if all(isinstance(atom, Function) for atom in atoms):
            yield from (atom.node.body for atom in atoms if isinstance(atom, Function))


def _is_named(tests: ErrorTests, classes: Iterable[str]) -> bool:
    """Whether the program names a class that stands for the end of repeating, too."""
    wanted = {Symbol(name) for name in classes}
    return any(
        not wanted.isdisjoint(value) and not tests.facts.whole.in_import(node)
        for node, value in tests.facts.whole.held.of(Symbol)
    )
