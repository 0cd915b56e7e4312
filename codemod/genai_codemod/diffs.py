"""Unified diffs that are faithful to the byte."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path


def unified_diff(path: Path, before: bytes, after: bytes) -> bytes:
    """A diff that ``git apply`` and ``patch -p1`` take; empty when nothing changed."""
    return b"".join(with_end_marks(_diff_lines(path, before, after)))


def _diff_lines(path: Path, before: bytes, after: bytes) -> Iterator[bytes]:
    old, new = _names(path)
    # Only \n ends a line here, as for git: a \r is part of the line it is in.
    return difflib.diff_bytes(
        difflib.unified_diff,
        io.BytesIO(before).readlines(),
        io.BytesIO(after).readlines(),
        old,
        new,
    )


def _names(path: Path) -> tuple[bytes, bytes]:
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    name = path.as_posix().encode(errors="surrogateescape")
    # A tab ends a name that has a blank in it, or patch would stop at the blank.
    end = b"\t" if b" " in name else b""
    if path.is_absolute():
        return name + end, name + end
    return b"a/" + name + end, b"b/" + name + end


def with_end_marks(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"
