"""Runs one program under the recorders; this is what the subprocess executes.

It is loaded without the rest of the package, so that it also runs on an interpreter
where only the program's own SDK is installed.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import json
import sys
import traceback
import types
import unittest
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .cells import execute_cells
from .genai_recorder import genai_changes
from .google_credentials import credential_changes
from .import_hook import ImportHook
from .journal import Journal
from .legacy_recorder import legacy_changes
from .sandbox import close_the_doors, fix_chance, stop_waiting
from .server import CannedServer


@dataclass(frozen=True)
class Task:
    """What to run, and where to write what happened."""

    program: str
    root: str
    tree: str
    report: str
    answer: str
    call: str | None
    argv: tuple[str, ...]
    cells: bool
    """Whether the program was made of the cells of a document."""


class Session:
    """What is written down in a process, from before the first import to its very end."""

    def __init__(self) -> None:
        self.journal = Journal(CannedServer())
        self.task: Task | None = None
        self.ending: dict[str, Any] | None = None

    def perform(self, task: Task) -> None:
        """Run the task, out of which nothing reaches the network or another process."""
        self.task = task
        self.journal.server = CannedServer(task.answer)
        close_the_doors(self.journal)
        self.ending = run(task)

    def report(self) -> None:
        """Write down what the task did, if there was one."""
        if self.task is None:
            return
        report = {
            "requests": [asdict(request) for request in self.journal.requests],
            "unanswered": self.journal.unanswered,
            "refused": sorted(set(self.journal.refused)),
            "ending": self.ending,
            "sdks": _sdks(),
        }
        Path(self.task.report).write_text(json.dumps(report), encoding="utf-8")


def _sdks() -> list[str]:
    """The SDKs that were imported, with their versions."""
    names = {"google.generativeai": "google-generativeai", "google.genai": "google-genai"}
    versions = {name: getattr(sys.modules.get(name), "__version__", None) for name in names}
    return [f"{names[name]} {version}" for name, version in versions.items() if version]


def main() -> None:
    """Run the task that the command line holds as JSON."""
    begin().perform(Task(**json.loads(sys.argv[1])))


def begin() -> Session:
    """Prepare this process for a program; all of it before the first import of an SDK."""
    session = Session()
    journal = session.journal
    changes = {**legacy_changes(journal), **genai_changes(journal), **credential_changes()}
    sys.meta_path.insert(0, ImportHook(changes))
    fix_chance()
    stop_waiting()
    # Runs as the last thing of all: after the program's threads, and what it does at its exit.
    atexit.register(session.report)
    return session


def run(task: Task) -> dict[str, Any] | None:
    """Run the program; the type and message of the exception that ended it, if one did."""
    program, root = Path(task.program), Path(task.root)
    sys.path[:0] = list(dict.fromkeys((str(program.parent), str(root))))
    # A repository's own way to name its folders is not known; nothing else hides behind these.
    above = [str(folder) for folder in program.parents if folder.is_relative_to(task.tree)]
    sys.path += [folder for folder in above if folder not in sys.path]
    sys.argv = [program.name, *task.argv]
    try:
        name = "__main__" if task.call is None else None
        package = _package(program, root)
        module = execute_cells(program) if task.cells else _execute(program, package, name)
        if task.call is not None:
            _call(module, task.call)
    except SystemExit as exit_request:
        return _exit_ending(exit_request)
    except BaseException as error:
        return {
            "type": _type_name(type(error)),
            "message": str(error),
            "missing": (error.name or "") if isinstance(error, ModuleNotFoundError) else "",
            "line": _last_line(error, program),
        }
    return None


def _package(program: Path, root: Path) -> str:
    """The package that the program belongs to; empty when it is a script."""
    if not (program.parent / "__init__.py").exists():
        return ""
    return ".".join(program.parent.relative_to(root).parts)


def _execute(program: Path, package: str, name: str | None) -> types.ModuleType:
    """Execute the file as the main program, or under its own name when none is given."""
    if package:
        importlib.import_module(package)
    if name is None:
        name = program.stem if program.stem not in sys.modules else "program"
        name = f"{package}.{name}" if package else name
    spec = importlib.util.spec_from_file_location(name, program)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    if name == "__main__":
        # A program has no specification, and knows its package only when it is in one.
        module.__spec__ = None
        module.__package__ = package or None
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _call(module: types.ModuleType, path: str) -> None:
    """Call a function of the module, or run one method of a test case."""
    owner_name, _, name = path.rpartition(".")
    owner: Any = getattr(module, owner_name) if owner_name else module
    if isinstance(owner, type) and issubclass(owner, unittest.TestCase):
        _run_test(owner(name))
        return
    if isinstance(owner, type):
        owner = owner()
    result = getattr(owner, name)()
    if hasattr(result, "__await__"):
        import asyncio

        async def wait() -> None:
            await result

        asyncio.run(wait())


def _run_test(test: unittest.TestCase) -> None:
    """Run a test with its set-up, and raise what made it fail."""
    result = unittest.TestResult()
    unittest.TestSuite([test]).run(result)
    for _, trace in (*result.errors, *result.failures):
        raise AssertionError(trace.strip().splitlines()[-1])


def _last_line(error: BaseException, program: Path) -> int | None:
    """The last line of the program itself on the way to the error."""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(program)
    ]
    return lines[-1] if lines else None


def _exit_ending(exit_request: SystemExit) -> dict[str, Any] | None:
    if exit_request.code in (None, 0):
        return None
    return {"type": "SystemExit", "message": str(exit_request.code), "missing": "", "line": None}


def _type_name(kind: type[BaseException]) -> str:
    name = kind.__qualname__
    return name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"
