"""Things in groups that grow together (a disjoint-set forest)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Member = TypeVar("Member", bound=Hashable)


class Groups(Generic[Member]):
    """Groups of members; one that was not given at first stands alone until it is joined."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._leader: dict[Member, Member] = {member: member for member in members}

    def leader(self, member: Member) -> Member:
        """The member that stands for the group of another."""
        while (leader := self._leader.setdefault(member, member)) != member:
            # The next search has half the way to go.
            self._leader[member] = member = self._leader[leader]
        return member

    def join(self, one: Member, other: Member) -> None:
        """Make one group of those of two members; the leader is that of the second."""
        self._leader[self.leader(one)] = self.leader(other)

    def by_leader(self) -> dict[Member, list[Member]]:
        """The members of each group, and the groups, in the order in which they came."""
        found: dict[Member, list[Member]] = {}
        for member in list(self._leader):
            found.setdefault(self.leader(member), []).append(member)
        return found
