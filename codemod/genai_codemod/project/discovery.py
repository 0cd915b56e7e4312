"""Which files a run looks at."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from pathlib import Path, PurePath
from typing import Literal

from genai_codemod.project import git
from genai_codemod.project.generated import has_generated_name, is_generated
from genai_codemod.project.ignore_files import IgnoreFiles
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.project.patterns import Patterns

_MODULES = (".py", ".pyi")
_SUFFIXES = (*_MODULES, ".ipynb", ".md", ".markdown", ".mdx", ".rst")
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

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import Options, migrate_paths
        >>> _ = Path("old.py").write_text("import google.generativeai\\n")
        >>> (skipped,) = migrate_paths(".", Options(exclude=("old.py",))).skipped
        >>> str(skipped.path), skipped.reason
        ('old.py', 'excluded by old.py')
    """

    path: Path
    reason: str
    source: bool = False


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to look at, in a fixed order, those not looked at, and unreadable folders.

    ``listing`` are the files that list packages; one that is named, or a module, is among the
    ``files``, too.  ``named`` are those that were given themselves.  ``silent`` are modules that
    are known to hold none of the words that were asked about.
    """

    files: tuple[Path, ...]
    errors: tuple[FileOutcome, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    listing: tuple[Path, ...] = ()
    named: frozenset[Path] = frozenset()
    silent: frozenset[Path] = frozenset()


@dataclass(slots=True)
class _Notes:
    """What is seen on the way and not taken, by its path."""

    errors: dict[Path, FileOutcome] = field(default_factory=dict)
    skipped: dict[Path, Skipped] = field(default_factory=dict)
    links: set[Path] = field(default_factory=set)
    """The symbolic links among what is taken."""
    silent: set[Path] = field(default_factory=set)

    def skip(self, path: Path, reason: str, *, source: bool = False) -> None:
        self.skipped.setdefault(path, Skipped(path, reason, source))


def discover(
    paths: Iterable[Path],
    excludes: Excludes = lambda _: (),
    *,
    force_exclude: bool = False,
    lists: Callable[[PurePath], bool] = lambda _: False,
    words: Sequence[bytes] = (),
) -> Discovery:
    """Find the files with code of the given files and folders, and those that list packages.

    A file that is named is always taken. A folder is walked without third-party code (virtual
    environments, site-packages, node_modules); without files with the names of generated ones;
    without what git, or a ``.gitignore`` in the folder, ignores; without what one of the
    patterns that ``excludes`` gives for a file matches; and, unless git tracks what is in them,
    without hidden folders and the output of builds. With ``force_exclude`` patterns, third-
    party folders and generated files count for named files, too. Symbolic links that lead out
    of the folder are not followed. A file that is reachable by several names is taken once.
    ``lists`` says of a name whether such a file lists packages. ``words`` are what git is asked
    about, which finds them in thousands of files before Python has opened one. Raises
    ``FileNotFoundError``, its text the path, for a path that is neither a file nor a folder.
    """
    found: list[Path] = []
    listing: list[Path] = []
    named: set[Path] = set()
    notes = _Notes()
    for path in paths:
        reason = _forced_out(path, excludes) if force_exclude else None
        if reason is not None and path.exists():
            notes.skip(path, reason, source=True)
        elif _is_folder(path):
            inside = list(_in_folder(path, notes, excludes, lists, words))
            found += (each for each in inside if _has_code(each.name))
            listing += filter(lists, inside)
        elif _may_be_file(path):
            found.append(path)
            named.add(path)
            notes.links.update([path] if path.is_symlink() else [])
            listing += [path] if lists(path) else []
        else:
            raise FileNotFoundError(str(path))
    files = _without_duplicates(found, notes.links)
    taken = frozenset(files)
    skipped = sorted(notes.skipped.keys() - taken)
    return Discovery(
        files,
        tuple(notes.errors[path] for path in sorted(notes.errors)),
        tuple(notes.skipped[path] for path in skipped),
        _without_duplicates(listing, notes.links),
        frozenset(named),
        frozenset(notes.silent),
    )


def discover_named(folder: Path, wanted: Callable[[PurePath], bool]) -> tuple[Path, ...]:
    """The files below a folder with names that are ``wanted``, as ``discover`` walks it."""
    notes = _Notes()
    inside = _in_folder(folder, notes, lambda _: (), wanted, ())
    return _without_duplicates([path for path in inside if wanted(path)], notes.links)


def _forced_out(path: Path, excludes: Excludes) -> str | None:
    """Why a path that was named is left out nevertheless."""
    folder = _is_folder(path)
    reason = _excluded(path, excludes(path), folder=folder)
    around = (each for each in path.absolute().parents if each.name)
    reason = reason or next(filter(None, map(_third_party, around)), None)
    if reason is None and not folder and _is_generated(path):
        return "generated file"
    return reason


def _is_generated(path: Path) -> bool:
    if has_generated_name(path.name):
        return True
    try:
        return is_generated(path.read_bytes())
    except OSError:
        return False


def _in_folder(
    root: Path,
    notes: _Notes,
    excludes: Excludes,
    lists: Callable[[PurePath], bool],
    words: Sequence[bytes],
) -> Iterator[Path]:
    real_root = root.resolve()
    # The settings of a file are those of its folder, and few folders have some of their own.
    in_force: dict[str, list[Patterns]] = {}
    kinds = _Kinds()
    for path, silent in _candidates(root, notes, lambda name: _is_wanted(name, lists), words):
        folder, _, name = str(path).rpartition(os.sep)
        kind = kinds.of(folder, name)
        if kind is None or (kind == "link" and not _may_be_file(path)):
            continue
        if kind == "link":
            if not path.resolve().is_relative_to(real_root):
                notes.skip(path, "link that leads out of the folder")
                continue
            notes.links.add(path)
        if folder not in in_force:
            in_force[folder] = [each.within(root) for each in excludes(path) if each]
        if reason := _excluded(path, in_force[folder]):
            notes.skip(path, reason, source=True)
        elif has_generated_name(name):
            notes.skip(path, "generated file", source=True)
        else:
            if silent and kind == "file" and name.endswith(_MODULES):
                notes.silent.add(path)
            yield path


def _is_wanted(name: str, lists: Callable[[PurePath], bool]) -> bool:
    return name.endswith(_SUFFIXES) or lists(PurePath(name))


def _has_code(name: str) -> bool:
    return name.endswith(_SUFFIXES) and name not in _SUFFIXES


Kind = Literal["file", "link"]


class _Kinds:
    """What the paths in folders are; to list a folder is much faster than to ask for each file."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, Kind | None]] = {}

    def of(self, folder: str, name: str) -> Kind | None:
        """What a path is, as far as it can be read; None for what is neither file nor link."""
        if folder not in self._folders:
            self._folders[folder] = _kinds_in(folder)
        known = self._folders[folder]
        # Some file systems give a name back in another form than it was written in.
        return known[name] if name in known else _kind(Path(folder, name))


