"""The programs of a repository at a commit, and what they are in its working tree."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genai_codemod.project.git import (
    GitError,
    check_out,
    differing_files,
    list_files,
    top_folder,
)
from genai_codemod.sources.documents import is_document
from genai_codemod.sources.python import imports_legacy, mentions_legacy

from .proof import Pair, Program


@dataclass(frozen=True)
class Changed:
    """The programs that differ, and the names of those that the working tree has no more."""

    pairs: tuple[Pair, ...] = ()
    gone: tuple[str, ...] = ()


def changed_programs(commit: str, paths: Sequence[Path], folder: Path) -> Changed:
    """The programs among the paths, before and after.

    A file is one itself, since what it imports can differ when it does not.  Of a folder, and of
    the current one without paths, it is what uses the legacy SDK at the commit and differs.  The
    whole repository is written into the folder as it is at the commit and as it is now, and
    programs are started in the copy of the current folder.

    Raises:
        GitError: the paths are in no work tree, or there is no such commit or file in it.
        OSError: the repository cannot be copied.
    """
    top = top_folder(_folder_of(paths[0]) if paths else Path())
    places = [path.resolve() for path in paths] or [Path.cwd().resolve()]
    for path in places:
        if not path.is_relative_to(top):
            raise GitError(f"{path} is not in the repository {top}")
    named = [path.relative_to(top) for path in places if path.is_file()]
    differing = [
        name
        for name in differing_files(top, commit)
        if (name.suffix == ".py" or is_document(name))
        and any((top / name).is_relative_to(place) for place in places)
        and name not in named
    ]
    if not named and not differing:
        return Changed()
    before, after = folder.resolve() / "before", folder.resolve() / "after"
    check_out(top, commit, before)
    for name in named:
        if not (before / name).is_file():
            raise GitError(f"there is no {name} at {commit}")
    used = [*named, *(name for name in differing if _uses_legacy(before / name))]
    if used:
        _copy_work_tree(top, after)
    pairs = (
        Pair(
            Program(before / name, f"{commit}:{name}", before, _start(before, top)),
            Program(after / name, str(name), after, _start(after, top)),
        )
        for name in used
        if (after / name).exists()
    )
    return Changed(tuple(pairs), tuple(str(name) for name in used if not (after / name).exists()))


def _start(copy: Path, top: Path) -> Path:
    here = Path.cwd().resolve()
    start = copy / here.relative_to(top) if here.is_relative_to(top) else copy
    return start if start.is_dir() else copy


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _uses_legacy(path: Path) -> bool:
    data = path.read_bytes()
    # In a notebook, a line of code does not begin where a line of the file does.
    return mentions_legacy(data) if is_document(path) else imports_legacy(data)


def _copy_work_tree(top: Path, target: Path) -> None:
    """Copy what git tracks or would take, and so no environment and no key that it ignores."""
    listing = list_files(top)
    if listing is None:
        raise GitError(f"git cannot list the files of {top}")
    for name in (*listing.tracked, *listing.untracked):
        _copy(top, target, name)


def _copy(top: Path, target: Path, name: str) -> None:
    if (top / name).is_file():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(top / name, target / name)
