"""A write that fails, for whatever reason, is one line and leaves the file as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.folders import NEW, OLD, assert_old_or_new, leftovers, make_files

from genai_codemod.engine.result import Migration
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.writing import write_changed

NOBODY = 65_534


def write_all(paths: list[Path]) -> list[str]:
    """What is said of each file that could not be written."""
    outcomes = write_changed(FileOutcome(path, Migration(OLD, NEW, edits=1)) for path in paths)
    assert all(outcome.error is None or outcome.migration is None for outcome in outcomes)
    return [outcome.error.message for outcome in outcomes if outcome.error]


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder that belongs to a user who is not root; the test runs as that user."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("function", ["write", "fsync", "replace"])
def test_a_failing_call_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, code: int
) -> None:
    paths = make_files(tmp_path, 3)
    real = getattr(os, function)
    calls = []

    def failing(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise OSError(code, os.strerror(code))
        return real(*arguments)

    monkeypatch.setattr(os, function, failing)
    assert write_all(paths) == [f"cannot write: {os.strerror(code)}"]
    assert [path.read_bytes() == NEW for path in paths] == [False, True, True]
    assert leftovers(tmp_path) == []


def test_a_write_that_takes_only_a_part_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:1_000]))
    (path,) = make_files(tmp_path, 1)
    assert write_all([path]) == []
    assert path.read_bytes() == NEW


def test_files_may_not_grow_any_more(tmp_path: Path) -> None:
    paths = make_files(tmp_path, 2)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(NEW) - 1, limits[1]))
    try:
        assert write_all(paths) == ["cannot write: File too large"] * 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert assert_old_or_new(paths) == 0
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={4 * len(OLD)}", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("root may not mount here")
    try:
        paths = make_files(tmp_path, 3)
        with contextlib.suppress(OSError), (tmp_path / "rest.py").open("wb", buffering=0) as rest:
            while rest.write(b"#" * 512):
                pass
        assert write_all(paths) == ["cannot write: No space left on device"] * 3
        assert assert_old_or_new(paths) == 0
        assert leftovers(tmp_path) == []
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_read_only_file_and_a_read_only_folder(own_folder: Path) -> None:
    (closed := own_folder / "closed").mkdir()
    first, second, third = make_files(own_folder, 3)
    first.chmod(0o444)
    paths = [first, second, *make_files(closed, 1), third]
    closed.chmod(0o555)
    try:
        assert write_all(paths) == [
            "cannot write: the file is read-only",
            "cannot write: its folder is read-only",
        ]
        assert [path.read_bytes() == NEW for path in paths] == [False, True, False, True]
        assert leftovers(own_folder) == []
    finally:
        closed.chmod(0o755)


def test_paths_that_became_something_else(tmp_path: Path) -> None:
    gone, folder, pipe, circle, changed, good = make_files(tmp_path, 6)
    for path in (gone, folder, pipe, circle):
        path.unlink()
    folder.mkdir()
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    changed.write_bytes(OLD + b"#")
    long = tmp_path / ("a" * 250 + ".py") / "b.py"
    lines = write_all([gone, folder, pipe, circle, changed, long, good])
    assert len(lines) == 6
    assert all("\n" not in line and line for line in lines)
    assert good.read_bytes() == NEW
    assert leftovers(tmp_path) == []


def test_a_change_at_the_last_moment_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = make_files(tmp_path, 1)
    real = os.fsync

    def edited_meanwhile(descriptor: int) -> None:
        path.write_bytes(b"mine")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", edited_meanwhile)
    assert write_all([path]) == ["changed on disk while it was being migrated; run again"]
    assert path.read_bytes() == b"mine"
    assert leftovers(tmp_path) == []


def test_extended_attributes_stay(tmp_path: Path) -> None:
    (path,) = make_files(tmp_path, 1)
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    assert write_all([path]) == []
    assert os.getxattr(path, "user.note") == b"mine"


def test_other_hard_links_keep_the_old_code_and_the_user_is_told(tmp_path: Path) -> None:
    path, alone = make_files(tmp_path, 2)
    link = tmp_path / "link.py"
    link.hardlink_to(path)
    outcomes = write_changed(
        FileOutcome(each, Migration(OLD, NEW, edits=1)) for each in (path, alone)
    )
    assert (path.read_bytes(), link.read_bytes()) == (NEW, OLD)
    assert [outcome.note for outcome in outcomes] == [
        "has 1 more hard link(s), which keep the old code",
        "",
    ]
