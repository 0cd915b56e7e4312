"""The expressions of a module by what they can be.

Nearly all values are text, numbers or unknown.  Each planner asks about one sort of the others, so
they are told apart once, and not by each planner again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import libcst as cst

from genai_codemod.engine.flow.values import Atom, Plain, Unbound, Unknown, Value

Valued = tuple[cst.CSTNode, Value]
_ANYTHING = frozenset({Plain, Unbound, Unknown})


class Held:
    """The expressions whose values may be objects, names, containers and the like."""

    def __init__(self, values: Mapping[cst.CSTNode, Value]) -> None:
        self._by_class: dict[type[Atom], dict[cst.CSTNode, int]] = defaultdict(dict)
        self._valued = list(values.items())
        # Most values are the very same object, so each is looked at once.
        known: dict[int, frozenset[type[Atom]]] = {}
        for number, (node, value) in enumerate(self._valued):
            classes = known.get(id(value))
            if classes is None:
                classes = known[id(value)] = frozenset(map(type, value)) - _ANYTHING
            for each in classes:
                self._by_class[each][node] = number

    def of(self, *classes: type[Atom]) -> Sequence[Valued]:
        """The expressions of which an atom may be of some classes, in order, with their values."""
        numbers = {n for each in classes for n in self._by_class.get(each, {}).values()}
        return [self._valued[number] for number in sorted(numbers)]

    def may_be(self, node: cst.CSTNode, kind: type[Atom]) -> bool:
        """Whether an expression is one of those."""
        return node in self._by_class.get(kind, ())
