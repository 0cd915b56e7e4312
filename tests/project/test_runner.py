import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.project.executors import Choose, Executor, InProcesses, InThisProcess
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files

SPAWNING = """
import multiprocessing
from pathlib import Path

from genai_codemod.engine.result import Migration
from genai_codemod.project.executors import InProcesses
from genai_codemod.project.runner import migrate_files


def migrate(program):
    return {
        path: Migration(data, data.upper(), ("found",), edits=1)
        for path, data in program.files.items()
    }


def is_relevant(data):
    return True


def choose(programs):
    return InProcesses(2)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    paths = sorted(Path().glob("*.txt"))
    for outcome in migrate_files(paths, migrate, is_relevant=is_relevant, choose=choose):
        print(outcome.path, outcome.migration.after)
"""


def migrate(program: Program) -> dict[Path, Migration | SourceError]:
    """Stands in for the engine."""
    return {path: migrate_one(data) for path, data in program.files.items()}


def migrate_one(data: bytes) -> Migration | SourceError:
    """Some contents make it fail in each possible way."""
    if data == b"syntax":
        return SourceError("invalid syntax", 3, 7)
    if data == b"bug":
        raise ValueError("two\nlines")
    if data == b"deep":
        raise RecursionError("maximum recursion depth exceeded")
    if data == b"crash":
        os._exit(1)
    return Migration(data, data.upper(), (Finding(1, 0, "stub", "rewritten"),), edits=1)


def in_this_process(_programs: Sequence[Program]) -> Executor:
    return InThisProcess()


def in_two_processes(_programs: Sequence[Program]) -> Executor:
    return InProcesses(2)


def anything(_data: bytes) -> bool:
    return True


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    contents = [b"one", b"syntax", b"bug", b"deep", b"two", b"skip"]
    paths = [tmp_path / f"{number}.py" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return [*paths, tmp_path / "missing.py"]


@pytest.mark.parametrize("choose", [in_this_process, in_two_processes])
def test_one_bad_file_does_not_stop_the_others(files: list[Path], choose: Choose) -> None:
    outcomes = migrate_files(
        files, migrate, is_relevant=lambda data: data != b"skip", choose=choose
    )
    assert [outcome.path for outcome in outcomes] == files
    afters = [outcome.migration and outcome.migration.after for outcome in outcomes]
    assert afters == [b"ONE", None, None, None, b"TWO", None, None]
    errors = [outcome.error and outcome.error.message for outcome in outcomes]
    assert errors == [
        None,
        "invalid syntax",
        "internal error: ValueError: two lines; please report",
        "the code is nested too deeply to be migrated",
        None,
        None,
        "cannot read: No such file or directory",
    ]


def test_the_place_of_a_source_error_is_kept(files: list[Path]) -> None:
    error = migrate_files(files[1:2], migrate, is_relevant=anything)[0].error
    assert error
    assert (error.line, error.column) == (3, 7)


def test_an_internal_error_keeps_its_traceback(files: list[Path]) -> None:
    error = migrate_files(files[2:3], migrate, is_relevant=anything)[0].error
    assert error
    assert "test_runner.py" in error.details


def test_a_file_that_kills_its_process_is_found(files: list[Path]) -> None:
    files[1].write_bytes(b"crash")
    outcomes = migrate_files(files[:5], migrate, is_relevant=anything, choose=in_two_processes)
    assert outcomes[1].error
    assert outcomes[1].error.message == "internal error: the process died; please report"
    assert [outcome.migration is not None for outcome in outcomes] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_many_files_come_back_in_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02}.py" for number in range(40)]
    for path in paths:
        path.write_text(path.name)
    outcomes = migrate_files(paths, migrate, is_relevant=anything)
    assert [outcome.migration and outcome.migration.after for outcome in outcomes] == [
        path.name.upper().encode() for path in paths
    ]


def test_no_files() -> None:
    assert migrate_files([], migrate, is_relevant=anything, choose=in_two_processes) == []


def test_workers_that_start_afresh(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SPAWNING)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(name)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout == "a.txt b'A'\nb.txt b'B'\nc.txt b'C'\n", done.stderr


@pytest.fixture
def program(tmp_path: Path) -> list[Path]:
    """Three files that import each other."""
    contents = {"a": "import b\n", "b": "import c\n", "c": "import a\n"}
    for name, content in contents.items():
        (tmp_path / f"{name}.py").write_text(content)
    return [tmp_path / f"{name}.py" for name in contents]


def failing(program: Program) -> dict[Path, Migration | SourceError]:
    """Cannot migrate a file with the word "bad", nor one with "odd" together with others."""
    contents = b"".join(program.files.values())
    if b"bad" in contents or (b"odd" in contents and len(program.files) > 1):
        raise ValueError("cannot do that")
    if b"deadly" in contents:
        os._exit(1)
    return {path: migrate_one(data) for path, data in program.files.items()}


@pytest.mark.parametrize("choose", [in_this_process, in_two_processes])
def test_a_file_that_fails_alone_does_not_stop_its_program(
    program: list[Path], choose: Choose
) -> None:
    program[1].write_text("import c  # bad\n")
    outcomes = migrate_files(program, failing, is_relevant=anything, choose=choose)
    errors = [outcome.error and outcome.error.message for outcome in outcomes]
    assert errors == [None, "internal error: ValueError: cannot do that; please report", None]


def test_a_file_that_kills_its_process_does_not_stop_its_program(program: list[Path]) -> None:
    program[1].write_text("import c  # deadly\n")
    outcomes = migrate_files(program, failing, is_relevant=anything, choose=in_two_processes)
    errors = [outcome.error and outcome.error.message for outcome in outcomes]
    assert errors == [None, "internal error: the process died; please report", None]


def test_files_that_only_fail_together_are_not_migrated_apart(program: list[Path]) -> None:
    program[1].write_text("import c  # odd\n")
    outcomes = migrate_files(program, failing, is_relevant=anything, choose=in_this_process)
    assert all(outcome.error and "cannot do that" in outcome.error.message for outcome in outcomes)


@pytest.mark.parametrize("word", [b"bad", b"worse"])
def test_an_error_in_a_file_that_may_use_what_others_make(program: list[Path], word: bytes) -> None:
    program[1].write_text("import c  # bad\n")
    outcomes = migrate_files(
        program,
        failing,
        is_relevant=lambda data: b"bad" not in data,
        may_use=lambda data: word in data,
        choose=in_this_process,
    )
    assert bool(outcomes[1].error) == (word == b"bad")


def fails_at_length(_program: Program) -> dict[Path, Migration | SourceError]:
    raise KeyError("Call(\n" * 1_000)


def test_an_internal_error_is_one_short_line(files: list[Path]) -> None:
    error = migrate_files(files[:1], fails_at_length, is_relevant=anything)[0].error
    assert error
    assert len(error.message) < 300
    assert len(error.details) > 1_000
