"""Which files a run looks at."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath

from genai_codemod.project import git
from genai_codemod.project.generated import is_generated
from genai_codemod.project.ignore_files import IgnoreFiles
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.patterns import Patterns

_SUFFIXES = (".py", ".pyi", ".ipynb", ".md", ".markdown", ".mdx", ".rst")
# Folders of these names hold other people's code, whatever is around them.  Not so "vendor" or
# "third_party": such names are also given to code of one's own.
_OTHER_PEOPLES: Mapping[str, str] = {
    "__pycache__": "compiled code",
    "__pypackages__": "third-party code",
    "_vendor": "third-party code",
    "node_modules": "third-party code",
    "site-packages": "third-party code",
}
_BUILD_OUTPUT = frozenset({"build", "dist"})
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")

Excludes = Callable[[Path], Sequence[Patterns]]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or a whole folder that is not looked at, and why.

    ``source`` says that it is a module of the project nevertheless.
    """

    path: Path
    reason: str
    source: bool = False


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to look at, in a fixed order, those not looked at, and unreadable folders.

    ``listing`` are the files that list packages; one that is named, or a module, is among the
    ``files``, too.
    """

    files: tuple[Path, ...]
    errors: tuple[FileOutcome, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    listing: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Notes:
    """What is seen on the way and not taken, by its path."""

    errors: dict[Path, FileOutcome] = field(default_factory=dict)
    skipped: dict[Path, Skipped] = field(default_factory=dict)

    def skip(self, path: Path, reason: str, *, source: bool = False) -> None:
        self.skipped.setdefault(path, Skipped(path, reason, source))


def discover(
    paths: Iterable[Path],
    excludes: Excludes = lambda _: (),
    *,
    force_exclude: bool = False,
    lists: Callable[[PurePath], bool] = lambda _: False,
) -> Discovery:
    """Find the files with code of the given files and folders, and those that list packages.

    A file that is named is always taken.  A folder is walked without third-party code (virtual
    environments, site-packages, node_modules); without generated files; without what git, or a
    ``.gitignore`` in the folder, ignores; without what one of the patterns that ``excludes`` gives
    for a file matches; and, unless git tracks what is in them, without hidden folders and the
    output of builds.  With ``force_exclude`` patterns, third-party folders and generated files
    count for named files, too.  Symbolic links that lead out of the folder are not followed.  A
    file that is reachable by several names is taken once.  ``lists`` says of a name whether such a
    file lists packages.  Raises ``FileNotFoundError``, its text the path, for a path that is
    neither a file nor a folder.
    """
    found: list[Path] = []
    listing: list[Path] = []
    notes = _Notes()
    for path in paths:
        reason = _forced_out(path, excludes) if force_exclude else None
        if reason is not None and path.exists():
            notes.skip(path, reason, source=True)
        elif _is_folder(path):
            inside = list(_in_folder(path, notes, excludes, lists))
            found += (each for each in inside if each.suffix in _SUFFIXES)
            listing += filter(lists, inside)
        elif _may_be_file(path):
            found.append(path)
            listing += [path] if lists(path) else []
        else:
            raise FileNotFoundError(str(path))
    files = _without_duplicates(found)
    taken = frozenset(files)
    skipped = sorted(notes.skipped.keys() - taken)
    return Discovery(
        files,
        tuple(notes.errors[path] for path in sorted(notes.errors)),
        tuple(notes.skipped[path] for path in skipped),
        _without_duplicates(listing),
    )


def discover_named(folder: Path, wanted: Callable[[PurePath], bool]) -> tuple[Path, ...]:
    """The files below a folder with names that are ``wanted``, as ``discover`` walks it."""
    inside = _in_folder(folder, _Notes(), lambda _: (), wanted)
    return _without_duplicates([path for path in inside if wanted(path)])


def _forced_out(path: Path, excludes: Excludes) -> str | None:
    """Why a path that was named is left out nevertheless."""
    folder = _is_folder(path)
    reason = _excluded(path, excludes(path), folder=folder)
    around = (each for each in path.absolute().parents if each.name)
    reason = reason or next(filter(None, map(_third_party, around)), None)
    if reason is None and not folder and is_generated(path):
        return "generated file"
    return reason


def _in_folder(
    root: Path, notes: _Notes, excludes: Excludes, lists: Callable[[PurePath], bool]
) -> Iterator[Path]:
    real_root = root.resolve()
    for path in _candidates(root, notes):
        is_source = path.suffix in _SUFFIXES
        if not (is_source or lists(path)) or not _may_be_file(path):
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(real_root):
            notes.skip(path, "link that leads out of the folder")
        elif reason := _excluded(path, [each.within(root) for each in excludes(path)]):
            notes.skip(path, reason, source=True)
        elif is_source and is_generated(path):
            notes.skip(path, "generated file", source=True)
        else:
            yield path


def _excluded(path: Path, excludes: Iterable[Patterns], *, folder: bool = False) -> str | None:
    for patterns in excludes:
        if (pattern := patterns.matching(path, folder=folder)) is not None:
            return f"excluded by {pattern}"
    return None


def _candidates(root: Path, notes: _Notes) -> Iterator[Path]:
    listing = git.list_files(root)
    if listing is None:
        yield from _walk(root, notes)
        return
    skips = _folder_test(root, _third_party, notes)
    skips_new = _folder_test(root, _not_source, notes)
    for name in listing.tracked:
        if not skips(name.parent):
            yield from _file_or_repository(root / name, notes)
    for name in listing.untracked:
        if not skips_new(name.parent):
            yield from _file_or_repository(root / name, notes)
    for name in listing.ignored:
        if not skips_new(name.parent) and (name.suffix in _SUFFIXES or _is_folder(root / name)):
            notes.skip(root / name, _third_party(root / name) or "ignored by git")


def _file_or_repository(path: Path, notes: _Notes) -> Iterator[Path]:
    # For git a repository inside the repository is one entry: it has its own list of files.
    if _is_folder(path) and not path.is_symlink():
        if reason := _not_source(path):
            notes.skip(path, reason)
        else:
            yield from _candidates(path, notes)
    else:
        yield path


def _walk(root: Path, notes: _Notes) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        message = f"cannot read the folder: {error.strerror or error}"
        folder = Path(error.filename)
        notes.errors[folder] = FileOutcome(folder, error=FileError(message))

    ignore_files = IgnoreFiles(root)
    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        inner = []
        for name in folders:
            reason = _not_source(here / name)
            if reason is None and ignore_files.ignores(here / name, folder=True):
                reason = "ignored by .gitignore"
            if reason is None:
                inner.append(name)
            else:
                notes.skip(here / name, reason)
        folders[:] = inner
        for name in names:
            if name.endswith(_SUFFIXES) and ignore_files.ignores(here / name):
                notes.skip(here / name, "ignored by .gitignore")
            else:
                yield here / name


def _third_party(folder: Path) -> str | None:
    """Why a folder holds code of others, if it does."""
    if _is_file(folder / "pyvenv.cfg") or _is_folder(folder / "conda-meta"):
        return "virtual environment"
    return _OTHER_PEOPLES.get(folder.name)


def _not_source(folder: Path) -> str | None:
    """Why a folder that git does not track holds no source, if so."""
    if reason := _third_party(folder):
        return reason
    if folder.name.startswith("."):
        return "hidden folder"
    if folder.name in _BUILD_OUTPUT and any(
        _is_file(folder.parent / name) for name in _PROJECT_FILES
    ):
        return "output of a build"
    return None


def _folder_test(
    root: Path, test: Callable[[Path], str | None], notes: _Notes
) -> Callable[[PurePath], bool]:
    """A test that holds for a folder below the root when it holds for it or one around it."""

    @cache
    def holds(folder: PurePath) -> bool:
        if not folder.parts:
            return False
        if holds(folder.parent):
            return True
        reason = test(root / folder)
        if reason is not None:
            notes.skip(root / folder, reason)
        return reason is not None

    return holds


def _without_duplicates(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Each real file once, under its own name rather than that of a link, sorted."""
    links = {path for path in paths if path.is_symlink()}
    # Of a file that is no link only the folder has to be resolved, once for all that is in it.
    real_folder = cache(Path.resolve)
    chosen: dict[tuple[Path, str], Path] = {}
    for path in sorted(paths, key=lambda path: (path in links, path.parts)):
        real = path.resolve() if path in links else path
        folder = real.parent if path in links else real_folder(path.parent)
        chosen.setdefault((folder, os.path.normcase(real.name)), path)
    return tuple(sorted(chosen.values(), key=lambda path: path.parts))


def _is_folder(path: Path) -> bool:
    return _mode_holds(stat.S_ISDIR, path, unknown=False)


def _is_file(path: Path) -> bool:
    return _mode_holds(stat.S_ISREG, path, unknown=False)


def _may_be_file(path: Path) -> bool:
    """Whether to try to read it: what cannot be looked at is read, for the error that gives."""
    return _mode_holds(stat.S_ISREG, path, unknown=True)


def _mode_holds(test: Callable[[int], bool], path: Path, *, unknown: bool) -> bool:
    try:
        return test(path.stat().st_mode)
    except PermissionError:
        return unknown
    except (OSError, ValueError):
        return False
