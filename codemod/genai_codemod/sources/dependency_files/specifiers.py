"""Which versions of a package are wanted, in the languages of pip, Poetry and conda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from genai_codemod.sources.dependency_files.packages import BOUND

_OPEN_CLAUSE = re.compile(r"(?:>=?|!=)[^=].*|\*|latest|")
_SPACED = re.compile(r"[<>=~!^]\s")
_CARET = re.compile(r"\^|~(?!=)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def renewed(specifier: str) -> str:
    """What to want of the successor where ``specifier`` was wanted of the legacy package.

    It begins with the release that the rules are proved against.  Its upper end is open where the
    old one was: a project that lists ``name`` or ``name>=1`` takes what comes, and a library must
    not cap what others install beside it.  Where the old one was pinned or capped, so is the new
    one, below the next major release, which may break what was migrated.  Blanks, parentheses and
    carets are written as they were.
    """
    inner = specifier.strip()
    parenthesised = inner.startswith("(") and inner.endswith(")")
    inner = inner.strip("()").strip()
    clauses = [clause.strip() for clause in re.split(r",|\|\|", inner)]
    if all(_CARET.match(clause) for clause in clauses):
        text = f"^{BOUND}"
    else:
        blank = " " if _SPACED.search(inner) else ""
        text = f">={blank}{BOUND}"
        if not all(_OPEN_CLAUSE.fullmatch(clause) for clause in clauses):
            comma = ", " if blank or ", " in inner else ","
            text += f"{comma}<{blank}{BOUND.major + 1}"
    return f"({text})" if parenthesised else text


def admits(specifier: str) -> bool:
    """Whether a requirement of the successor lets a release be installed that is new enough.

    What cannot be read is taken to do so.
    """
    candidates = [BOUND, *(version for version in _versions(specifier) if version >= BOUND)]
    return allows_any(specifier, candidates, unreadable=True)


def allows_any(specifier: str, versions: Iterable[Version], *, unreadable: bool = False) -> bool:
    """Whether any of some versions is wanted; what is ``unreadable`` is said to be so or not."""
    for alternative in specifier.split("||"):
        clauses = [each.strip() for each in alternative.strip().strip("()").split(",")]
        try:
            wanted = SpecifierSet(",".join(_as_pip_writes(each) for each in clauses if each))
        except (InvalidSpecifier, InvalidVersion):
            return unreadable
        if any(wanted.contains(version, prereleases=True) for version in versions):
            return True
    return False


def _versions(specifier: str) -> Iterator[Version]:
    """The versions that are named, and what comes next after each."""
    for number in _NUMBERS.findall(specifier):
        yield Version(number)
        yield Version(f"{number}.1")


def _as_pip_writes(clause: str) -> str:
    """A clause of Poetry's or conda's in the language of pip."""
    if clause in ("*", "latest"):
        return ""
    number = _NUMBERS.search(clause)
    if number is None:
        return clause
    if clause.startswith("^"):
        version = Version(number[0])
        return f">={version},<{_next_breaking(version)}"
    if _CARET.match(clause):
        return f"~={number[0]}" if "." in number[0] else f"=={number[0]}.*"
    if clause.startswith("=") and not clause.startswith("=="):
        return f"=={number[0]}.*"
    if clause[0].isdigit():
        return f"=={clause}"
    return clause


def _next_breaking(version: Version) -> Version:
    numbers = list(version.release)
    first = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return Version(".".join(str(number) for number in [*numbers[:first], numbers[first] + 1]))
