"""A small legacy program and its twin, both without their imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    before: str
    after: str
    requests: int
    answer: str = "default"


def pairs_of(names: Mapping[str, object]) -> dict[str, Pair]:
    """The pairs among the names of a module."""
    return {name: value for name, value in names.items() if isinstance(value, Pair)}
