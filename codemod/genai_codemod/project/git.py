"""What git says about a folder; every answer is None when git cannot say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from genai_codemod.errors import OptionError

_SUBMODULE = "160000"
# The tag and the mode of an ordinary file; a small letter says that it is taken for unchanged.
_SEARCHED = "H 100"
_PLAIN_NAMES = (
    "--name-only", "-z", "--no-renames", "--diff-filter=d", "--no-ext-diff", "--no-relative",
    "--ignore-submodules=none",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, relative to it: those git tracks, and new ones it would take.

    ``repositories`` are the folders among them: each has a list of its own.  ``ignored`` are the
    files it would not take, and instead of all that is in a folder that.  Names have slashes.
    ``silent`` are tracked ones that hold none of the words that were asked about.
    """

    tracked: tuple[str, ...]
    untracked: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()


class GitError(OptionError):
    """What git cannot say, in one line."""


class Questions:
    """What is asked about the files below a folder: all of it at once, as git is slow to start.

    ``words`` are what to look for in tracked files, in their bytes.
    """

    def __init__(self, folder: Path, words: Sequence[bytes] = ()) -> None:
        self.folder = folder
        self.words = tuple(words)
        self._inside = _start(folder, "rev-parse", "--is-inside-work-tree")
        # Whatever settings say: bytes are sought, also in what git takes for binary, and links and
        # other repositories are left out.
        sought = [argument for word in words for argument in ("-e", os.fsdecode(word))]
        options = ("--no-color", "--no-recurse-submodules", "--name-only", "-z", "-a", "-F")
        self._found = _start(folder, "grep", *options, *sought) if words else None
        self._tracked = _start(folder, "ls-files", "--cached", "--stage", "-v", "-z")
        self._untracked = _start(folder, "ls-files", "--others", "--exclude-standard", "-z")
        self._excluded = _start(folder, "check-ignore", "--quiet", ".")
        self._ignored = _start(
            folder, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
        )

    def listing(self) -> Listing | None:
        """The answer, once; None where git cannot say."""
        try:
            return self._listing()
        finally:
            self.drop()

    def drop(self) -> None:
        """Let whatever is still under way end."""
        asked = (
            self._inside, self._found, self._tracked, self._untracked, self._excluded, self._ignored
        )  # fmt: skip
        for process in asked:
            if process is not None and process.returncode is None:
                process.kill()
                process.communicate()

    def _listing(self) -> Listing | None:
        if _answer(self._inside) != b"true\n" or _answer(self._excluded) is not None:
            return None
        tracked, untracked = _answer(self._tracked), _answer(self._untracked)
        if tracked is None or untracked is None:
            return None
        known = _tracked(tracked)
        new = _texts(untracked)
        inner = [*known.repositories, *(name for name in new if name.endswith("/"))]
        return Listing(
            tuple(known.files),
            tuple(name for name in new if not name.endswith("/")),
            _texts(_answer(self._ignored) or b""),
            # A submodule that is not there yet names itself as what is in it.
            tuple(name.rstrip("/") for name in inner if name.rstrip("/") not in ("", ".")),
            self._silent(known.searched),
        )

    def _silent(self, searched: set[str]) -> frozenset[str]:
        """Those of the files that were searched which hold none of the words."""
        if self._found is None:
            return frozenset()
        output, complaints = self._found.communicate()
        # It answers 1 if it finds nothing, and goes on after a file that it cannot read.
        if self._found.returncode not in (0, 1) or complaints:
            return frozenset()
        return frozenset(searched.difference(_texts(output)))


_asked_ahead: list[Questions] = []


def ask_ahead(folder: Path, words: Sequence[bytes]) -> None:
    """Ask what ``list_files`` will want to know, so that git is at it while other things are."""
    if _may_be_inside(folder):
        _asked_ahead.append(Questions(folder, words))


def forget() -> None:
    """Give up what was asked ahead and not needed."""
    while _asked_ahead:
        _asked_ahead.pop().drop()


def list_files(folder: Path, words: Sequence[bytes] = ()) -> Listing | None:
    """The files below a folder that git does not ignore.

    None outside a work tree, without git, and for a folder that is itself ignored.
    """
    for asked in _asked_ahead:
        if (asked.folder, asked.words) == (folder, tuple(words)):
            _asked_ahead.remove(asked)
            return asked.listing()
    return Questions(folder, words).listing() if _may_be_inside(folder) else None


def _may_be_inside(folder: Path) -> bool:
    """Whether a folder can be in a work tree; where it is not, git need not be started."""
    real = folder.resolve()
    try:
        return any((each / ".git").exists() for each in (real, *real.parents))
    except OSError:  # nobody may look there
        return True


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


@dataclass(slots=True)
class _Tracked:
    """What git tracks: files, repositories, and the files that it searches as they are on the disk.

    Of a file that git was told to take for unchanged it searches what it has stored, and one that
    is not checked out it leaves out.
    """

    files: dict[str, None] = field(default_factory=dict)
    repositories: list[str] = field(default_factory=list)
    searched: set[str] = field(default_factory=set)


def _tracked(output: bytes) -> _Tracked:
    """What a list with tags and modes says; in a conflict it has a name several times."""
    found = _Tracked()
    for entry in os.fsdecode(output).split("\0"):
        described, _, name = entry.partition("\t")
        if described.startswith(_SEARCHED):
            found.files[name] = None
            found.searched.add(name)
        elif described[2:8] == _SUBMODULE:
            found.repositories.append(name)
        elif name:
            found.files[name] = None
    return found


def _names(output: bytes) -> tuple[PurePath, ...]:
    return tuple(map(PurePath, _texts(output)))


def _texts(output: bytes) -> tuple[str, ...]:
    return tuple(os.fsdecode(name) for name in output.split(b"\0") if name)


def _git(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> bytes | None:
    """What git prints; None when it fails or is not there."""
    return _answer(_start(folder, *arguments, variables=variables))


def _start(
    folder: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes] | None:
    """git at work; None when it is not there."""
    # Inside a git hook these variables name another repository than the folder's.
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= variables or {}
    # A listing must not start the program that a repository's settings name, and what is found has
    # names that are relative to the folder.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "grep.fullName=false", *arguments]
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError:
        return None


def _answer(process: subprocess.Popen[bytes] | None) -> bytes | None:
    """What git prints; None when it fails or is not there."""
    if process is None:
        return None
    output, _ = process.communicate()
    return output if process.returncode == 0 else None
