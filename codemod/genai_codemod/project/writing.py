"""Write a file completely or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from genai_codemod.project.outcome import FileError, FileOutcome


class WriteError(Exception):
    """A file that was left as it was, and why."""


def write_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace the content ``before`` of a file by ``after`` in one step.

    Mode bits and owner stay; a symbolic link stays a link and its target is written.  Raises
    ``WriteError``, with the file as it was, when the file no longer holds ``before``, is read-only
    or cannot be replaced.
    """
    try:
        target = path.resolve(strict=True)
        if target.read_bytes() != before:
            raise WriteError("changed on disk while it was being migrated; run again")
        if not os.access(target, os.W_OK):
            raise WriteError("cannot write: the file is read-only")
        _replace(target, after)
    except OSError as error:
        raise WriteError(f"cannot write: {error.strerror or error}") from error


def write_changed(outcomes: Iterable[FileOutcome]) -> list[FileOutcome]:
    """Write every changed file; an outcome that could not be written comes back with its error."""
    return [_write_outcome(outcome) for outcome in outcomes]


def _write_outcome(outcome: FileOutcome) -> FileOutcome:
    migration = outcome.migration
    if migration is None or not migration.changed:
        return outcome
    try:
        write_file(outcome.path, migration.before, migration.after)
    except WriteError as error:
        return replace(outcome, migration=None, error=FileError(str(error)))
    return outcome


def _replace(target: Path, content: bytes) -> None:
    status = target.stat()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".genai-codemod-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if hasattr(os, "chown") and (status.st_uid, status.st_gid) != _owner(temporary):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.chmod(status.st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _owner(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid
