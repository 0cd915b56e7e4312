"""Whether a configuration is changed while what was made with it is in use.

The legacy SDK took over what a configuration said when a model was made; the new SDK reads the
configuration whenever it sends something.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Container, Instance, Symbol

_HOMES = (cst.FunctionDef, cst.Lambda)
_LOOPS = (cst.For, cst.While)
_CHANGING = frozenset({"clear", "pop", "setdefault", "update"})


def changes_later(facts: Facts, made: cst.Call, given: cst.BaseExpression) -> bool:
    """Whether ``given``, which an object was ``made`` with, may change before its last use."""
    sites = [atom.site for atom in facts.value(given) if isinstance(atom, Instance | Container)]
    changes = {change: site for site in sites for change in _changes(facts, site)}
    if not changes:
        return False
    uses = list(_uses(facts, made))
    home = facts.enclosing(made, *_HOMES)
    if any(facts.enclosing(use, *_HOMES) is not home or _is_kept(facts, use) for use in uses):
        return any(not _comes_first(facts, change, made, changes[change]) for change in changes)
    return any(
        _is_between(facts, made, place, uses)
        for change in changes
        for place in _places(facts, change, home)
    )


def _changes(facts: Facts, configuration: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The places that assign a field of a configuration, or an item of a dict."""
    for node in facts.by_site.get(configuration, ()):
        use = facts.use(node)
        if (use.role in ("attribute", "item") and _is_assigned(facts, use.parent)) or (
            isinstance(use.parent, cst.Attribute) and use.parent.attr.value in _CHANGING
        ):
            yield use.parent
        elif use.role == "argument":
            call = facts.index.parents[use.parent]
            if isinstance(call, cst.Call) and call.args[0] is use.parent:
                if Symbol("builtins.setattr") in facts.value(call.func):
                    yield call


def _is_assigned(facts: Facts, node: cst.CSTNode) -> bool:
    parent = facts.index.parents.get(node)
    return isinstance(parent, cst.AssignTarget | cst.AnnAssign | cst.AugAssign) and (
        parent.target is node
    )


def _uses(facts: Facts, made: cst.Call) -> Iterator[cst.CSTNode]:
    """Where an object is used, and what its methods started."""
    yield from facts.by_site.get(made, ())
    for call in facts.index.calls:
        for atom in facts.value(call.func):
            if isinstance(atom, Bound) and atom.instance.site is made:
                yield from facts.by_site.get(call, ())


def _is_kept(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether something is put where it outlives the function."""
    use = facts.use(node)
    if isinstance(use.parent, cst.Assign):
        return not all(isinstance(each.target, cst.Name) for each in use.parent.targets)
    return use.role in ("argument", "element", "returned")


def _comes_first(
    facts: Facts, change: cst.CSTNode, made: cst.Call, configuration: cst.CSTNode
) -> bool:
    """Whether a configuration is made, changed and then handed on in one go."""
    homes = {facts.enclosing(node, *_HOMES) for node in (change, made, configuration)}
    if len(homes) > 1 or not facts.index.position(change) < facts.index.position(made):
        return False
    return all(loop in _loops(facts, configuration) for loop in _loops(facts, change))


def _places(facts: Facts, change: cst.CSTNode, home: cst.CSTNode | None) -> Iterator[cst.CSTNode]:
    """The change, or the calls of the function that it stands in, as far as ``home`` has them."""
    function = facts.enclosing(change, *_HOMES)
    if function is home:
        yield change
        return
    for call in facts.callers.of(function):
        if facts.enclosing(call, *_HOMES) is home:
            yield call


def _is_between(facts: Facts, made: cst.Call, change: cst.CSTNode, uses: list[cst.CSTNode]) -> bool:
    """Whether a change happens after an object was made and before one of its uses."""
    position = facts.index.position
    again = [loop for loop in _loops(facts, change) if loop not in _loops(facts, made)]
    return position(made) < position(change) and any(
        position(change) < position(use) or any(loop in _loops(facts, use) for loop in again)
        for use in uses
    )


def _loops(facts: Facts, node: cst.CSTNode) -> list[cst.CSTNode]:
    """The loops around a node in its function, the innermost first."""
    around = takewhile(lambda each: not isinstance(each, _HOMES), facts.index.ancestors(node))
    return [each for each in around if isinstance(each, _LOOPS)]
