"""Which files of a repository need the legacy SDK once a run is over, and for which projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath

from genai_codemod.project.discovery import discover_named
from genai_codemod.project.import_graph import ImportGraph
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.sources.dependency_files.formats import format_of
from genai_codemod.sources.dependency_files.imports import (
    brought_along,
    imports_successor,
    legacy_packages,
    mentions_legacy,
)
from genai_codemod.sources.dependency_files.packages import LEGACY, LEGACY_PROTOS
from genai_codemod.sources.dependency_files.planning import Needs
from genai_codemod.sources.python import count_markers

_PYTHON = frozenset({".py", ".pyi"})
_CODE = _PYTHON | {".ipynb"}


@dataclass(frozen=True, slots=True)
class Use:
    """What a file of code needs: some of the legacy packages, the new SDK, or nothing of either.

    ``used`` says whether it needed a legacy package before the run, and ``brought_along`` which
    packages it needs that are installed with one.
    """

    legacy: frozenset[str] = frozenset()
    successor: bool = False
    used: bool = False
    brought_along: frozenset[str] = frozenset()

    @property
    def concerned(self) -> bool:
        return bool(self.legacy) or self.successor or self.used


class Repository:
    """The code below one folder, as a run leaves it."""

    def __init__(self, top: Path, outcomes: Mapping[Path, FileOutcome]) -> None:
        """``outcomes`` are those of the run by their absolute paths; other files are read."""
        self.top = top
        self._outcomes = outcomes

    def needs(self, path: Path) -> Needs:
        """What a dependency file must list, given the code that it is for.

        It is for the code of its project: the nearest folder upward that has code below it and, if
        the file alone does not make a project of its folder as a Dockerfile does not, one that
        does.  So each service of a monorepo is looked at by itself, and a file in a folder
        ``requirements`` or ``docker`` belongs to the code beside that.  To the code of a project
        belongs what it imports from elsewhere in the repository.

        Where no code of the project has to do with either SDK, the package is listed for reasons
        that cannot be seen: it is exchanged if no code of the repository needs it, and otherwise
        nothing is added.  The exchange is noted if no code at all has to do with them.
        """
        project = self._project(path)
        uses = self._uses_below(project)
        if any(use.legacy for each, use in self._uses.items() if each not in uses):
            uses |= self._imported_by(project)
        if any(use.concerned for use in uses.values()):
            return _needs(uses)
        elsewhere = _needs(self._uses)
        if elsewhere.legacy or elsewhere.protos:
            return replace(elsewhere, successor=False)
        return Needs(unseen=not any(use.concerned for use in self._uses.values()))

    def needs_of_script(self, path: Path) -> Needs:
        """What a file must list that says itself what it needs."""
        return _needs({path: self._use(path, self._after(path))})

    @cached_property
    def _files(self) -> tuple[Path, ...]:
        return discover_named(self.top, _is_code_or_manifest)

    @cached_property
    def _code(self) -> dict[Path, bytes]:
        """The code, without that which builds and tests it."""
        return {
            path: self._after(path)
            for path in self._files
            if path.suffix in _CODE and format_of(path) is None
        }

    @cached_property
    def _uses(self) -> dict[Path, Use]:
        return {path: self._use(path, data) for path, data in self._code.items()}

    @cached_property
    def _graph(self) -> ImportGraph:
        return ImportGraph({p: data for p, data in self._code.items() if p.suffix in _PYTHON})

    @cached_property
    def _projects(self) -> frozenset[Path]:
        """The folders that a file makes a project of."""
        found = (path.parent for path in self._files if _is_manifest(path))
        return frozenset(self._with_code(folder, lambda _: True) for folder in found)

    def _project(self, path: Path) -> Path:
        if _is_manifest(path):
            return self._with_code(path.parent, lambda _: True)
        return self._with_code(path.parent, self._projects.__contains__)

    def _with_code(self, folder: Path, suits: Callable[[Path], bool]) -> Path:
        """The nearest folder upward that suits and has code below it."""
        while folder != self.top and not (suits(folder) and folder in self._folders):
            folder = folder.parent
        return folder

    @cached_property
    def _folders(self) -> frozenset[Path]:
        """The folders with code somewhere below them."""
        return frozenset(folder for path in self._code for folder in path.parents)

    def _uses_below(self, folder: Path) -> dict[Path, Use]:
        return {path: self._uses[path] for path in self._below.get(folder, ())}

    @cached_property
    def _below(self) -> Mapping[Path, Sequence[Path]]:
        """The code below each folder, in order."""
        found: dict[Path, list[Path]] = defaultdict(list)
        for path in self._uses:
            for folder in path.parents:
                found[folder].append(path)
        return found

    def _imported_by(self, folder: Path) -> dict[Path, Use]:
        inside = [p for p in self._uses_below(folder) if p.suffix in _PYTHON]
        return {path: self._uses[path] for path in self._graph.below(inside)}

    def _after(self, path: Path) -> bytes:
        outcome = self._outcomes.get(path)
        if outcome is not None and outcome.migration is not None:
            return outcome.migration.after
        try:
            return path.read_bytes()
        except OSError:
            return b""

    def _use(self, path: Path, data: bytes) -> Use:
        is_python = path.suffix in _PYTHON
        outcome = self._outcomes.get(path)
        legacy = legacy_packages(data, is_python=is_python)
        failed = outcome is not None and outcome.error is not None and mentions_legacy(data)
        if failed or (outcome is not None and count_markers(data)):
            # What is left for a person is done with the legacy SDK until it is done.
            legacy |= {LEGACY}
        migration = outcome.migration if outcome is not None else None
        before = migration.before if migration is not None and migration.changed else data
        used = bool(legacy) or bool(legacy_packages(before, is_python=is_python))
        return Use(legacy, imports_successor(data), used, brought_along(data))


def _is_code_or_manifest(path: PurePath) -> bool:
    return path.suffix in _CODE or _is_manifest(path)


def _is_manifest(path: PurePath) -> bool:
    file_format = format_of(path)
    return file_format is not None and file_format.is_manifest


def _needs(uses: Mapping[Path, Use]) -> Needs:
    in_order = sorted(uses)
    # The first file that imports a package overwrites those after it.
    importers = {name: path for path in reversed(in_order) for name in uses[path].brought_along}
    return Needs(
        legacy=_first(path for path in in_order if LEGACY in uses[path].legacy),
        protos=_first(path for path in in_order if LEGACY_PROTOS in uses[path].legacy),
        successor=any(use.successor for use in uses.values()),
        brought_along=tuple((name, _shown(path)) for name, path in sorted(importers.items())),
    )


def _first(paths: Iterator[Path]) -> str:
    return next(map(_shown, paths), "")


def _shown(path: Path) -> str:
    """A path as a reader in the current folder would name it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def top_of(path: Path, roots: Iterable[Path]) -> Path:
    """The repository that a file lies in; outside of any, the folder that the run was given."""
    for folder in path.parents:
        if (folder / ".git").exists():
            return folder
    return next((root for root in roots if path.is_relative_to(root)), path.parent)
