"""Which files a run looks at."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

from genai_codemod.project import git
from genai_codemod.project.outcome import FileError, FileOutcome

_SUFFIXES = (".py", ".pyi", ".ipynb", ".md", ".markdown", ".mdx", ".rst")
_OTHER_PEOPLES = frozenset({"__pycache__", "node_modules", "site-packages"})
_BUILD_OUTPUT = frozenset({"build", "dist"})
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to look at, in a fixed order, and the folders that could not be read."""

    files: tuple[Path, ...]
    errors: tuple[FileOutcome, ...] = ()


def discover(paths: Iterable[Path]) -> Discovery:
    """Find the Python files of the given files and folders.

    A file that is named is always taken.  A folder is walked without third-party code (virtual
    environments, site-packages, node_modules); in a git work tree without what git ignores; and,
    unless git tracks what is in them, without hidden folders and the output of builds.  Symbolic
    links that lead out of the folder are not followed.  A file that is reachable by several
    names is taken once.  Raises ``FileNotFoundError``, its text the path, for a path that is
    neither a file nor a folder.
    """
    found: list[Path] = []
    errors: dict[Path, FileOutcome] = {}
    for path in paths:
        if _is_folder(path):
            found += _in_folder(path, errors)
        elif _may_be_file(path):
            found.append(path)
        else:
            raise FileNotFoundError(str(path))
    return Discovery(_without_duplicates(found), tuple(errors[path] for path in sorted(errors)))


def _in_folder(root: Path, errors: dict[Path, FileOutcome]) -> list[Path]:
    real_root = root.resolve()
    return [
        path
        for path in _candidates(root, errors)
        if path.suffix in _SUFFIXES
        and _may_be_file(path)
        and (not path.is_symlink() or path.resolve().is_relative_to(real_root))
    ]


def _candidates(root: Path, errors: dict[Path, FileOutcome]) -> Iterator[Path]:
    listing = git.list_files(root)
    if listing is None:
        yield from _walk(root, errors)
        return
    is_skipped = _folder_test(root, _is_third_party)
    is_output = _folder_test(root, _is_not_source)
    for name in listing.tracked:
        if not is_skipped(name.parent):
            yield from _file_or_repository(root / name, errors)
    for name in listing.untracked:
        if not is_output(name.parent):
            yield from _file_or_repository(root / name, errors)


def _file_or_repository(path: Path, errors: dict[Path, FileOutcome]) -> Iterator[Path]:
    # For git a repository inside the repository is one entry: it has its own list of files.
    if _is_folder(path) and not path.is_symlink():
        if not _is_not_source(path):
            yield from _candidates(path, errors)
    else:
        yield path


def _walk(root: Path, errors: dict[Path, FileOutcome]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        message = f"cannot read the folder: {error.strerror or error}"
        folder = Path(error.filename)
        errors[folder] = FileOutcome(folder, error=FileError(message))

    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        folders[:] = [name for name in folders if not _is_not_source(here / name)]
        yield from (here / name for name in names)


def _is_third_party(folder: Path) -> bool:
    return folder.name in _OTHER_PEOPLES or _is_file(folder / "pyvenv.cfg")


def _is_not_source(folder: Path) -> bool:
    if folder.name.startswith("."):
        return True
    if folder.name in _BUILD_OUTPUT and any(
        _is_file(folder.parent / name) for name in _PROJECT_FILES
    ):
        return True
    return _is_third_party(folder)


def _folder_test(root: Path, test: Callable[[Path], bool]) -> Callable[[PurePath], bool]:
    """A test that holds for a folder below the root when it holds for it or one around it."""

    @cache
    def holds(folder: PurePath) -> bool:
        if not folder.parts:
            return False
        return holds(folder.parent) or test(root / folder)

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
