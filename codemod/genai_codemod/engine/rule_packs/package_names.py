"""Dotted names of packages: what lies in them, and the words by which a text can name them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache


def lies_in(dotted: str, package: str) -> bool:
    """Whether a dotted name is a package or something in it."""
    return dotted == package or dotted.startswith(package + ".")


@cache
def words_of(packages: Sequence[str]) -> tuple[tuple[bytes, ...], ...]:
    """The parts of each name that does not lie in another one; the last part is the rarest."""
    names = frozenset(packages)
    outer = [name for name in names if not any(lies_in(name, n) for n in names - {name})]
    return tuple(
        tuple(part.encode() for part in reversed(name.split("."))) for name in sorted(outer)
    )
