"""Which bodies must be executed again: those that have read something which changed since.

The interpreter executes a program until nothing new is learnt, six times on average.  What a
function does depends on nothing but the places that it reads, so most need it once or twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")
Key = tuple[object, ...]


@dataclass(eq=False, slots=True)
class Body(Generic[Result]):
    """The last execution of a module, class or function.

    ``given`` is what it depends on beside the places that it reads, ``outer`` the body that it is
    part of, and ``stale`` says that a place which it has read has changed.
    """

    given: object
    outer: Body[Result] | None
    result: Result
    stale: bool = False


class Bodies(Generic[Result]):
    """The bodies of a program that were executed, and the places that each of them has read."""

    def __init__(self) -> None:
        self._last: dict[object, Body[Result]] = {}
        self._readers: dict[Key, set[Body[Result]]] = defaultdict(set)
        self._current: Body[Result] | None = None

    def known(self, owner: object, given: object) -> Result | None:
        """The result of executing a body, if executing it again would give the same."""
        body = self._last.get(owner)
        return None if body is None or body.stale or body.given != given else body.result

    def enter(self, owner: object, given: object, result: Result) -> None:
        """Say that a body is executed now, which fills ``result``."""
        body = self._last.setdefault(owner, Body(given, self._current, result))
        body.given, body.result, body.stale = given, result, False
        self._current = body

    def leave(self) -> None:
        """Say that the execution of the body that was entered last is over."""
        assert self._current is not None
        self._current = self._current.outer

    def read(self, place: Key) -> None:
        """Say that what is executed now reads a place."""
        if self._current is not None:
            self._readers[place].add(self._current)

    def changed(self, place: Key) -> None:
        """Say that a place has changed: whatever has read it is to be executed again."""
        for body in self._readers.pop(place, ()):
            outdated: Body[Result] | None = body
            while outdated is not None:
                outdated.stale = True
                outdated = outdated.outer

    def forget(self) -> None:
        """Execute all bodies again."""
        for body in self._last.values():
            body.stale = True
