"""Which files must be migrated together, because one imports what another makes.

Only the text of import statements is looked at here, by regular expressions: a repository has
thousands of files that have nothing to do with the legacy SDK, and they must cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    legacy: Mapping[Path, bytes], others: Iterable[Path], roots: Sequence[Path] = ()
) -> list[Program]:
    """The programs that the legacy files belong to.

    ``others`` are all further files of the run; those that import a legacy file, or hold a base
    class of one, become part of its program.  ``roots`` are folders whose files are all given.
    """
    resolver = _Resolver([*legacy, *others])
    files = dict(legacy)
    files |= _importers(legacy, others, resolver)
    files |= _bases(legacy, resolver)
    imports = {path: resolver.imports(path, data, files) for path, data in files.items()}
    programs = []
    for paths in _components(imports):
        if not legacy.keys().isdisjoint(paths):
            inside = {path: files[path] for path in sorted(paths)}
            configures, relies = _surroundings(inside, legacy, roots)
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
        self._known: dict[Path, Path] = {}
        for path in paths:
            name = path.parent if path.name == "__init__.py" else path.with_suffix("")
            self._known.setdefault(name.absolute(), path)

    def find(self, importer: Path, dotted: str) -> Path | None:
        """The file behind a dotted name as ``importer`` writes it, relative or absolute."""
        level = len(dotted) - len(dotted.lstrip("."))
        parts = [part for part in dotted[level:].split(".") if part]
        folder = importer.absolute().parent
        if level:
            for _ in range(level - 1):
                folder = folder.parent
            found = self._known.get(folder.joinpath(*parts))
            return found if found != importer else None
        for root in (folder, *folder.parents):
            for base in (root, root / "src"):
                found = self._known.get(base.joinpath(*parts))
                if found is not None and found != importer:
                    return found
        return None

    def imports(self, path: Path, data: bytes, among: Mapping[Path, object]) -> dict[str, Path]:
        """What the import statements of a file name, as far as it is ``among`` some files."""
        found: dict[str, Path] = {}
        for statement in _import_statements(data):
            joint = "" if statement.source.endswith(".") else "."
            for dotted in (
                statement.source,
                *(f"{statement.source}{joint}{name}" for name in statement.names),
            ):
                target = self.find(path, dotted)
                if target is not None and target in among:
                    found[dotted] = target
        if path.name == "__init__.py":
            for other in among:
                inside = other.parent.parent if other.name == "__init__.py" else other.parent
                if inside == path.parent and other != path:
                    stem = other.parent.name if other.name == "__init__.py" else other.stem
                    found["." + stem] = other
        return found


def _importers(
    legacy: Mapping[Path, bytes], others: Iterable[Path], resolver: _Resolver
) -> dict[Path, bytes]:
    """The other files that import a legacy file, also through the ``__init__.py`` of a package."""
    stems = {_stem(path).encode() for path in legacy}
    contents = {path: data for path in others if (data := _read(path)) is not None}
    found: dict[Path, bytes] = {}
    new: dict[Path, bytes] = dict(legacy)
    while new:
        wanted = re.compile(rb"\b(?:" + rb"|".join(map(re.escape, sorted(stems))) + rb")\b")
        target = {**legacy, **found}
        new = {
            path: data
            for path, data in contents.items()
            if path not in found and wanted.search(data) and resolver.imports(path, data, target)
        }
        found |= new
        new = {path: data for path, data in new.items() if path.name == "__init__.py"}
        stems |= {_stem(path).encode() for path in new}
    return found


def _bases(legacy: Mapping[Path, bytes], resolver: _Resolver) -> dict[Path, bytes]:
    """The files that hold a base class of a class in a legacy file."""
    found: dict[Path, bytes] = {}
    for path, data in legacy.items():
        bases = {name for match in _BASES.finditer(data) for name in _names(match[1])}
        for statement in _import_statements(data):
            if bases.isdisjoint(statement.names):
                continue
            target = resolver.find(path, statement.source)
            if target is not None and target not in legacy and (text := _read(target)) is not None:
                found[target] = text
    return found


def _stem(path: Path) -> str:
    return path.absolute().parent.name if path.name == "__init__.py" else path.stem


def _read(path: Path) -> bytes | None:
    """The content of a file that may help; one that cannot be read does not."""
    try:
        return path.read_bytes()
    except OSError:
        return None


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
    inside: Mapping[Path, bytes], legacy: Mapping[Path, bytes], roots: Sequence[Path]
) -> tuple[bool, bool]:
    """Whether a file beside some may configure the SDK, and whether one may rely on that."""
    projects = {_project(path, roots) for path in inside}
    if None in projects:
        return True, True
    outside = {
        data for path, data in legacy.items() if path not in inside
        if _project(path, roots) in projects
    }  # fmt: skip
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
