import os
import stat
from pathlib import Path

import pytest

from genai_codemod.engine.result import Migration
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.writing import WriteError, write_changed, write_file


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\r\n")
    return path


def test_the_new_bytes_are_written_as_they_are(module: Path) -> None:
    write_file(module, b"old\r\n", b"new\r\n\xff")
    assert module.read_bytes() == b"new\r\n\xff"
    assert [path.name for path in module.parent.iterdir()] == ["a.py"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664])
def test_mode_bits_stay(module: Path, mode: int) -> None:
    module.chmod(mode)
    write_file(module, b"old\r\n", b"new")
    assert stat.S_IMODE(module.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_the_owner_stays(module: Path) -> None:
    os.chown(module, 1234, 1235)
    write_file(module, b"old\r\n", b"new")
    assert (module.stat().st_uid, module.stat().st_gid) == (1234, 1235)


def test_a_file_that_changed_meanwhile_is_left_alone(module: Path) -> None:
    module.write_bytes(b"edited")
    with pytest.raises(WriteError, match="changed on disk"):
        write_file(module, b"old\r\n", b"new")
    assert module.read_bytes() == b"edited"


def test_a_file_that_is_gone_is_not_created_again(module: Path) -> None:
    module.unlink()
    with pytest.raises(WriteError, match="cannot write"):
        write_file(module, b"old\r\n", b"new")
    assert not module.exists()


def test_a_failing_write_leaves_the_file_and_no_rubbish(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        write_file(module, b"old\r\n", b"new")
    assert module.read_bytes() == b"old\r\n"
    assert [path.name for path in module.parent.iterdir()] == ["a.py"]


def test_a_link_stays_a_link(module: Path) -> None:
    link = module.parent / "link.py"
    link.symlink_to(module)
    write_file(link, b"old\r\n", b"new")
    assert link.is_symlink()
    assert module.read_bytes() == b"new"


def test_only_changed_outcomes_are_written(module: Path) -> None:
    other = module.parent / "other.py"
    other.write_bytes(b"same")
    before = other.stat().st_ino
    outcomes = write_changed(
        [
            FileOutcome(module, Migration(b"old\r\n", b"new", edits=1)),
            FileOutcome(other, Migration(b"same", b"same")),
            FileOutcome(module.parent / "irrelevant.py"),
        ]
    )
    assert [outcome.error for outcome in outcomes] == [None, None, None]
    assert module.read_bytes() == b"new"
    assert other.stat().st_ino == before


def test_a_failed_write_is_the_outcomes_error_and_stops_nothing(module: Path) -> None:
    missing = module.parent / "missing.py"
    outcomes = write_changed(
        [
            FileOutcome(missing, Migration(b"x", b"y", edits=1)),
            FileOutcome(module, Migration(b"old\r\n", b"new", edits=1)),
        ]
    )
    assert outcomes[0].error
    assert outcomes[0].migration is None
    assert module.read_bytes() == b"new"
