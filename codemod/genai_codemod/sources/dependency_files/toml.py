"""TOML files: ``pyproject.toml``, ``Pipfile``, ``uv.toml`` and ``pixi.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from packaging.utils import canonicalize_name

from genai_codemod.sources.dependency_files.bracketed import Item, find_in_items, name_only
from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.packages import is_legacy
from genai_codemod.sources.dependency_files.toml_places import Assignment, Table, Value, places
from genai_codemod.sources.dependency_files.toml_tables import find_in_header, find_in_table

# ``*`` stands for any one part of a path, ``**`` for any number of them.
_ARRAYS = (
    "project.dependencies",
    "project.optional-dependencies.*",
    "dependency-groups.*",
    "build-system.requires",
    "tool.pdm.dev-dependencies.*",
    "tool.rye.dev-dependencies",
    "tool.uv.dev-dependencies",
    "tool.uv.constraint-dependencies",
    "tool.uv.override-dependencies",
    "tool.uv.build-constraint-dependencies",
    "constraint-dependencies",
    "override-dependencies",
    "build-constraint-dependencies",
    "envs.**.dependencies",
    "envs.**.extra-dependencies",
    "tool.hatch.**.dependencies",
    "tool.hatch.**.extra-dependencies",
    "tool.flit.metadata.requires",
    "tool.flit.metadata.requires-extra.*",
    "tool.tox.**.deps",
    "env_run_base.deps",
    "env.*.deps",
    "tool.briefcase.**.requires",
)
_NAMES = ("tool.poetry.extras.*",)
_TABLES = (
    "tool.poetry.dependencies",
    "tool.poetry.dev-dependencies",
    "tool.poetry.group.*.dependencies",
    "tool.pixi.**.dependencies",
    "tool.pixi.**.pypi-dependencies",
)
_SOURCES = ("tool", "uv", "sources")
_PIXI_TABLES = ("**.dependencies", "**.pypi-dependencies")
_NOT_PACKAGES = frozenset({"source", "requires", "pipenv", "scripts"})


def find_in_pyproject(text: str) -> list[Listed]:
    """What a ``pyproject.toml`` lists for any of the tools that read it.

    Raises:
        SourceError: the text is not TOML.
    """
    return find_in_tables(text, places(text), packages=_TABLES)


def find_in_pixi(text: str) -> list[Listed]:
    """What a ``pixi.toml`` lists.

    Raises:
        SourceError: the text is not TOML.
    """
    return find_in_tables(text, places(text), packages=_PIXI_TABLES)


def find_in_pipfile(text: str) -> list[Listed]:
    """What a ``Pipfile`` lists: all tables but a few hold packages.

    Raises:
        SourceError: the text is not TOML.
    """
    tables = places(text)
    names = {table.path[0] for table in tables if table.path} - _NOT_PACKAGES
    return find_in_tables(text, tables, packages=names)


def find_in_tables(
    text: str, tables: Iterable[Table], *, packages: Iterable[str] = (), arrays: Iterable[str] = ()
) -> list[Listed]:
    """What the tables of a text list.

    ``packages`` are patterns for the paths of tables with packages for keys, and ``arrays`` for
    arrays of requirements besides those that are known to any tool.
    """
    of_packages, of_requirements = tuple(packages), (*_ARRAYS, *arrays)
    found: list[Listed] = []
    for table in tables:
        if _matches(table.path, of_packages):
            found += find_in_table(text, table)
        elif table.path and _matches(table.path[:-1], of_packages):
            found += find_in_header(text, table)
        else:
            found += _in_assignments(text, table.assignments, of_requirements)
    return found


def _in_assignments(
    text: str, assignments: Iterable[Assignment], arrays: Sequence[str]
) -> Iterator[Listed]:
    for assignment in assignments:
        key, value = assignment.keys[0], assignment.value
        if value.kind == "array" and _matches(assignment.whole, arrays):
            yield from find_in_items(text, _strings(value), value.start)
        elif value.kind == "array" and _matches(assignment.whole, _NAMES):
            yield from find_in_items(text, _strings(value), value.start, name_only)
        elif assignment.path == _SOURCES and is_legacy(key.name):
            name = canonicalize_name(key.name)
            yield Listed(key.start, name, "", key.start, fixed="tool.uv.sources names it")
        elif value.kind == "table":
            yield from _in_assignments(text, value.members, arrays)
        else:
            yield from find_in_commands(text, value.start, value.end)


def _strings(array: Value) -> list[Item]:
    """The items of an array; those that are no strings hold their places."""
    return [Item(item.start, item.end, item.quote) for item in array.items]


def _matches(path: tuple[str, ...], patterns: Iterable[str]) -> bool:
    return any(_matches_one(path, tuple(pattern.split("."))) for pattern in patterns)


def _matches_one(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern or not path:
        return path == pattern or pattern == ("**",)
    if pattern[0] == "**":
        return _matches_one(path, pattern[1:]) or _matches_one(path[1:], pattern)
    return pattern[0] in ("*", path[0]) and _matches_one(path[1:], pattern[1:])
