"""Answers that are streams or not, as a flag says: what is read of them beside their chunks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, instances, present
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import given_to
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.uses import with_await
from genai_codemod.engine.tracing.block_ends import ends, tests_above

if TYPE_CHECKING:
    from genai_codemod.engine.planning.left import LeftAlone

EITHER = Rule("stream.or-not")
ASKING = ("hasattr(", "isinstance(", "getattr(")


def more_is_read(
    facts: Facts, site: cst.Call, flag: cst.BaseExpression, reads: Iterable[cst.CSTNode]
) -> bool:
    """Whether attributes of an answer are read in its function where it may be a stream."""
    functions = (cst.FunctionDef, cst.Lambda)
    home = facts.enclosing(site, *functions)
    flags = {source_of(part) for part in _parts(flag)}
    here = [read for read in reads if facts.enclosing(read, *functions) is home]
    read_elsewhere = any(_is_attribute(facts, read) for read in reads if read not in here)
    for read in here:
        given = read_elsewhere and _is_given(facts, read, flags)
        if not given and not _is_attribute(facts, read):
            continue
        if not any(_asks(test, flags) for test in tests_before(facts, read)):
            return True
        if _is_where_true(facts, read, source_of(flag)):
            return True
    return False


def record_if(facts: Facts, plan: Plan, site: cst.Call, recorded: str) -> None:
    """Keep the chunks of an answer where it is a stream: ``kept(stream(...)) if flag else ...``."""
    helper = plan.helper(recorded)
    choice = plan.choice(with_await(site, facts.index.parents))
    choice.of_first.append(lambda stream: given_to(helper, stream))
    plan.found(site, EITHER, "rewritten")


def loop_over_either(plan: Plan, site: cst.Call) -> None:
    """A loop over a call that a flag makes a stream: over the one answer where it is none."""
    plan.choice(site).of_second.append(_alone)
    plan.found(site, EITHER, "rewritten")


def _alone(answer: cst.BaseExpression) -> cst.BaseExpression:
    return cst.List([cst.Element(answer)])


def _is_where_true(facts: Facts, read: cst.CSTNode, flag: str) -> bool:
    """Whether a place is only reached where a flag is true."""
    child = read
    for parent in facts.index.ancestors(read):
        if isinstance(parent, cst.If | cst.IfExp) and child is not parent.test:
            text = source_of(parent.test)
            if text in (flag, f"not {flag}"):
                return (child is parent.body) is (text == flag)
        elif isinstance(parent, cst.IndentedBlock):
            for statement in tests_above(parent, child):
                text = source_of(statement.test)
                if text in (flag, f"not {flag}") and ends(statement.body):
                    return text != flag
        elif isinstance(parent, cst.FunctionDef | cst.Lambda):
            return False
        child = parent
    return False


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


def tests_before(facts: Facts, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The tests around a node, and those before it that leave when they are true."""
    child = node
    for parent in facts.index.ancestors(node):
        if isinstance(parent, cst.If | cst.IfExp) and child is not parent.test:
            yield parent.test
        elif isinstance(parent, cst.BooleanOperation) and child is parent.right:
            yield parent.left
        elif isinstance(parent, cst.IndentedBlock):
            above = tests_above(parent, child)
            yield from (statement.test for statement in above if ends(statement.body))
        elif isinstance(parent, cst.FunctionDef | cst.Lambda):
            return
        child = parent
