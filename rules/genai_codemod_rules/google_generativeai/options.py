"""Request options: seconds become milliseconds, and a ``Retry`` becomes ``HttpRetryOptions``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Container, Instance, Plain, present, symbol_names
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.signature import Signature, bind
from genai_codemod.engine.rule_packs.template import MISSING, atomic, call, expression, keyword
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai.literals import entries

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"
OPTIONS = Rule("request.options", guide=GUIDE)
RETRY = Rule("request.retry", guide=GUIDE)
FIELDS = frozenset({"timeout", "retry"})

RETRY_CLASSES = frozenset(
    {
        "google.api_core.retry.Retry",
        "google.api_core.retry.AsyncRetry",
        "google.api_core.retry_async.AsyncRetry",
    }
)
RETRY_SIGNATURE = Signature.parse(
    "Retry(predicate, initial, maximum, multiplier, timeout, *, deadline)"
)
DELAYS = {"initial": 1.0, "maximum": 60.0, "multiplier": 2.0}
DELAY_FIELDS = {"initial": "initial_delay", "maximum": "max_delay", "multiplier": "exp_base"}
LIMIT = 120.0
TRANSIENT = (429, 500, 503)
CODES = {"INTERNAL": 500, "INVALID_ARGUMENT": 400, "ABORTED": 409}


def request_options(argument: Argument, context: Context) -> cst.BaseExpression:
    """Request options as ``types.HttpOptions``."""
    written = written_options(argument.original, argument.updated, context)
    if written is not None:
        return written
    atoms = present(context.value(argument.original))
    if atoms and all(_is_new(atom, context) for atom in atoms):
        return argument.updated
    if not _has_no_retry(atoms, context):
        message = (
            f"a retry in {source_of(argument.original)} is not possible here: give "
            "retry_options=types.HttpRetryOptions(...) in the HttpOptions instead."
        )
        context.plan.found(argument.call, OPTIONS, "review", message)
    return context.helper("_http_options", argument.updated)


def _is_new(atom: object, context: Context) -> bool:
    if isinstance(atom, Container):
        return atom.site in context.plan.converted
    return isinstance(atom, Instance) and atom.kind == "RequestOptions"


def _has_no_retry(atoms: Iterable[object], context: Context) -> bool:
    """Whether options are dicts that this module writes, none of them with a retry."""
    found = list(atoms)
    return bool(found) and all(
        isinstance(atom, Container)
        and isinstance(atom.site, cst.Dict)
        and set(entries(atom.site) or {"retry"}) <= {"timeout"}
        and not context.facts.interpreter.load(("item", atom.site, "retry"))
        for atom in found
    )


def written_options(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A dict of options as ``types.HttpOptions``, or None if it is not clear what is in it."""
    before, found = entries(original), entries(updated)
    if before is None or found is None or not set(found) <= FIELDS:
        return None
    given: list[cst.Arg] = []
    if _is_given(found, "timeout"):
        value = _milliseconds(before["timeout"], found["timeout"], context)
        given.append(keyword("timeout", value))
    if _is_given(found, "retry"):
        retry = _retry(before["retry"], context)
        if retry is not MISSING:
            given.append(keyword("retry_options", retry))
    return call(context.type("HttpOptions"), *given) if given else MISSING


def stored_options(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """The same for a dict that is kept in a variable."""
    written = written_options(original, updated, context)
    return call(context.type("HttpOptions")) if written is MISSING else written


def _is_given(found: dict[str, cst.BaseExpression], name: str) -> bool:
    return name in found and literal(found[name]) is not None


# -- timeouts -----------------------------------------------------------------------------------


def milliseconds(argument: Argument, context: Context) -> cst.BaseExpression:
    """A time in seconds, as the milliseconds that the new SDK counts in."""
    return _milliseconds(argument.original, argument.updated, context)


def _milliseconds(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    value = literal(updated)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return expression(f"{round(value * 1000):_}")
    atoms = context.value(original)
    product = f"{source_of(atomic(updated))} * 1000"
    if atoms == {Plain("int")}:
        return expression(product)
    if atoms and atoms <= {Plain("int"), Plain("float")}:
        return call(cst.Name("int"), cst.Arg(expression(product)))
    return context.helper("_timeout", updated)


# -- retries ------------------------------------------------------------------------------------


def retry_options(argument: Argument, context: Context) -> cst.BaseExpression:
    """A retry object as ``types.HttpRetryOptions``."""
    return _retry(argument.original, context)


def _retry(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    written = _written_retry(node, context)
    if written is not None:
        return written
    message = (
        f"{source_of(node).split('(')[0]} was dropped: write it as retry_options="
        "types.HttpRetryOptions(attempts=..., http_status_codes=[...]) in the HttpOptions."
    )
    context.plan.found(node, RETRY, "review", message)
    return MISSING


def _written_retry(node: cst.BaseExpression, context: Context) -> cst.BaseExpression | None:
    """``retry.Retry(...)`` as ``types.HttpRetryOptions(...)``, if all of it is clear."""
    if not isinstance(node, cst.Call) or not symbol_names(context.value(node.func)) & RETRY_CLASSES:
        return None
    binding = bind(node, RETRY_SIGNATURE)
    given = {name: node.args[position].value for name, position in binding.arguments.items()}
    codes = _codes(given.pop("predicate", None), context)
    numbers = {name: literal(value) for name, value in given.items()}
    if binding.unmatched or codes is None:
        return None
    delays = {name: numbers.get(name, default) for name, default in DELAYS.items()}
    limit = numbers.get("timeout", numbers.get("deadline", LIMIT))
    if not all(_is_number(value) for value in (*delays.values(), limit)):
        return None
    attempts = _attempts(delays, limit)
    message = (
        f"google.genai counts attempts, where Retry had a time limit: {attempts} attempts take "
        f"about {limit:g} s."
    )
    context.plan.found(node, RETRY, "review", message)
    listed = [cst.Element(cst.Integer(str(code))) for code in codes]
    return call(
        context.type("HttpRetryOptions"),
        keyword("attempts", cst.Integer(str(attempts))),
        *(keyword(field, given[name]) for name, field in DELAY_FIELDS.items() if name in given),
        keyword("http_status_codes", cst.List(listed)),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _attempts(delays: dict[str, object], limit: object) -> int:
    """How many attempts fit into a time limit, if each wait is as long as it can be."""
    assert isinstance(limit, int | float)
    numbers = {name: float(str(value)) for name, value in delays.items()}
    delay, waited, attempts = numbers["initial"], 0.0, 1
    while attempts < 1000:
        waited += min(delay, numbers["maximum"])
        if waited > limit:
            break
        attempts += 1
        delay *= numbers["multiplier"]
    return attempts


def _codes(predicate: cst.BaseExpression | None, context: Context) -> Sequence[int] | None:
    """The status codes a predicate of ``google.api_core.retry`` is about."""
    if predicate is None or "google.api_core.retry.if_transient_error" in symbol_names(
        context.value(predicate)
    ):
        return TRANSIENT
    if not isinstance(predicate, cst.Call):
        return None
    if "google.api_core.retry.if_exception_type" not in symbol_names(context.value(predicate.func)):
        return None
    found: list[int] = []
    for argument in predicate.args:
        rules = [
            context.pack.exceptions.get(name)
            for name in symbol_names(context.value(argument.value))
        ]
        where = rules[0].where if len(rules) == 1 and rules[0] is not None else None
        code = CODES.get(str(where[1]), where[1]) if where is not None else None
        if not isinstance(code, int):
            return None
        found.append(code)
    return list(dict.fromkeys(found)) or None
