"""Constants that hold exception classes: ``BUSY = (ResourceExhausted, ServiceUnavailable)``."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.retrying import BACKOFF, TYPE_PREDICATES
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, symbol_names
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex, dotted_name
from genai_codemod.engine.tracing.written_values import Variable, bound_once, reads_of

_ASKING = frozenset({"builtins.isinstance", BACKOFF, *TYPE_PREDICATES})
_BUILTIN = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
)


def may_hold_classes(index: SyntaxIndex, pack: RulePack) -> bool:
    """Whether there are tuples that may hold exception classes, by the names of these."""
    last = {name.rpartition(".")[2] for name in pack.exceptions} | _BUILTIN
    return any(
        (dotted_name(element.value) or "").rpartition(".")[2] in last
        for _, classes in _assigned(index)
        for element in classes.elements
    )


def class_constants(facts: Facts) -> Iterator[Variable]:
    """The constants of a module that hold classes which handlers of migrated calls may name."""
    for statement, classes in _assigned(facts.index):
        written = all(_is_name(element) for element in classes.elements)
        if written and any(_is_handled(facts.pack, name) for name in _names(facts, classes)):
            name = bound_once(facts, statement)
            if name and any(_is_asked(facts, each) for each in reads_of(facts, statement, name)):
                plain = [cst.Element(each.value) for each in classes.elements]
                if len(plain) == 1:
                    plain[0] = plain[0].with_changes(comma=cst.Comma())
                yield Variable(statement, name, cst.Tuple(plain))


def _is_asked(facts: Facts, read: cst.Name) -> bool:
    """Whether something is known of errors of some classes where a constant is read."""
    argument = facts.index.parents.get(read)
    if isinstance(argument, cst.ExceptHandler):
        return True
    call = facts.index.parents.get(argument) if isinstance(argument, cst.Arg) else None
    return isinstance(call, cst.Call) and not _ASKING.isdisjoint(
        symbol_names(facts.value(call.func))
    )


def _assigned(index: SyntaxIndex) -> Iterator[tuple[cst.Assign, cst.Tuple]]:
    for node in index.nodes(cst.Assign):
        if isinstance(node.value, cst.Tuple):
            yield node, node.value


def _is_name(element: cst.BaseElement) -> bool:
    return isinstance(element, cst.Element) and dotted_name(element.value) is not None


def _is_handled(pack: RulePack, name: str) -> bool:
    """Whether it matters to what is migrated that an exception class is named in a handler."""
    rule = pack.exceptions.get(name)
    builtin = name.removeprefix("builtins.")
    return builtin in _BUILTIN if rule is None else rule.becomes is not None


def _names(facts: Facts, classes: cst.Tuple) -> Iterator[str]:
    for element in classes.elements:
        for atom in facts.value(element.value):
            if isinstance(atom, Symbol):
                yield atom.name
