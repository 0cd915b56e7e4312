"""Plans what the decorators of tenacity and backoff are told of exception classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.errors.conditions import listed
from genai_codemod.engine.rule_packs.rules import ErrorRule
from genai_codemod.engine.rule_packs.template import expression, keyword
from genai_codemod.engine.tracing.reach import Reached

if TYPE_CHECKING:
    from genai_codemod.engine.errors.error_tests import ErrorTests

References = dict[cst.CSTNode, ErrorRule]
# tenacity: what takes classes, and whether it is about the errors of other classes.
TYPE_PREDICATES = {
    "tenacity.retry_if_exception_type": False,
    "tenacity.retry_if_not_exception_type": True,
    "tenacity.retry_unless_exception_type": True,
}
BACKOFF = "backoff.on_exception"
_NONE = cst.SimpleWhitespace("")
_BLANK = cst.SimpleWhitespace(" ")


def plan_retry(tests: ErrorTests, call: cst.Call, name: str, pending: References) -> None:
    """Plan a call of the library function ``name``, if it is one that takes exception classes."""
    if name in TYPE_PREDICATES and len(call.args) == 1:
        _plan_predicate(tests, call, pending, negated=TYPE_PREDICATES[name])
    elif name == BACKOFF:
        _plan_backoff(tests, call, pending)


def _plan_predicate(
    tests: ErrorTests, call: cst.Call, pending: References, *, negated: bool
) -> None:
    """``retry_if_exception_type(X)`` as ``retry_if_exception(lambda error: ...)``."""
    named = tests.named(call.args[0], pending)
    if named is None:
        return
    reached = _reached(tests, call)
    library = _library(tests, reached)
    besides = tests.besides(list(named.values()), reached) if library != "old" else ()
    if call.args[0].value in named and not _limited(named):
        if library == "new" and besides:
            _plan_classes(tests, call, named, besides)
        return
    tests.planned |= named.keys()
    if library == "old":
        return
    kept = tests.kept(call.args[0], named, library)
    new = "retry_if_exception"

    def build(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        errors = tests.errors(updated.args[0], named, kept, besides)
        text = errors.test("error", tests.tries.spell, certain=False)
        text = f"not ({text})" if negated else text
        func: cst.BaseExpression = cst.Name(new)
        if isinstance(updated.func, cst.Attribute):
            func = updated.func.with_changes(attr=cst.Name(new))
        return cst.Call(func, [cst.Arg(expression(f"lambda error: {text}"))])

    tests.plan.replace[call] = build
    if isinstance(call.func, cst.Name):
        _import_beside(tests, call.func, new)
    tests.report(named, library)


def _plan_classes(
    tests: ErrorTests, call: cst.Call, named: References, besides: tuple[str, ...]
) -> None:
    """``retry_if_exception_type(X)``, where X becomes one class and some of another library."""

    def build(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        errors = tests.errors(updated.args[0], named, [], besides)
        names = [*map(tests.tries.spell, errors.classes), *errors.others]
        classes = updated.args[0].with_changes(value=expression(listed(names)))
        return updated.with_changes(args=[classes])

    tests.planned |= named.keys()
    tests.plan.replace[call] = build
    tests.report(named, "new")


def _plan_backoff(tests: ErrorTests, call: cst.Call, pending: References) -> None:
    """``on_exception(wait, X)`` with the new classes, and ``giveup`` for the other errors of them.

    One with a ``giveup`` of its own is left where only some errors of a class are meant.
    """
    given = {arg.keyword.value: arg for arg in call.args if arg.keyword is not None}
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    classes = given.get("exception") or (plain[1] if len(plain) > 1 else None)
    named = tests.named(classes, pending) if classes is not None else None
    reached = _reached(tests, call)
    library = _library(tests, reached)
    if classes is None or named is None or library != "new":
        return
    besides = tests.besides(list(named.values()), reached)
    kept = tests.kept(classes, named, library)
    position = call.args.index(classes)
    if tests.errors(classes, named, kept).limited and "giveup" in given:
        return
    tests.planned |= named.keys()

    def build(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        errors = tests.errors(updated.args[position], named, kept, besides)
        names = [*map(tests.tries.spell, errors.classes), *errors.others]
        args = list(updated.args)
        args[position] = args[position].with_changes(value=expression(listed(names)))
        if errors.limited:
            mismatch = errors.mismatch_of_any("error", tests.tries.spell)
            args = with_argument(args, keyword("giveup", expression(f"lambda error: {mismatch}")))
        return updated.with_changes(args=args)

    tests.plan.replace[call] = build
    tests.report(named, library)


def with_argument(args: Sequence[cst.Arg], new: cst.Arg) -> list[cst.Arg]:
    """Arguments with one more, laid out as they are; comments stay where they are."""
    *others, last = args
    between = others[-1].comma if others else cst.MaybeSentinel.DEFAULT
    gap = _bare(between.whitespace_after) if isinstance(between, cst.Comma) else _BLANK
    comma = last.comma if isinstance(last.comma, cst.Comma) else None
    after = last.whitespace_after_arg if comma is None else comma.whitespace_after
    if isinstance(gap, cst.ParenthesizedWhitespace) and isinstance(after, type(gap)):
        gap, after = gap.with_changes(first_line=after.first_line), _bare(after)
    if comma is None:
        end = new.with_changes(whitespace_after_arg=after)
    else:
        end = new.with_changes(comma=comma.with_changes(whitespace_after=after))
    ended = last.with_changes(comma=cst.Comma(whitespace_after=gap), whitespace_after_arg=_NONE)
    return [*others, ended, end]


def _bare(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """Whitespace without its comments."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    line = cst.TrailingWhitespace(newline=space.first_line.newline)
    return space.with_changes(first_line=line, empty_lines=[])


def _library(tests: ErrorTests, reached: Reached | None) -> str:
    """Whose errors a decorated function raises, or else the module."""
    tries = tests.tries
    return tries.module_library if reached is None else tries.library(reached)


def _reached(tests: ErrorTests, call: cst.Call) -> Reached | None:
    """What a function runs that is decorated with a call."""
    function = tests.facts.enclosing(call, cst.FunctionDef)
    if isinstance(function, cst.FunctionDef):
        around = tests.facts.index.ancestors(call)
        if not set(function.decorators).isdisjoint(around):
            return tests.tries.reach.of(function.body)
    return None


def _import_beside(tests: ErrorTests, name: cst.Name, new: str) -> None:
    """Import a name from where another one is imported."""
    for node in tests.facts.index.nodes(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            continue
        bound = [alias.evaluated_alias or alias.evaluated_name for alias in node.names]
        if name.value in bound:
            tests.plan.added_names.setdefault(node, set()).add(new)
            tests.tries.gone.add(name)


def _limited(named: References) -> bool:
    return any(rule.where is not None for rule in named.values())
