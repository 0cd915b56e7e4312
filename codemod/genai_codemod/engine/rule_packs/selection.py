"""Which rules are to be carried out; what the others are about is left as legacy code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Selection:
    """Names of rules, of areas of rules like ``files``, or ``ALL``.

    ``select`` are those that are carried out and ``ignore`` those that are not: of two names that
    mean a rule the longer one decides, of equal ones the latter.  What is in ``never`` is not
    carried out in any case.  ``refused`` are lines (from 1) whose statements are left, too, and
    ``later`` those among them that get a marker.
    """

    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    refused: frozenset[int] = frozenset()
    later: frozenset[int] = frozenset()

    def ignores(self, rule: str) -> bool:
        """Whether what a rule is about is left as it is."""
        if _weight(rule, self.never) >= 0:
            return True
        return _weight(rule, self.ignore) >= _weight(rule, self.select)

    @property
    def whole(self) -> bool:
        """Whether every rule is carried out."""
        return self == EVERYTHING


EVERYTHING = Selection()


def means(name: str, rule: str) -> bool:
    """Whether a name is that of a rule, of the area it is in, or ``ALL``."""
    return name == ALL or rule == name or rule.startswith(f"{name}.")


def _weight(rule: str, names: Iterable[str]) -> int:
    """How precisely a rule is named: -1 when it is not."""
    return max((0 if name == ALL else len(name) for name in names if means(name, rule)), default=-1)
