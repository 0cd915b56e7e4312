"""One requirement: a name, perhaps extras, perhaps which versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from genai_codemod.sources.dependency_files.packages import SUCCESSOR
from genai_codemod.sources.dependency_files.specifiers import renewed

# A line that ends in a backslash goes on in the next one.
_BLANK = r"(?:[ \t]|\\\r?\n)"
_CLAUSE = rf"(?:[=~!<>]=?=?|\^){_BLANK}*[^\s,;()<>='\"\\#]+"
_CLAUSES = rf"{_CLAUSE}(?:{_BLANK}*,{_BLANK}*{_CLAUSE})*,?"
_REQUIREMENT = re.compile(
    rf"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    rf"(?P<extras>{_BLANK}*\[[^\]\n]*\])?"
    rf"(?:(?P<gap>{_BLANK}*)(?P<specifier>{_CLAUSES}|\({_BLANK}*{_CLAUSES}{_BLANK}*\)))?"
)

FROM_ADDRESS = "it is installed from an address or a folder, not by its version"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What stands at ``start`` to ``end`` of a text; what follows (a marker, hashes) is not in it.

    ``name`` is normalised; ``extras`` and ``gap`` (before the specifier) are as they were written.
    """

    start: int
    end: int
    name: str
    extras: str
    gap: str
    specifier: str

    def renewed(self) -> str:
        """The requirement of the successor that takes this one's place."""
        return f"{SUCCESSOR}{self.extras}{self.gap}{renewed(self.specifier)}"


def requirement_at(text: str, start: int, end: int | None = None) -> Requirement | None:
    """The requirement that begins at a place of a text, if one does."""
    found = _REQUIREMENT.match(text, start, len(text) if end is None else end)
    if found is None:
        return None
    return Requirement(
        found.start(),
        found.end(),
        canonicalize_name(found["name"]),
        found["extras"] or "",
        found["gap"] or "",
        found["specifier"] or "",
    )
