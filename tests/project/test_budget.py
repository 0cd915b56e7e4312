from __future__ import annotations

import pickle
import signal
import time
from pathlib import Path

import pytest

from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.project.budget import Budgeted
from genai_codemod.project.executors import Executor, InProcesses, InThisProcess
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files


def slow(program: Program) -> dict[Path, Migration | SourceError]:
    """Never comes to an end with one content, whatever happens."""
    while b"slow" in program.files.values():
        try:
            time.sleep(0.01)
        except Exception:
            continue
    return {path: Migration(data, data.upper(), edits=1) for path, data in program.files.items()}


class Dropped:
    def __del__(self) -> None:
        time.sleep(0.3)


def swallows_one_alarm(program: Program) -> dict[Path, Migration | SourceError]:
    Dropped()
    return slow(program)


def of(*contents: bytes) -> Program:
    return Program({Path(f"{number}.py"): data for number, data in enumerate(contents)})


def messages(budgeted: Budgeted, program: Program) -> list[str]:
    results = budgeted(program).values()
    return [result.message for result in results if isinstance(result, SourceError)]


def test_within_the_time_nothing_changes() -> None:
    assert messages(Budgeted(slow, 60), of(b"quick")) == []
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_when_the_time_is_over_each_file_says_so() -> None:
    assert messages(Budgeted(slow, 0.1), of(b"slow")) == [
        "was not migrated in 0.1 s; see --timeout"
    ]
    assert (
        messages(Budgeted(slow, 0.1), of(b"slow", b"quick"))
        == ["was not migrated in 0.1 s with the 1 it belongs together with; see --timeout"] * 2
    )
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_alarm_that_is_lost_comes_again() -> None:
    assert len(messages(Budgeted(swallows_one_alarm, 0.1), of(b"slow"))) == 1


def test_what_is_far_too_large_is_not_begun() -> None:
    program = of(b"slow", b"#" * 60_000)
    assert messages(Budgeted(slow, 1), program)[0].startswith("is too large (0.1 MB)")


def test_without_a_limit() -> None:
    assert messages(Budgeted(slow, 0), of(b"#" * 10_000_000)) == []


@pytest.mark.parametrize("executor", [InThisProcess(), InProcesses(2)])
def test_the_others_go_on(tmp_path: Path, executor: Executor) -> None:
    paths = [tmp_path / f"{number}.py" for number in range(4)]
    for path, content in zip(paths, (b"one", b"slow", b"slow", b"two"), strict=True):
        path.write_bytes(content)
    outcomes = migrate_files(
        paths,
        pickle.loads(pickle.dumps(Budgeted(slow, 0.2))),
        is_relevant=lambda _: True,
        choose=lambda _: executor,
    )
    afters = [outcome.migration and outcome.migration.after for outcome in outcomes]
    assert afters == [b"ONE", None, None, b"TWO"]
    errors = [outcome.error and outcome.error.message for outcome in outcomes]
    assert errors[1] == errors[2] == "was not migrated in 0.2 s; see --timeout"
