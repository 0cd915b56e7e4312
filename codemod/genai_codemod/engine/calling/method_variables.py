"""Methods in variables: ``send = chat.send_message``, ``ask = partial(model.generate_content)``.

A method of the new SDK is called with other arguments, so each call is written on its object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Symbol, present
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.template import bare
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex, dotted_name
from genai_codemod.engine.syntax.parts import parts, within
from genai_codemod.engine.tracing.written_values import Variable, bound_once, is_steady, reads_of

_PARTIAL = "functools.partial"
_PLAIN = (cst.SimpleString, cst.Integer, cst.Float, cst.Name, cst.Attribute, cst.Dict, cst.List)


def may_hold_methods(index: SyntaxIndex, pack: RulePack) -> bool:
    """Whether there are variables that may hold methods, by the names of these."""
    return any(
        isinstance(method, cst.Attribute) and method.attr.value in pack.function_names
        for assign in index.nodes(cst.Assign)
        for method in (assign.value, *_given(assign.value))
    )


def _given(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What a call is given first."""
    return [each.value for each in value.args[:1]] if isinstance(value, cst.Call) else []


def method_variables(facts: Facts) -> Iterator[Variable]:
    """The variables of a module that hold methods, which calls can be written on their objects."""
    for statement in facts.index.nodes(cst.Assign):
        method, given = _method(facts, statement.value)
        name = bound_once(facts, statement) if method is not None else None
        if method is None or name is None:
            continue
        reads = list(reads_of(facts, statement, name))
        called = all(facts.use(read).role == "callee" for read in reads)
        used = [method.value, *(each.value for each in given)]
        if (called or not given) and all(is_same_at(facts, each, reads) for each in used):
            yield Variable(statement, name, method, given)


def _method(
    facts: Facts, value: cst.BaseExpression
) -> tuple[cst.Attribute | None, tuple[cst.Arg, ...]]:
    """The method that a variable holds, and what ``functools.partial`` gives it."""
    given: tuple[cst.Arg, ...] = ()
    if isinstance(value, cst.Call) and value.args:
        if present(facts.value(value.func)) != {Symbol(_PARTIAL)}:
            return None, given
        first, *rest = value.args
        if any(each.star for each in value.args) or not all(_is_plain(each) for each in rest):
            return None, given
        value, given = first.value, tuple(bare(each) for each in rest)
    if not isinstance(value, cst.Attribute) or dotted_name(value) is None:
        return None, given
    atoms = present(facts.value(value))
    known = bool(atoms) and all(
        isinstance(atom, Bound) and facts.pack.method(atom.instance.kind, atom.method) is not None
        for atom in atoms
    )
    return (value, given) if known else (None, given)


def _is_plain(argument: cst.Arg) -> bool:
    """Whether it does not matter how often an argument is evaluated."""
    return all(
        isinstance(node, _PLAIN)
        for node in within(argument.value)
        if isinstance(node, cst.BaseExpression)
    )


def is_same_at(facts: Facts, part: cst.BaseExpression, reads: Sequence[cst.Name]) -> bool:
    """Whether an expression is the same where a variable is read as where it is bound."""
    return all(_is_steady_name(facts, node, reads) for node in _outermost_names(part))


def _outermost_names(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The names that an expression reads, with all their attributes: ``self.model`` as one."""
    if isinstance(node, cst.Name | cst.Attribute):
        yield node
    else:
        for part in parts(node):
            yield from _outermost_names(part)


def _is_steady_name(facts: Facts, node: cst.BaseExpression, reads: Sequence[cst.Name]) -> bool:
    """Whether a dotted name means the same object everywhere."""
    name = dotted_name(node)
    if name is None:
        return False
    root, *attributes = name.split(".")
    scope = facts.index.scope(node).binding_scope(root)
    if scope is None:
        return not attributes
    if any(facts.index.scope(read).binding_scope(root) is not scope for read in reads):
        return False
    return is_steady(facts, scope, root) and all(_is_set_once(facts, each) for each in attributes)


def _is_set_once(facts: Facts, attribute: str) -> bool:
    """Whether an attribute is set in one place of the program at most."""
    places = [
        node
        for node in facts.whole.index.nodes(cst.Attribute)
        if isinstance(node, cst.Attribute) and node.attr.value == attribute
        if facts.use(node).role == "stored"
        and getattr(facts.use(node).parent, "value", None) is not node
    ]
    return len(places) < 2
