from collections.abc import Callable
from pathlib import Path

import pytest

from genai_codemod.project.cluster import check_versions
from genai_codemod.project.executors import (
    ExecutorError,
    InProcesses,
    InThisProcess,
    find_meanwhile,
    local,
)
from genai_codemod.project.programs import Program

SMALL = Program({Path("small.py"): b"x\n"})
LARGE = Program({Path("large.py"): b"x\n" * 50_000})


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: {0, 1}, raising=False)


@pytest.mark.parametrize(
    ("jobs", "programs", "expected"),
    [
        (None, [SMALL, SMALL], InThisProcess),
        (8, [SMALL, SMALL], InThisProcess),
        (1, [LARGE, LARGE], InThisProcess),
        (None, [LARGE, LARGE], InProcesses),
        # The process may die of a large program, which must not cost the other files.
        (None, [LARGE], InProcesses),
    ],
)
def test_a_pool_is_started_for_enough_work(
    jobs: int | None, programs: list[Program], expected: type
) -> None:
    executor = local(jobs)(programs)
    assert isinstance(executor, expected)
    executor.close()


@pytest.mark.parametrize(("jobs", "expected"), [(None, InThisProcess), (2, InProcesses)])
def test_no_pool_in_a_pre_commit_hook_unless_asked_for(
    jobs: int | None, expected: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT", "1")
    executor = local(jobs)([LARGE, LARGE])
    assert isinstance(executor, expected)
    executor.close()


@pytest.mark.parametrize("copies", [True, False])
def test_what_workers_need_is_loaded_before_they_begin_as_copies(
    copies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[bool] = []
    monkeypatch.setattr("genai_codemod.project.executors._workers_are_copies", lambda: copies)
    InProcesses(2, lambda: loaded.append(True)).close()
    assert loaded == [True] * copies


@pytest.mark.parametrize(
    ("jobs", "size", "copies", "loads"),
    [
        (None, 100_000, True, True),
        (1, 100_000, True, False),
        (None, 1_000, True, False),
        (None, 100_000, False, False),
    ],
)
def test_what_workers_need_is_loaded_while_programs_are_found(
    jobs: int | None, size: int, copies: bool, loads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[bool] = []
    monkeypatch.setattr("genai_codemod.project.executors._workers_are_copies", lambda: copies)
    find = find_meanwhile(jobs, lambda: loaded.append(True))
    assert find(lambda: [SMALL, LARGE], size) == [SMALL, LARGE]
    assert loaded == [True] * loads


def migrate_into_what_cannot_be_sent(program: Program) -> dict[Path, Callable[[], None]]:
    return dict.fromkeys(program.files, lambda: None)


def test_a_result_that_cannot_be_sent_is_an_error_of_its_program() -> None:
    executor = InProcesses(1)
    [(program, result)] = executor.run([SMALL], migrate_into_what_cannot_be_sent)  # type: ignore[arg-type]
    executor.close()
    assert program is SMALL
    assert "internal error" in str(result)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("0.0.9", "the Dask worker tcp://b has genai-codemod 0.0.9, not "),
        (ModuleNotFoundError("genai_codemod"), "the Dask worker tcp://b has no genai-codemod"),
    ],
)
def test_workers_of_another_version(version: object, message: str) -> None:
    from genai_codemod import __version__

    check_versions({"tcp://a": __version__})
    with pytest.raises(ExecutorError, match=message):
        check_versions({"tcp://a": __version__, "tcp://b": version})
