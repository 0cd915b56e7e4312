"""What git says about a folder; every answer is None when git cannot say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from genai_codemod.errors import OptionError

_SUBMODULE = b"160000"
_PLAIN_NAMES = (
    "--name-only", "-z", "--no-renames", "--diff-filter=d", "--no-ext-diff", "--no-relative",
    "--ignore-submodules=none",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, relative to it: those git tracks, and new ones it would take.

    ``repositories`` are the folders among them: each has a list of its own.  ``ignored`` are the
    files it would not take, and instead of all that is in a folder that.  Names have slashes.
    """

    tracked: tuple[str, ...]
    untracked: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()


class GitError(OptionError):
    """What git cannot say, in one line."""


def list_files(folder: Path) -> Listing | None:
    """The files below a folder that git does not ignore.

    None outside a work tree, without git, and for a folder that is itself ignored.
    """
    if _git(folder, "rev-parse", "--is-inside-work-tree") != b"true\n":
        return None
    if _git(folder, "check-ignore", "--quiet", ".") is not None:
        return None
    tracked = _git(folder, "ls-files", "--cached", "--stage", "-z")
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
    if tracked is None or untracked is None:
        return None
    ignored = _git(
        folder, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
    )
    files, inner = _staged(tracked)
    new = _texts(untracked)
    inner += [name for name in new if name.endswith("/")]
    return Listing(
        tuple(files),
        tuple(name for name in new if not name.endswith("/")),
        _texts(ignored or b""),
        # A submodule that is not there yet names itself as what is in it.
        tuple(name.rstrip("/") for name in inner if name.rstrip("/") not in ("", ".")),
    )


def changed_files(folder: Path, commit: str) -> frozenset[Path]:
    """The real paths of what differs from a commit in the work tree of a folder, and of new files.

    The commit is the last one that it and the work tree have in common, so what others did on its
    branch since then does not count.  A repository inside the work tree counts as one path.

    Raises:
        GitError: the folder is in no work tree, or there is no such commit.
    """
    root = top_folder(folder)
    base = _common_commit(root, commit)
    changed = _git(root, "diff", *_PLAIN_NAMES, base, "--")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    if changed is None or new is None:
        raise GitError(f"git cannot compare the files of {folder} with {commit}")
    return frozenset(root / name for name in (*_names(changed), *_names(new)))


def top_folder(folder: Path) -> Path:
    """The real path of the work tree that a folder is in.

    Raises:
        GitError: it is in none.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise GitError(f"{folder} is not in a git work tree")
    return Path(os.fsdecode(top.removesuffix(b"\n"))).resolve()


def differing_files(top: Path, commit: str) -> tuple[PurePath, ...]:
    """The files of a commit that the work tree holds otherwise or not at all, relative to its top.

    Raises:
        GitError: there is no such commit.
    """
    name = _commit_name(top, commit)
    options = [each for each in _PLAIN_NAMES if not each.startswith("--diff-filter")]
    changed = None if name is None else _git(top, "diff", *options, "--diff-filter=MD", name, "--")
    if changed is None:
        raise GitError(f"there is no commit {commit!r} in {top}")
    return _names(changed)


def check_out(top: Path, commit: str, folder: Path) -> None:
    """Write all files of a commit into a folder, without a trace in the repository.

    Raises:
        GitError: git cannot do it.
    """
    folder.mkdir()
    index = {"GIT_INDEX_FILE": f"{folder}.index", "GIT_LFS_SKIP_SMUDGE": "1"}
    into = f"--prefix={folder}{os.sep}"
    if (
        _git(top, "read-tree", "--end-of-options", f"{commit}^{{tree}}", variables=index) is None
        or _git(top, "checkout-index", "--all", into, variables=index) is None
    ):
        raise GitError(f"git cannot check out {commit!r} of {top}")


def _commit_name(root: Path, commit: str) -> str | None:
    named = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"
    )
    return None if named is None else named.decode().strip()


def _common_commit(root: Path, commit: str) -> str:
    name = _commit_name(root, commit)
    if name is None:
        if commit == "HEAD":  # nothing was committed yet, so that everything is new
            empty = _git(root, "hash-object", "-t", "tree", os.devnull)
            if empty is not None:
                return empty.decode().strip()
        raise GitError(f"there is no commit {commit!r} in {root}")
    common = _git(root, "merge-base", name, "HEAD")
    return common.decode().split()[0] if common else name


def _staged(output: bytes) -> tuple[list[str], list[str]]:
    """The files and the submodules that a list with modes names, each once."""
    files: dict[str, None] = {}
    modules: dict[str, None] = {}
    for entry in output.split(b"\0"):
        mode, _, rest = entry.partition(b" ")
        name = os.fsdecode(rest.partition(b"\t")[2])
        if name:
            (modules if mode == _SUBMODULE else files)[name] = None
    return list(files), list(modules)


def _names(output: bytes) -> tuple[PurePath, ...]:
    return tuple(map(PurePath, _texts(output)))


def _texts(output: bytes) -> tuple[str, ...]:
    return tuple(os.fsdecode(name) for name in output.split(b"\0") if name)


def _git(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> bytes | None:
    """What git prints; None when it fails or is not there."""
    # Inside a git hook these variables name another repository than the folder's.
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= variables or {}
    # A listing must not start the program that a repository's settings name.
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
