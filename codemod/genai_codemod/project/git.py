"""What git says about a folder; every answer is None when git cannot say."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePath


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, relative to it: those git tracks, and new ones it would take."""

    tracked: tuple[PurePath, ...]
    untracked: tuple[PurePath, ...]


def list_files(folder: Path) -> Listing | None:
    """The files below a folder that git does not ignore.

    None outside a work tree, without git, and for a folder that is itself ignored.
    """
    if _git(folder, "rev-parse", "--is-inside-work-tree") != b"true\n":
        return None
    if _git(folder, "check-ignore", "--quiet", ".") is not None:
        return None
    tracked = _git(folder, "ls-files", "--cached", "-z")
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
    if tracked is None or untracked is None:
        return None
    return Listing(_names(tracked), _names(untracked))


def _names(output: bytes) -> tuple[PurePath, ...]:
    names = (PurePath(os.fsdecode(name)) for name in output.split(b"\0"))
    return tuple(name for name in names if name.parts)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints; None when it fails or is not there."""
    # Inside a git hook these variables name another repository than the folder's.
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    # A listing must not start the program that a repository's settings name.
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