def _kinds_in(folder: str) -> dict[str, Kind | None]:
    try:
        with os.scandir(folder or os.curdir) as entries:
            return {
                each.name: "link"
                if each.is_symlink()
                else "file"
                if each.is_file(follow_symlinks=False)
                else None
                for each in entries
            }
    except OSError:
        return {}


def _kind(path: Path) -> Kind | None:
    """What a path is, as far as it can be read; what cannot be looked at is read for the error."""
    try:
        mode = os.lstat(path).st_mode
    except PermissionError:
        return "file"
    except (OSError, ValueError):
        return None
    return "link" if stat.S_ISLNK(mode) else "file" if stat.S_ISREG(mode) else None


def _excluded(path: Path, excludes: Iterable[Patterns], *, folder: bool = False) -> str | None:
    for patterns in excludes:
        if (pattern := patterns.matching(path, folder=folder)) is not None:
            return f"excluded by {pattern}"
    return None


def _candidates(
    root: Path, notes: _Notes, wanted: Callable[[str], bool], words: Sequence[bytes]
) -> Iterator[tuple[Path, bool]]:
    """The files below a folder with names that are wanted, without those in folders to skip.

    Beside each stands whether it is known to hold none of some words.
    """
    listing = git.list_files(root, words)
    if listing is None:
        yield from ((path, False) for path in _walk(root, notes) if wanted(str(path)))
        return
    before = str(root / "_").removesuffix("_")
    skips = _folder_test(root, _third_party, notes)
    skips_new = _folder_test(root, _not_source, notes)
    for names, test in ((listing.tracked, skips), (listing.untracked, skips_new)):
        for name in names:
            if not test(name.rpartition("/")[0]) and wanted(name):
                # Of a path that is made of others the parts are made anew, which takes longer.
                yield Path(before + name), name in listing.silent
    for name in listing.repositories:
        if not skips_new(name) and _kind(root / name) != "link":
            yield from _candidates(root / name, notes, wanted, words)
    for name in listing.ignored:
        is_folder = name.endswith("/")
        if not skips_new(name.rstrip("/").rpartition("/")[0]) and (
            is_folder or name.endswith(_SUFFIXES)
        ):
            notes.skip(root / name, _third_party(root / name) or "ignored by git")


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
            if not ignore_files.ignores(here / name):
                yield here / name
            elif name.endswith(_SUFFIXES):
                notes.skip(here / name, "ignored by .gitignore")


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
) -> Callable[[str], bool]:
    """A test that holds for a folder below the root when it holds for it or one around it.

    Folders are given relative to the root, with slashes.
    """

    @cache
    def holds(folder: str) -> bool:
        if not folder:
            return False
        if holds(folder.rpartition("/")[0]):
            return True
        reason = test(root / folder)
        if reason is not None:
            notes.skip(root / folder, reason)
        return reason is not None

    return holds


def _without_duplicates(paths: Sequence[Path], links: Collection[Path] = ()) -> tuple[Path, ...]:
    """Each real file once, under its own name rather than that of a link, sorted.

    ``links`` are those of the paths that are symbolic links.
    """
    # Of a file that is no link only the folder has to be resolved, once for all that is in it.
    folders: dict[str, str] = {}
    chosen: dict[tuple[str, str], Path] = {}
    files = [path for path in paths if path not in links] if links else paths
    for path in sorted(files, key=attrgetter("parts")):
        written, _, name = str(path).rpartition(os.sep)
        if written not in folders:
            folders[written] = str(path.parent.resolve())
        chosen.setdefault((folders[written], os.path.normcase(name)), path)
    for path in sorted({*paths} & {*links}, key=attrgetter("parts")):
        real = path.resolve()
        chosen.setdefault((str(real.parent), os.path.normcase(real.name)), path)
    return tuple(sorted(chosen.values(), key=attrgetter("parts")))


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
