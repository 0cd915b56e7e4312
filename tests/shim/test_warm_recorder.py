"""A recording from a process that was warmed up is the one from a fresh process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

import pytest
from tests.recorder import RECORDER

from genai_codemod.shim import warm_recorder
from genai_codemod.shim.recording import Options, ProofError, Recording, record

Write = Callable[[str], Path]

LEGACY = "import google.generativeai as genai\n"
NEW = "from google import genai\n"
LEGACY_CALL = "print(genai.GenerativeModel('m').generate_content('Hi').text)\n"
NEW_CALL = "print(genai.Client().models.generate_content(model='m', contents='Hi').text)\n"
# What a program can see of its process.
STATE = """
import asyncio, atexit, logging, os, pathlib, random, signal, sys, threading, warnings
print(__name__, __file__, __package__, sys.argv, sys.path[:3], os.getcwd(), os.listdir())
print(list(os.environ.items()), os.listdir(pathlib.Path.home()))
print(random.random(), hash("text"), set("text"))
print(sys.stdin.read(), sys.stdout.isatty(), sys.stdout.seekable(), sys.stdout.line_buffering)
print(sys.stderr.isatty(), sys.stderr.seekable(), sys.stdout.encoding, sys.stdout.errors)
print(logging.getLogger().handlers, sorted(logging.getLogger().manager.loggerDict))
print(warnings.filters, threading.enumerate()[0].name, threading.active_count())
print(atexit._ncallbacks(), signal.getsignal(signal.SIGINT))
print(open("new.txt", "w").fileno(), sys.excepthook, sys.getrecursionlimit())
def depth(count=0):
    try:
        return depth(count + 1)
    except RecursionError:
        return count
print(depth())
async def wait():
    await asyncio.sleep(100)
    threading.Thread(target=print, args=["thread"]).start()
asyncio.run(wait())
atexit.register(print, "exit")
sys.stdout.buffer.write(b"\\xff\\r\\n" + b"long" * 100_000)
print("not flushed", end="")
"""


def outcome(record: Callable[..., Recording], program: Path, options: Options) -> object:
    try:
        return record(program, **options)
    except ProofError as error:
        return str(error)


@pytest.fixture
def only_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the recorder start no fresh process, where it can do without."""

    def refuse(*_: object) -> None:
        raise AssertionError("a fresh process was started")

    if warm_recorder.CAN_FORK:
        monkeypatch.setattr(warm_recorder, "run_fresh", refuse)


@pytest.mark.usefixtures("only_warm")
@pytest.mark.parametrize(
    ("source", "options"),
    [
        (LEGACY + LEGACY_CALL + STATE, {"argv": ["--name", "Ann"]}),
        (NEW + "KEY = 'MY_API_KEY'\n" + STATE + NEW_CALL, {"argv": ["a b"]}),
        (LEGACY + LEGACY_CALL + LEGACY_CALL, {"answer": "503-once"}),
        (LEGACY + LEGACY_CALL + "raise ValueError('x')", {}),
        (NEW + NEW_CALL + "raise SystemExit(3)", {}),
        (NEW + "import subprocess\nsubprocess.run(['true'])", {}),
        (NEW + "import os\nprint('gone', flush=True)\nos._exit(0)", {}),
        (NEW + "def ask():\n    print(__name__)\n    " + NEW_CALL, {"call": "ask"}),
    ],
    ids=("legacy", "new", "retry", "exception", "exit", "refusal", "abrupt-end", "call"),
)
def test_both_recorders_see_the_same(source: str, options: Options, written: Write) -> None:
    program = written(source)
    assert outcome(RECORDER.record, program, options) == outcome(record, program, options)


@pytest.mark.usefixtures("only_warm")
def test_a_program_that_hangs_is_stopped_and_the_next_one_runs(written: Write) -> None:
    for hangs in ("", "import os\nos.close(1)\nos.close(2)\n", "print('again ' * 1000)\n"):
        with pytest.raises(ProofError, match="did not end within 1 seconds"):
            RECORDER.record(written(f"{NEW}while True:\n    pass\n    {hangs}"), timeout=1)
    assert RECORDER.record(written(NEW + "print('next')")).stdout == "next\n"


@pytest.mark.usefixtures("only_warm")
def test_nothing_of_a_program_is_left_for_the_next_one(written: Write) -> None:
    first = f"""{NEW}
import os, pathlib, random, sys
os.environ["LEFT"] = "left"
pathlib.Path.home().joinpath("left").touch()
random.seed(1)
sys.left = genai.left = "left"
"""
    second = f"""{NEW}
import os, pathlib, random, sys
print("LEFT" in os.environ, os.listdir(pathlib.Path.home()), sys.argv[1:])
print(hasattr(sys, "left"), hasattr(genai, "left"), random.random())
"""
    before = RECORDER.record(written(second)).stdout
    RECORDER.record(written(first), argv=["left"])
    assert RECORDER.record(written(second)).stdout == before
    assert before.startswith("False [] []\nFalse False ")


class _FreshError(Exception):
    pass


@pytest.fixture
def runs_fresh(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Whether the recorder leaves a program to a fresh process."""

    def stand_in(*_: object) -> None:
        raise _FreshError

    monkeypatch.setattr(warm_recorder, "run_fresh", stand_in)

    def runs(program: Path, **options: Unpack[Options]) -> bool:
        try:
            RECORDER.record(program, **options)
        except _FreshError:
            return True
        return False

    return runs


def test_a_program_with_special_needs_gets_a_fresh_process(
    runs_fresh: Callable[..., bool], written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runs_fresh(written(NEW)) is not warm_recorder.CAN_FORK
    assert runs_fresh(written("print('no SDK')"))
    assert runs_fresh(written("import os\nos.environ['A'] = 'B'\n" + NEW))
    assert runs_fresh(written(NEW + "print(globals())"))
    assert runs_fresh(written(NEW), env={"GRPC_VERBOSITY": "ERROR"})
    assert runs_fresh(written(NEW), python="no-such-python")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert runs_fresh(written(NEW))


@pytest.mark.parametrize(
    "name", ["httpx2.py", "random.py", "aiohttp/__init__.py", "google/own.py", "own-1.0.dist-info"]
)
def test_a_file_that_an_sdk_could_find_gets_a_fresh_process(
    name: str, runs_fresh: Callable[..., bool], written: Write
) -> None:
    program = written(NEW)
    file = program.parent / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert runs_fresh(program)


def test_a_variable_that_an_sdk_reads_when_it_is_imported_gets_a_fresh_process(
    runs_fresh: Callable[..., bool], written: Write
) -> None:
    program = written(NEW + "import os\nos.environ.get('MY_API_KEY')")
    assert runs_fresh(program) is not warm_recorder.CAN_FORK
    assert runs_fresh(program, env={"PYDANTIC_DISABLE_PLUGINS": "offline"})


def test_without_forks_each_process_is_fresh(
    runs_fresh: Callable[..., bool], written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_recorder, "CAN_FORK", False)
    assert runs_fresh(written(NEW))
