"""How pytest hands values on: what a fixture gives gets who has a parameter of its name.

A file gets the fixtures of its own, then those of the ``conftest.py`` beside it and in each folder
above; the nearest one wins.  No import says so.  Nothing is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What makes a function a fixture, where it is named in another way than the function.
DECORATORS = frozenset(
    {
        "pytest.fixture",
        "pytest.yield_fixture",
        "pytest_asyncio.fixture",
        "pytest_asyncio.yield_fixture",
    }
)
NAME, FOR_ALL = "name", "autouse"
# What a fixture or test asks for one by name with, instead of a parameter.
ASKING = "getfixturevalue"
SHARED = "conftest.py"
_TESTING = frozenset({"pytest", "unittest"})
_DEFINED = re.compile(rb"\bdef[ \t]+(\w+)|\bname[ \t]*=[ \t]*[\"'](\w+)[\"']")
_WORD = re.compile(rb"\w+")


def is_test(function: str) -> bool:
    """Whether pytest calls a function of this name itself."""
    return function.startswith("test")


def is_for_tests(imported: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a module imports what tests are written with, by what its imports bind."""
    return any(origin.partition(".")[0] in _TESTING for origin, _ in imported.values())


def may_ask(file: str) -> bool:
    """Whether a file of this name gets the fixtures of the folders that it is in."""
    return file.startswith("test_") or file.endswith("_test.py") or file == SHARED


@dataclass(frozen=True, slots=True)
class Fixtures:
    """The ``names`` that fixtures of a module may have, and whether some are ``for_all`` tests."""

    names: frozenset[bytes]
    for_all: bool


def fixtures_in(data: bytes) -> Fixtures:
    """What can be fixtures in a module, by its text."""
    if b"fixture" not in data:
        return Fixtures(frozenset(), for_all=False)
    names = frozenset(found[1] or found[2] for found in _DEFINED.finditer(data))
    return Fixtures(names, FOR_ALL.encode() in data)


def asks_for_any(data: bytes, names: frozenset[bytes]) -> bool:
    """Whether a module names one of some fixtures."""
    return not names.isdisjoint(_WORD.findall(data))


def relation(levels: int) -> str:
    """What the imports of a module call the ``conftest.py`` so many folders above it."""
    return "/" + "../" * levels + SHARED


def nearest_first(imports: Mapping[str, str]) -> tuple[str, ...]:
    """The modules whose fixtures a module gets, of all that its imports name."""
    return tuple(imports[name] for name in sorted(filter(is_relation, imports), key=len))


def is_relation(name: str) -> bool:
    """Whether this is no name that an import can have, but that of fixtures that are shared."""
    return name.startswith("/")


def without_relations(imports: Mapping[str, str]) -> dict[str, str]:
    """What import statements name, but for the fixtures that nobody imports."""
    return {name: module for name, module in imports.items() if not is_relation(name)}
