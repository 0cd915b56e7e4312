"""A run that is killed leaves each file old or new, and the next one clears up behind it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.faults.folders import (
    NEW,
    OLD,
    assert_old_or_new,
    group_is_gone,
    leftovers,
    make_files,
    wait_for,
)

from genai_codemod.project.writing import write_file

# Writes all files of the folder again and again.
WRITER = """
import sys
from pathlib import Path
from genai_codemod.project.writing import write_file
from tests.faults.folders import NEW, OLD
paths = sorted(Path(sys.argv[1]).glob("*.py"))
print("ready", flush=True)
contents = OLD, NEW
while True:
    for path in paths:
        write_file(path, *contents)
    contents = contents[::-1]
"""
# Workers that are busy for as long as nobody ends them.
POOL = """
import sys, time
from pathlib import Path
from genai_codemod.project.executors import InProcesses
from genai_codemod.project.runner import migrate_files
def migrate(program):
    print("ready", flush=True)
    time.sleep(60)
if __name__ == "__main__":
    paths = sorted(Path(sys.argv[1]).glob("*.py"))
    migrate_files(paths, migrate, is_relevant=lambda _: True, choose=lambda _: InProcesses(2))
"""


def started(code: str, folder: Path) -> subprocess.Popen[bytes]:
    """A process of its own group, once it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    assert b"ready" in process.stdout.readline()
    return process


@dataclass(frozen=True)
class Kill:
    """What a process that was killed while it wrote files left, and what was there a run later."""

    states: frozenset[bytes]
    behind: list[str]
    behind_the_next: list[str]


def kill_writers(folder: Path, times: int) -> list[Kill]:
    """Kill processes that write files, at random moments."""
    chance = random.Random(times)
    paths = make_files(folder)
    kills = []
    for _ in range(times):
        for path in paths:
            path.write_bytes(OLD)
        with started(WRITER, folder) as process:
            time.sleep(chance.uniform(0, 0.08))
            process.kill()
        states = [path.read_bytes() for path in paths]
        behind = leftovers(folder)
        write_file(paths[0], states[0], NEW + b"# again")
        kills.append(Kill(frozenset(states), behind, leftovers(folder)))
    return kills


def test_a_kill_leaves_each_file_old_or_new(tmp_path: Path) -> None:
    for kill in kill_writers(tmp_path, 8):
        assert kill.states <= {OLD, NEW}
        assert kill.behind_the_next == []


@pytest.mark.thorough
def test_two_hundred_kills(tmp_path: Path) -> None:
    kills = kill_writers(tmp_path, 200)
    assert all(kill.states <= {OLD, NEW} for kill in kills)
    assert any(kill.behind for kill in kills), "none came while a file was written"
    assert not any(kill.behind_the_next for kill in kills)


def test_only_what_nobody_writes_any_more_is_removed(tmp_path: Path) -> None:
    dead, other = tmp_path / ".genai-codemod-dead.tmp", tmp_path / ".genai-codemod.toml"
    dead.write_bytes(b"half")
    other.write_bytes(b"no temporary file")
    paths = make_files(tmp_path)
    with started(WRITER, tmp_path) as process:
        single = tmp_path / "single.py"
        for content in range(100):
            single.write_bytes(b"%d" % content)
            write_file(single, b"%d" % content, b"new")
        assert process.poll() is None, "it missed a file that was taken from it"
        process.kill()
    assert_old_or_new(paths)
    assert not dead.exists()
    assert other.exists()


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    make_files(tmp_path)
    with started(POOL, tmp_path) as process:
        process.kill()
    assert wait_for(lambda: group_is_gone(process.pid))
