"""Which file imports which, by the text of import statements.

A repository has thousands of files that have nothing to do with the legacy SDK, and they must cost
next to nothing: so nothing is parsed here.
"""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from genai_codemod.pytest_fixtures import (
    SHARED,
    asks_for_any,
    fixtures_in,
    may_ask,
    relation,
)

_PACKAGE = "__init__.py"
# The word is searched for by itself: that is what a regular expression does fast.
_IMPORT = re.compile(rb"import\b")
_BEFORE = re.compile(rb"(?:.*[;:])?[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+)?")
_LOADED = re.compile(rb"\bimport_module\([ \t]*[\"']([A-Za-z_][\w.]*)[\"'][ \t]*\)")
_IMPORTABLE = frozenset({".py", ".pyi"})
_BETWEEN_NAMES = re.compile(rb"#[^\n]*|\\\r?\n")
_NAMES = re.compile(rb"[ \t]*(\([^)]*\)|(?:[^\n#;(\\]|\\\r?\n)+)")


class ImportGraph:
    """The files that each of some files imports, and those that import it."""

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        resolver = _Resolver(files)
        self._files = files
        self._named = {path: resolver.imports(path, data) for path, data in files.items()}
        self._targets = {path: set(named.values()) for path, named in self._named.items()}
        self._importers: dict[Path, set[Path]] = {path: set() for path in files}
        for path, targets in self._targets.items():
            for target in targets:
                self._importers[target].add(path)
        self._lenders: dict[Path, set[Path]] = defaultdict(set)
        self._modules: dict[Path, list[Path]] = defaultdict(list)
        for path in sorted(files):
            if path.suffix in _IMPORTABLE:
                self._modules[path.parent.parent if is_package(path) else path.parent].append(path)

    def relate(self, users: Collection[Path]) -> None:
        """Say which files get fixtures, of those and to those that have to do with some files.

        Those that ask for one by its name get it, and of the ``users`` also those that do not.
        """
        shared = {path.parent: path for path in self._named if path.name == SHARED}
        pairs = {
            (path, lender)
            for path in (self._named if shared else ())
            if may_ask(path.name)
            for folder in path.parents
            if (lender := shared.get(folder, path)) != path
        }
        while pairs:
            above = self.above(users)
            near = {(path, lender) for path, lender in pairs if path in above or lender in above}
            if not near:
                break
            pairs -= near
            for path, lender in sorted(near):
                if self._gives(lender, path, to_all=path in users):
                    self._lend(path, lender, above)

    def _gives(self, lender: Path, path: Path, *, to_all: bool) -> bool:
        """Whether a file gets a fixture of another."""
        fixtures = fixtures_in(self._files[lender])
        return (to_all and fixtures.for_all) or asks_for_any(self._files[path], fixtures.names)

    def _lend(self, path: Path, lender: Path, above: Container[Path]) -> None:
        levels = len(path.parent.relative_to(lender.parent).parts)
        self._named[path][relation(levels)] = lender
        self._lenders[path].add(lender)
        if lender in above:
            # What the file gets can be made by what the fixtures have to do with.
            self._targets[path].add(lender)
            self._importers[lender].add(path)

    def lenders(self, paths: Iterable[Path]) -> set[Path]:
        """The files with fixtures that some files get, also for other fixtures."""
        return _closure(paths, self._lenders) - set(paths)

    def imported(self, paths: Iterable[Path]) -> set[Path]:
        """What any of the files imports itself."""
        return {target for path in paths for target in self._targets[path]}

    def importing(self, paths: Iterable[Path]) -> set[Path]:
        """What imports any of the files itself."""
        return {importer for path in paths for importer in self._importers[path]}

    def shown(self, paths: Iterable[Path]) -> set[Path]:
        """The packages that import any of the files, or such a package: they can show its names."""
        found: set[Path] = set()
        while (
            more := {path for path in self.importing({*paths, *found}) if is_package(path)} - found
        ):
            found |= more
        return found

    def below(self, paths: Iterable[Path]) -> set[Path]:
        """The files, and all that they import, also through others."""
        return _closure(paths, self._targets)

    def above(self, paths: Iterable[Path]) -> set[Path]:
        """The files, and all that import them, also through others."""
        return _closure(paths, self._importers)

    def names(self, path: Path, among: Iterable[Path]) -> dict[str, Path]:
        """What the import statements of a file name, as far as it is ``among`` some files.

        For the ``__init__.py`` of a package also ``.name`` of each module in it.
        """
        among = frozenset(among)
        found = {dotted: to for dotted, to in self._named[path].items() if to in among}
        if is_package(path):
            for other in self._modules.get(path.parent, ()):
                if other in among and other != path:
                    found.setdefault("." + _stem(other), other)
        return found

    def absolute_names(self, paths: Iterable[Path], among: Iterable[Path]) -> dict[Path, str]:
        """What files are imported as, seen from the folders that imports of some files start at."""
        found = {
            start
            for importer in among
            for dotted, target in self._named[importer].items()
            if dotted[0] not in "./" and (start := _start(target, dotted)) is not None
        }
        starts = sorted(found, key=lambda start: -len(start.parts))
        names = {path: _absolute_name(_module_path(path), starts) for path in paths}
        return {path: name for path, name in names.items() if name is not None}


def _absolute_name(module: Path, starts: Iterable[Path]) -> str | None:
    for start in starts:
        if module.is_relative_to(start) and module != start:
            parts = module.relative_to(start).parts
            if all(part.isidentifier() for part in parts):
                return ".".join(parts)
    return None


