"""Lists that an attribute gave and a variable keeps, which grew with the object later.

The legacy SDK's list got an exchange when its attribute was read next, or the next one was begun;
the new one's gets it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance

BEHIND = (
    "this list grew with the chat, by an exchange that was over when the next began; it is {} now:"
    " read the history where it is needed."
)
_HOMES = (cst.FunctionDef, cst.Lambda)
_LOOPS = (cst.For, cst.While)


class KeptList:
    """The list that one attribute gives, from where a variable gets it."""

    def __init__(self, facts: Facts, node: cst.Attribute, owners: Collection[Instance]) -> None:
        self.facts = facts
        self.node = node
        self.owners = owners
        position, kept = facts.index.position, facts.value(node)
        here = position(node)
        near = {each for owner in owners for each in facts.by_site.get(owner.site, ())}
        names = [each for each in near if isinstance(each, cst.Name) and facts.value(each) == kept]
        self.reads = sorted((each for each in names if position(each) > here), key=position)
        self.calls = sorted(self._calls(), key=position)
        self.accesses = [
            each
            for each in facts.attributes
            if each is not node and each.attr.value == node.attr.value and self._is_owned(each)
        ]

    def _calls(self) -> list[cst.Call]:
        return [
            call
            for call in self.facts.index.calls
            for bound in self.facts.bound_methods(call.func)
            if bound.instance in self.owners
        ]

    def _is_owned(self, attribute: cst.Attribute) -> bool:
        return any(atom in self.owners for atom in self.facts.instances(attribute.value))

    @property
    def is_here(self) -> bool:
        """Whether all happens in one function, so that its order is known."""
        home = self.facts.enclosing(self.node, *_HOMES)
        places: Sequence[cst.CSTNode] = (*self.reads, *self.calls)
        return all(self.facts.enclosing(each, *_HOMES) is home for each in places)

    @property
    def stays_short(self) -> bool:
        """Whether each read comes after one exchange at most, which the list did not have yet."""
        return self.is_here and all(
            len(calls) < 2 and not self._repeats(calls) and not self._is_complete(read, calls)
            for read in self.reads
            for calls in [self._before(read)]
        )

    @property
    def is_complete(self) -> bool:
        """Whether each read comes after the attribute was read, as often as it grew."""
        return all(
            self._is_complete(read, calls) for read in self.reads if (calls := self._before(read))
        )

    @property
    def grows(self) -> bool:
        """Whether a read comes after something that makes the list longer."""
        return any(map(self._before, self.reads))

    def _before(self, read: cst.CSTNode) -> list[cst.Call]:
        """The calls that may come between the variable is set and a read of it."""
        position = self.facts.index.position
        return [
            call
            for call in self.calls
            if position(self.node) < position(call)
            and (position(call) < position(read) or self._again(call) & self._again(read))
        ]

    def _is_complete(self, read: cst.CSTNode, calls: Sequence[cst.Call]) -> bool:
        position = self.facts.index.position
        earlier = [position(call) for call in calls if position(call) < position(read)]
        return bool(earlier) and any(
            earlier[-1] < position(access) < position(read) for access in self.accesses
        )

    def _repeats(self, calls: Sequence[cst.Call]) -> bool:
        return any(map(self._again, calls))

    def _again(self, node: cst.CSTNode) -> set[cst.For | cst.While]:
        """The loops around a node that the variable is not set in."""
        outside = set(self.facts.index.ancestors(self.node))
        around = set(self.facts.index.ancestors(node)) - outside
        return {each for each in around if isinstance(each, _LOOPS)}
