"""Records many programs without importing the SDKs for each of them anew."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from .first_import import first_sdk
from .fresh_process import run_fresh
from .recording import Options, Recording, record_in
from .warm_process import WarmProcess
from .workplace import Order, Workplace

# Windows cannot fork, and macOS not without risk.
CAN_FORK = sys.platform == "linux"

# Shows a program what was imported, by whom, and when it goes.
_LOOKS_AROUND = re.compile(
    rb"\b(?:globals|locals|vars|dir|modules|inspect|gc|weakref|__del__|meta_path|orig_argv|_getframe"
    rb"|__warningregistry__|import\s+__main__)\b"
)


class WarmRecorder:
    """Gives the recordings that `record` gives, and sooner where an SDK was imported before.

    It keeps a process with each SDK that was needed. A program whose import of the SDK could
    differ from the one in that process gets a fresh one, as does every program on a system that
    cannot fork. It records one program at a time.
    """

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="genai-codemod-")
        self._folder = Path(self._temporary.name)
        self._processes: dict[tuple[str, str], WarmProcess | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def record(self, program: Path, **options: Unpack[Options]) -> Recording:
        """Run a program offline and return what it would have sent."""
        self._clear()
        return record_in(self._folder, Order(program, **options), self._run)

    def close(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            if process is not None:
                process.close()
        self._processes.clear()
        self._temporary.cleanup()

    def _clear(self) -> None:
        for path in self._folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _run(
        self, python: str, task: Mapping[str, Any], place: Workplace, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        process = self._process(python, place) if CAN_FORK else None
        if process is None or not process.fits(place):
            return run_fresh(python, task, place, timeout)
        return process.run(task, place, timeout)

    def _process(self, python: str, place: Workplace) -> WarmProcess | None:
        """The process for the SDK that the program imports first; nothing when none is fit."""
        plain = (place.stdin, place.tree, place.start) == (None, place.root, place.program.parent)
        if not plain or _looks_around(place.root):
            return None
        sdk = first_sdk(place.program, place.root)
        if sdk is None:
            return None
        if (python, sdk) not in self._processes:
            self._processes[python, sdk] = self._started(python, sdk)
        return self._processes[python, sdk]

    def _started(self, python: str, sdk: str) -> WarmProcess | None:
        try:
            return WarmProcess(python, sdk, self._folder)
        except OSError:
            return None


def _looks_around(root: Path) -> bool:
    return any(_LOOKS_AROUND.search(path.read_bytes()) for path in root.rglob("*.py"))
