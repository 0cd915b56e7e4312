"""Which files must be migrated together, because one imports what another makes.

Only the text of import statements is looked at here, by regular expressions: a repository has
thousands of files that have nothing to do with the legacy SDK, and they must cost next to nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<source>\.*[\w.]*)[ \t]+import[ \t]*"
    rb"(?P<names>\([^)]*\)|[^\n#;(]+)|import[ \t]+(?P<modules>[^\n#;]+))",
    re.MULTILINE,
)
_BASES = re.compile(rb"^[ \t]*class[ \t]+\w+[ \t]*\(([^)]*)\)", re.MULTILINE)
_CONFIGURES = re.compile(rb"\bconfigure[ \t]*\(")
_PROJECT_FILES = (
    ".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile",
    "environment.yml", "README.md", "README.rst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """Files that are migrated together.

    ``imports`` maps, for each file, what its import statements name to other files of the
    program; for the ``__init__.py`` of a package also ``.name`` of each module in it.
    ``configures`` and ``relies`` say whether a file beside these may configure the SDK, or use it
    without configuring it; they are true when nobody has looked.
    """

    files: Mapping[Path, bytes]
    imports: Mapping[Path, Mapping[str, Path]] = field(default_factory=dict)
    configures: bool = True
    relies: bool = True

    def apart(self) -> list[Program]:
        """Each file as a program of its own, of which nothing else is known."""
        return [Program({path: data}) for path, data in self.files.items()]


def group_files(
    legacy: dict[Path, bytes],
    others: Mapping[Path, bytes],
    *,
    may_use: Callable[[bytes], bool],
    roots: Sequence[Path] = (),
) -> list[Program]:
    """The programs that the legacy files belong to.

    ``others`` are all further files of the run.  Those that import a legacy file and ``may_use``
    what it makes, and those that hold a base class of one, become part of its program.  ``roots``
    are folders whose files are all given.
    """
    resolver = _Resolver([*legacy, *others])
    users = {path: data for path, data in others.items() if _is_package(path) or may_use(data)}
    files = legacy | _importers(legacy, users, resolver) | _bases(legacy, others, resolver)
    selection = _Selection(files)
    imports = {path: resolver.imports(path, data, selection) for path, data in files.items()}
    projects = {path: _project(path, roots) for path in legacy}
    programs = []
    for paths in _components(imports):
        if not legacy.keys().isdisjoint(paths):
            inside = {path: files[path] for path in sorted(paths)}
            configures, relies = _surroundings(inside, legacy, projects)
            programs.append(
                Program(inside, {path: imports[path] for path in inside}, configures, relies)
            )
    return programs


@dataclass(frozen=True, slots=True)
class _Import:
    """One import statement: ``from source import names``, or ``import source``."""

    source: str
    names: tuple[str, ...] = ()


def _import_statements(data: bytes) -> Iterator[_Import]:
    for match in _IMPORT.finditer(data):
        if match["modules"] is not None:
            for name in _names(match["modules"]):
                yield _Import(name)
        elif match["source"]:
            yield _Import(match["source"].decode("ascii", "replace"), _names(match["names"]))


def _names(listed: bytes) -> tuple[str, ...]:
    text = re.sub(rb"#[^\n]*", b"", listed).strip(b"()\\ \t\r\n").decode("utf-8", "replace")
    return tuple(part.split()[0] for part in text.split(",") if part.split())


class _Resolver:
    """Finds the file that an import means, by the folders around the importing file."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._known: dict[str, Path] = {}
        for path in paths:
            name = path.parent if _is_package(path) else path.with_suffix("")
            self._known.setdefault(str(name.absolute()), path)

    def find(self, importer: Path, dotted: str) -> Path | None:
        """The file behind a dotted name as ``importer`` writes it, relative or absolute."""
        level = len(dotted) - len(dotted.lstrip("."))
        inner = os.sep + dotted[level:].replace(".", os.sep)
        folder = str(importer.absolute().parent)
        if level:
            folder = folder.rsplit(os.sep, level - 1)[0]
            found = self._known.get((folder + inner).rstrip(os.sep))
            return found if found != importer else None
        while True:
            for base in (folder, folder + os.sep + "src"):
                found = self._known.get(base + inner)
                if found is not None and found != importer:
                    return found
            folder, separator, _ = folder.rpartition(os.sep)
            if not separator:
                return None

    def imports(self, path: Path, data: bytes, among: _Selection) -> dict[str, Path]:
        """What the import statements of a file name, as far as it is ``among`` some files."""
        found: dict[str, Path] = {}
        for statement in _import_statements(data):
            joint = "" if statement.source.endswith(".") else "."
            for dotted in (
                statement.source,
                *(f"{statement.source}{joint}{name}" for name in statement.names),
            ):
                if not among.may_hold(dotted):
                    continue
                target = self.find(path, dotted)
                if target is not None and target in among.files:
                    found[dotted] = target
        if _is_package(path):
            for stem, other in among.inside(path):
                found["." + stem] = other
        return found


