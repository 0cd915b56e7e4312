"""Ctrl-C: one line, exit code 130, every file as it was, and nobody left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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

from genai_codemod.engine.result import Migration
from genai_codemod.project.interrupts import interrupts_deferred
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.writing import write_changed

# The command line with an engine that is busy for as long as it is let.
BUSY = """
import sys, time
from genai_codemod.cli import main
from genai_codemod.library import runs
def migrate_program(program, **_options):
    print("ready", flush=True)
    time.sleep(60)
runs.migrate_program = migrate_program
if __name__ == "__main__":
    sys.exit(main.run(["migrate", sys.argv[1]]))
"""


@pytest.mark.parametrize("files", [1, 30], ids=["one process", "several"])
def test_while_files_are_migrated(tmp_path: Path, files: int) -> None:
    paths = make_files(tmp_path, files)
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    assert b"ready" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.strip() == b"genai-codemod: interrupted"
    assert process.returncode == 130
    assert assert_old_or_new(paths) == 0
    assert leftovers(tmp_path) == []
    assert wait_for(lambda: group_is_gone(process.pid))


@pytest.mark.parametrize("function", ["write", "fsync", "replace"])
def test_while_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    paths = make_files(tmp_path, 5)
    real = getattr(os, function)
    calls = []

    def interrupting(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) in (3, 9):  # the second one while files are taken back
            signal.raise_signal(signal.SIGINT)
        return real(*arguments)

    monkeypatch.setattr(os, function, interrupting)
    with pytest.raises(KeyboardInterrupt):
        write_changed(FileOutcome(path, Migration(OLD, NEW, edits=1)) for path in paths)
    assert assert_old_or_new(paths) == 0
    assert leftovers(tmp_path) == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_waits_for_the_end() -> None:
    done = []

    def work() -> None:
        with interrupts_deferred():
            signal.raise_signal(signal.SIGINT)
            done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["the rest"]


def test_while_the_command_line_is_loaded() -> None:
    code = (
        "import sys, genai_codemod.__main__ as program, genai_codemod.cli.main as loaded\n"
        "def run(_): raise KeyboardInterrupt\n"
        "loaded.run = run\n"
        "program.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"genai-codemod: interrupted\n")