def _start(target: Path, dotted: str) -> Path | None:
    """The folder in which ``a.b.c`` was looked for, when it was found as a file."""
    module, parts = _module_path(target), tuple(dotted.split("."))
    return module.parents[len(parts) - 1] if module.parts[-len(parts) :] == parts else None


def _module_path(path: Path) -> Path:
    return path.absolute().parent if is_package(path) else path.absolute().with_suffix("")


def is_package(path: Path) -> bool:
    return path.name == _PACKAGE


def _stem(path: Path) -> str:
    return path.absolute().parent.name if is_package(path) else path.stem


def _closure(start: Iterable[Path], edges: Mapping[Path, Iterable[Path]]) -> set[Path]:
    found = set(start)
    todo = list(found)
    while todo:
        new = set(edges[todo.pop()]) - found
        found |= new
        todo += new
    return found


@dataclass(frozen=True, slots=True)
class _Import:
    """One import statement: ``from source import names``, or ``import source``."""

    source: str
    names: tuple[str, ...] = ()


def _import_statements(data: bytes, may_name: Callable[[str], bool]) -> Iterator[_Import]:
    """The import statements of a module, but those from where nothing can come that matters."""
    for word in _IMPORT.finditer(data):
        before = _BEFORE.fullmatch(data, data.rfind(b"\n", 0, word.start()) + 1, word.start())
        if before is None:
            continue
        source = before[1].decode("utf-8", "replace") if before[1] else ""
        if source and not may_name(source):
            continue
        names = _NAMES.match(data, word.end())
        if names is None:
            continue
        if source:
            yield _Import(source, _names(names[1]))
        else:
            for name in filter(may_name, _names(names[1])):
                yield _Import(name)
    if b"import_module" in data:
        for loaded in _LOADED.finditer(data):
            yield _Import(loaded[1].decode())


def _names(listed: bytes) -> tuple[str, ...]:
    if b"#" in listed or b"\\" in listed:
        listed = _BETWEEN_NAMES.sub(b"", listed)
    text = listed.strip(b"()\\ \t\r\n").decode("utf-8", "replace")
    return tuple(words[0] for part in text.split(",") if (words := part.split()))


def _is_namesake(path: Path, data: bytes) -> bool:
    """Whether a file uses a package of its own name, as a ``streamlit.py`` can: others do too."""
    name = path.stem.encode("utf-8", "replace")
    if b"import " + name not in data and b"from " + name not in data:
        return False
    # An indented one can be a function's that imports its own module.
    if not re.search(rb"^(?:import|from) " + re.escape(name) + rb"\b", data, re.MULTILINE):
        return False
    try:
        statements = ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(path.stem == head for each in statements for head in _heads(each))


def _heads(statement: ast.stmt) -> Iterator[str]:
    """What the absolute names that a statement imports from begin with."""
    if isinstance(statement, ast.Import):
        yield from (each.name.partition(".")[0] for each in statement.names)
    elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
        yield statement.module.partition(".")[0]


class _Resolver:
    """Finds the file that an import means, by the folders around the importing file."""

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        self._here = str(Path.cwd())
        self._known: dict[str, Path] = {}
        self._parts: set[str] = set()
        self._namesakes = {path for path, data in files.items() if _is_namesake(path, data)}
        for path in files:
            if path.suffix not in _IMPORTABLE:
                continue
            end = os.sep + _PACKAGE if is_package(path) else path.suffix
            name = self._absolute(path).removesuffix(end)
            self._known.setdefault(name, path)
            self._parts.update(name.split(os.sep))  # noqa: PTH206 - a Path costs ten times as much

    def imports(self, path: Path, data: bytes) -> dict[str, Path]:
        """The files that the import statements of a file name, by what they are called there."""
        found: dict[str, Path] = {}
        folder = self._absolute(path).rpartition(os.sep)[0]
        for statement in _import_statements(data, self._may_name):
            joint = "" if statement.source.endswith(".") else "."
            for dotted in (
                statement.source,
                *(f"{statement.source}{joint}{name}" for name in statement.names),
            ):
                if dotted in found:
                    continue
                target = self._find(folder, dotted, path)
                if target is not None:
                    found[dotted] = target
        return found

    def _may_name(self, dotted: str) -> bool:
        """Whether a dotted name can begin where one of the files is."""
        return dotted.startswith(".") or dotted.partition(".")[0] in self._parts

    def _find(self, folder: str, dotted: str, importer: Path) -> Path | None:
        """The file behind a dotted name as a file in a folder writes it, relative or absolute."""
        level = len(dotted) - len(dotted.lstrip("."))
        parts = dotted[level:].split(".") if dotted[level:] else []
        if not self._parts.issuperset(parts):
            return None
        inner = "".join(os.sep + part for part in parts)
        if level:
            folder = folder.rsplit(os.sep, level - 1)[0]
            found = self._known.get(folder + inner)
            return found if found != importer else None
        while True:
            for base in (folder, folder + os.sep + "src"):
                found = self._known.get(base + inner)
                if found is None or found == importer:
                    continue
                if len(parts) > 1 or found not in self._namesakes:
                    return found
            folder, separator, _ = folder.rpartition(os.sep)
            if not separator:
                return None

    def _absolute(self, path: Path) -> str:
        # As text: pathlib takes longer than everything else that is done for an unrelated file.
        text = str(path)
        return text if path.is_absolute() else self._here + os.sep + text