class _Selection:
    """Some files, with what is needed to see quickly that a name means none of them."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.files = frozenset(files)
        self._stems = {_stem(path) for path in self.files}
        self._packages: dict[Path, list[tuple[str, Path]]] = {}
        for path in self.files:
            package = path.parent.parent if _is_package(path) else path.parent
            self._packages.setdefault(package, []).append((_stem(path), path))

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Matches what any import of one of the files contains."""
        names = (re.escape(stem.encode()) for stem in sorted(self._stems))
        return re.compile(
            rb"\bimport\b[^\n]*\b(?:%s)\b|\b(?:%s)[ \t]+import\b" % ((b"|".join(names),) * 2)
        )

    def may_hold(self, dotted: str) -> bool:
        last = dotted.rpartition(".")[2]
        return last in self._stems or not last

    def inside(self, package: Path) -> list[tuple[str, Path]]:
        """The modules of a package, by the path of its ``__init__.py``."""
        found = self._packages.get(package.parent, [])
        return sorted((stem, path) for stem, path in found if path != package)


def _importers(
    legacy: Mapping[Path, bytes], others: Mapping[Path, bytes], resolver: _Resolver
) -> dict[Path, bytes]:
    """The other files that import a legacy file, also through the ``__init__.py`` of a package."""
    found: dict[Path, bytes] = {}
    new: Iterable[Path] = legacy
    while new:
        wanted = _Selection(new)
        pattern = wanted.pattern
        added = {
            path: data
            for path, data in others.items()
            if path not in found
            and pattern.search(data)
            and any(target != path for target in resolver.imports(path, data, wanted).values())
        }
        found |= added
        new = [path for path in added if _is_package(path)]
    return found


def _bases(
    legacy: Mapping[Path, bytes], others: Mapping[Path, bytes], resolver: _Resolver
) -> dict[Path, bytes]:
    """The files that hold a base class of a class in a legacy file."""
    found: dict[Path, bytes] = {}
    for path, data in legacy.items():
        bases = {name for match in _BASES.finditer(data) for name in _names(match[1])}
        for statement in _import_statements(data):
            if bases.isdisjoint(statement.names):
                continue
            target = resolver.find(path, statement.source)
            if target is not None and target in others:
                found[target] = others[target]
    return found


def _stem(path: Path) -> str:
    return path.absolute().parent.name if _is_package(path) else path.stem


def _is_package(path: Path) -> bool:
    return path.name == "__init__.py"


def _components(imports: Mapping[Path, Mapping[str, Path]]) -> list[set[Path]]:
    """The files that are connected by imports."""
    leader = {path: path for path in imports}

    def find(path: Path) -> Path:
        while leader[path] != path:
            path = leader[path]
        return path

    for path, targets in imports.items():
        for target in targets.values():
            leader[find(path)] = find(target)
    components: dict[Path, set[Path]] = {}
    for path in imports:
        components.setdefault(find(path), set()).add(path)
    return list(components.values())


def _surroundings(
    inside: Mapping[Path, bytes],
    legacy: Mapping[Path, bytes],
    projects: Mapping[Path, Path | None],
) -> tuple[bool, bool]:
    """Whether a file beside some may configure the SDK, and whether one may rely on that."""
    here = {projects[path] for path in inside if path in projects}
    if None in here:
        return True, True
    outside = [
        data for path, data in legacy.items() if path not in inside and projects[path] in here
    ]
    configures = any(_CONFIGURES.search(data) for data in outside)
    relies = any(not _CONFIGURES.search(data) for data in outside)
    return configures, relies


def _project(path: Path, roots: Sequence[Path]) -> Path | None:
    """The project a file belongs to, or None if the run does not see all of that."""
    path = path.absolute()
    for root in (root.absolute() for root in roots):
        if not path.is_relative_to(root):
            continue
        if (
            any((above / ".git").exists() for above in root.parents)
            and not (root / ".git").exists()
        ):
            return None
        for folder in reversed(path.relative_to(root).parents):
            if any((root / folder / name).exists() for name in _PROJECT_FILES):
                return root / folder
        return root
    return None
