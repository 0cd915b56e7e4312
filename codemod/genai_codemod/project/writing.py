"""Write a file completely or not at all.

The new content goes to a hidden file beside the old one, down to the disk, and then takes its
name in one step: whatever happens in between, the file is the old or the new one.  What a run that
was killed has left behind is removed by the next one that writes to the folder; while a run is
alive it holds a lock on its own.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from genai_codemod.project.interrupts import interrupts_deferred
from genai_codemod.project.outcome import FileError, FileOutcome

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove a file that is open
    fcntl = None  # type: ignore[assignment]

_PREFIX, _SUFFIX = ".genai-codemod-", ".tmp"
_CHANGED = "changed on disk while it was being migrated; run again"
_LINKED = "has {} more hard link(s), which keep the old code"
_EFFECTIVE = os.access in os.supports_effective_ids


class WriteError(Exception):
    """A file that was left as it was, and why."""


def write_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace the content ``before`` of a file by ``after`` in one step.

    Mode bits, owner and extended attributes stay where the system allows it; a symbolic link stays
    a link and its target is written.  Other hard links of the file keep the old content: to write
    to all of them at once cannot be done in one step, and links are how backups and package caches
    share files that must not change.  Raises ``WriteError``, with the file as it was, when the
    file no longer holds ``before``, is read-only or cannot be replaced.
    """
    try:
        target = path.resolve(strict=True)
        _check_unchanged(target, before)
        if not os.access(target, os.W_OK, effective_ids=_EFFECTIVE):
            raise WriteError("cannot write: the file is read-only")
        if not os.access(target.parent, os.W_OK, effective_ids=_EFFECTIVE):
            raise WriteError("cannot write: its folder is read-only")
        _remove_leftovers(target.parent)
        _replace(target, before, after)
    except (OSError, RuntimeError) as error:  # the latter for links in a circle
        reason = error.strerror if isinstance(error, OSError) else None
        raise WriteError(f"cannot write: {reason or error}") from error


def write_changed(outcomes: Iterable[FileOutcome]) -> list[FileOutcome]:
    """Write every changed file; an outcome that could not be written comes back with its error.

    Ctrl-C gives the files back that are written already.
    """
    outcomes = list(outcomes)
    try:
        return [_write_outcome(outcome) for outcome in outcomes]
    except KeyboardInterrupt:
        with interrupts_deferred():
            _take_back(outcomes)
        raise


def _write_outcome(outcome: FileOutcome) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not migration.changed:
        return outcome
    try:
        linked = _other_links(outcome.path)
        with interrupts_deferred():
            write_file(outcome.path, migration.before, migration.after)
    except WriteError as error:
        return replace(outcome, migration=None, error=FileError(str(error)))
    return replace(outcome, note=_LINKED.format(linked)) if linked else outcome


def _other_links(path: Path) -> int:
    try:
        return path.stat().st_nlink - 1
    except OSError:
        return 0


def _take_back(outcomes: Sequence[FileOutcome]) -> None:
    for outcome in outcomes:
        migration = outcome.migration
        if migration is not None and migration.changed:
            with contextlib.suppress(WriteError):  # it is not written yet
                write_file(outcome.path, migration.after, migration.before)


def _check_unchanged(target: Path, before: bytes) -> None:
    if not stat.S_ISREG(target.stat().st_mode):
        raise WriteError("cannot write: it is no longer a file")
    if target.read_bytes() != before:
        raise WriteError(_CHANGED)


def _replace(target: Path, before: bytes, content: bytes) -> None:
    with _temporary_file(target.parent) as (temporary, descriptor):
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        _copy_attributes(target, temporary)
        os.fsync(descriptor)
        if fcntl is None:  # nor can it be renamed while it is open
            os.close(descriptor)
        _check_unchanged(target, before)
        temporary.replace(target)
    _sync_folder(target.parent)


@contextlib.contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[Path, int]]:
    """A new file with a lock on it, and its descriptor; at the end it is gone or has a new name."""
    temporary, descriptor = _new_file(folder)
    try:
        yield temporary, descriptor
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _new_file(folder: Path) -> tuple[Path, int]:
    import tempfile  # takes longer to import than most of this program, and most runs write nothing

    while True:
        descriptor, name = tempfile.mkstemp(_SUFFIX, _PREFIX, folder)
        if fcntl is None:
            return Path(name), descriptor
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return Path(name), descriptor
        os.close(descriptor)  # another run took it for a leftover before it was locked


def _remove_leftovers(folder: Path) -> None:
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if fcntl is None:
                path.unlink()
                continue
            descriptor = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(descriptor)


def _copy_attributes(source: Path, target: Path) -> None:
    """Owner, mode and extended attributes, with them access control lists, as far as possible."""
    status = source.stat()
    mode = stat.S_IMODE(status.st_mode)
    if hasattr(os, "chown") and not _owned(target, status):
        mode &= ~(stat.S_ISUID | stat.S_ISGID)
    target.chmod(mode)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                with contextlib.suppress(OSError):
                    os.setxattr(target, name, os.getxattr(source, name))


def _owned(path: Path, like: os.stat_result) -> bool:
    """Give a file its owner and group, or at least the group; whether it has both."""
    for owner in (like.st_uid, -1):
        with contextlib.suppress(PermissionError):
            os.chown(path, owner, like.st_gid)
            break
    status = path.stat()
    return (status.st_uid, status.st_gid) == (like.st_uid, like.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
