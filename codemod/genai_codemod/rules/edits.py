"""What rules return: what becomes of a place in a file, or why it is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

Part = cst.BaseExpression | str


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of ``node``; made by the methods of what a rule is given.

    ``review`` is a sentence for a person: the code is edited and marked.
    """

    node: cst.CSTNode
    review: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Marked(Edit):
    """The place stays as it is and is marked with a message."""

    message: str


@dataclass(frozen=True, slots=True)
class Written(Edit):
    """The place becomes what a template says.

    The template is Python: ``parts`` and the arguments of a call are filled in where it names
    them, ``self`` is what a method is called on, and a dotted name is imported.
    """

    template: str
    parts: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rearranged(Edit):
    """The call stays a call with the arguments it has, but for some of them.

    ``function`` is the dotted name that is called instead.  ``renames`` and ``drops`` are about
    parameters; ``values`` are what others are given now, and ``adds`` what is given besides.
    """

    function: str | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    drops: frozenset[str] = frozenset()
    values: Mapping[str, Part] = field(default_factory=dict)
    adds: Mapping[str, Part] = field(default_factory=dict)
