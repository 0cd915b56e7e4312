"""Answers that are streams or not, as a flag says: what is read of them without asking the flag."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import takewhile
from operator import is_not
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.keys import ends
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.values import Instance, instances, present

if TYPE_CHECKING:
    from genai_codemod.engine.left import LeftAlone

EITHER = Rule("stream.or-not")
ASKING = ("hasattr(", "isinstance(", "getattr(")


def mark_reads(
    facts: Facts, plan: Plan, site: cst.Call, flag: cst.BaseExpression, reads: Iterable[cst.CSTNode]
) -> None:
    """Mark attributes of an answer that are read in its function without asking the flag."""
    functions = (cst.FunctionDef, cst.Lambda)
    home = facts.enclosing(site, *functions)
    flags = {source_of(part) for part in _parts(flag)}
    here = [read for read in reads if facts.enclosing(read, *functions) is home]
    read_elsewhere = any(_is_attribute(facts, read) for read in reads if read not in here)
    message = (
        f"with {source_of(flag)} this is a generator now, without text, candidates and the like: "
        "keep what is needed of its chunks, and read that."
    )
    for read in here:
        given = read_elsewhere and _is_given(facts, read, flags)
        if not given and not _is_attribute(facts, read):
            continue
        if not any(_asks(test, flags) for test in _tests_before(facts, read)):
            plan.found(read, EITHER, "review", message)


def mark_promised(facts: Facts, plan: Plan, left: LeftAlone, streams: Collection[str]) -> None:
    """Mark attributes of what is only known as a stream by its annotation and by being read."""
    message = (
        "this is also looped over, so it is a generator now, without text, candidates and the "
        "like: keep what is needed of its chunks, and read that."
    )
    held = [(node, present(value)) for node, value in facts.held.of(Instance)]
    looped = {
        atom.site
        for node, atoms in held
        if facts.use(node).role == "iterated"
        for atom in instances(atoms)
        if not isinstance(atom.site, cst.Call)
    }
    for node, atoms in held if looped else ():
        promised = all(
            isinstance(atom, Instance) and atom.kind in streams and atom.site in looped
            for atom in atoms
        )
        if promised and _is_attribute(facts, node) and not left.value_left(atoms):
            plan.found(node, EITHER, "review", message)


def _is_attribute(facts: Facts, read: cst.CSTNode) -> bool:
    return facts.use(read).role == "attribute"


def _is_given(facts: Facts, read: cst.CSTNode, flags: set[str]) -> bool:
    """Whether an answer is given to a function of this program without the flag."""
    use = facts.use(read)
    call = facts.index.parents.get(use.parent)
    if use.role != "argument" or not isinstance(call, cst.Call):
        return False
    told = any(source_of(argument.value) in flags for argument in call.args)
    return not told and facts.flows_to_known_function(use.parent)


def _parts(flag: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The variables and attributes that a flag is made of, and the flag itself."""
    yield flag
    if isinstance(flag, cst.BooleanOperation):
        yield from _parts(flag.left)
        yield from _parts(flag.right)
    elif isinstance(flag, cst.Comparison) and _is_none_test(flag):
        yield flag.left
    elif isinstance(flag, cst.UnaryOperation):
        yield from _parts(flag.expression)
    elif isinstance(flag, cst.Call):
        for argument in flag.args:
            yield from _parts(argument.value)


def _is_none_test(flag: cst.Comparison) -> bool:
    """Whether a flag says that something is, or is not, None."""
    (first, *others) = flag.comparisons
    is_none = isinstance(first.operator, cst.Is | cst.IsNot)
    return is_none and not others and source_of(first.comparator) == "None"


def _asks(test: cst.BaseExpression, flags: set[str]) -> bool:
    text = source_of(test)
    return any(flag in text for flag in flags) or text.removeprefix("not ").startswith(ASKING)


def _tests_before(facts: Facts, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The tests around a node, and those before it that leave when they are true."""
    child = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.If | cst.IfExp) and child is not parent.test:
            yield parent.test
        elif isinstance(parent, cst.BooleanOperation) and child is parent.right:
            yield parent.left
        elif isinstance(parent, cst.IndentedBlock):
            for statement in takewhile(partial(is_not, child), parent.body):
                if isinstance(statement, cst.If) and ends(statement.body):
                    yield statement.test
        elif isinstance(parent, cst.FunctionDef | cst.Lambda):
            return
        child = parent
