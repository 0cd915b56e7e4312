"""Makes nodes of syntax trees quick to look up.

LibCST compares nodes by identity, but with methods that are written in Python.  Nodes are keys of
nearly every dict of the engine, so that a run called them a million times in a second.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst


def compare_natively() -> None:
    """Let all classes of nodes use the methods of ``object``, which do the same."""
    for kind in {*_below(cst.CSTNode)}:  # type: ignore[type-abstract]
        for name in ("__eq__", "__hash__"):
            if kind.__dict__.get(name) is getattr(cst.CSTNode, name):
                setattr(kind, name, getattr(object, name))


def _below(kind: type[cst.CSTNode]) -> Iterator[type[cst.CSTNode]]:
    for derived in kind.__subclasses__():
        yield derived
        yield from _below(derived)
