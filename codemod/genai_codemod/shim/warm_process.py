"""A process that has an SDK imported, as the recorder sees it from outside."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .fresh_process import command
from .workplace import FAKE_KEY, Workplace, home_in, plain_environment

_MOST_BYTES = 1_000_000
_LONGEST_START = 60.0


class WarmProcess:
    """Runs programs one after another in the folder that it was started for.

    That folder stays the same because the SDK has found its home there. OSError when the process
    cannot be started, or is not fit to be forked.
    """

    def __init__(self, python: str, sdk: str, folder: Path) -> None:
        self._folder = folder
        self._environment = plain_environment(home_in(folder))
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                command(python, "warm_start", sdk, str(theirs.fileno())),
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
            )
        self._control.settimeout(_LONGEST_START)
        try:
            found = self._control.recv(_MOST_BYTES)
        except TimeoutError:
            found = b""
        if not found or any(home_in(folder).iterdir()):
            self.close()
            raise OSError(f"{sdk} cannot be kept ready")
        imported = json.loads(found)
        self._variables = frozenset(imported["variables"])
        self._modules = frozenset(imported["modules"])
        assert self._process.stderr is not None
        os.set_blocking(self._process.stderr.fileno(), False)
        self._warnings = self._process.stderr.read() or b""

    def fits(self, place: Workplace) -> bool:
        """Whether the SDK would have found the same in this place."""
        own, theirs = self._environment, place.environment
        # A library that goes through all variables looks for those of its own name.
        differing = {name for name in {*own, *theirs} if own.get(name) != theirs.get(name)}
        if differing & self._variables or any(theirs.get(each) != FAKE_KEY for each in differing):
            return False
        return not any(
            entry.name.partition(".")[0] in self._modules
            or entry.name.endswith((".dist-info", ".egg-info"))
            for folder in (place.program.parent, place.root)
            for entry in folder.iterdir()
        )

    def run(
        self, task: Mapping[str, Any], place: Workplace, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run the task in a fork of the process."""
        deadline = time.monotonic() + timeout
        outputs, number = self._fork(task, place)
        try:
            texts = _read(outputs, deadline)
            self._control.settimeout(max(0.001, deadline - time.monotonic()))
            self._control.recv(_MOST_BYTES)
        except TimeoutError as error:
            os.kill(number, signal.SIGKILL)
            self._control.settimeout(None)
            self._control.recv(_MOST_BYTES)
            raise subprocess.TimeoutExpired(task["program"], timeout) from error
        finally:
            for output in outputs:
                os.close(output)
        stdout, stderr = map(_as_text, texts)
        return subprocess.CompletedProcess((), 0, stdout, _as_text(self._warnings) + stderr)

    def close(self) -> None:
        """End the process."""
        self._control.close()
        self._process.kill()
        self._process.communicate()

    def _fork(self, task: Mapping[str, Any], place: Workplace) -> tuple[list[int], int]:
        """Where the outputs of the fork can be read, and its number."""
        order = {
            "task": task,
            "environment": place.environment,
            "started": list(self._environment),
        }
        file = self._folder / "order.json"
        file.write_text(json.dumps(order), encoding="utf-8")
        pipes = [os.pipe(), os.pipe()]
        socket.send_fds(self._control, [str(file).encode()], [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        self._control.settimeout(None)
        return [read for read, _ in pipes], int(self._control.recv(_MOST_BYTES))


def _read(outputs: list[int], deadline: float) -> list[bytes]:
    """All that is written until both outputs are closed; TimeoutError at the deadline."""
    texts = {output: bytearray() for output in outputs}
    with selectors.DefaultSelector() as selector:
        for output in outputs:
            selector.register(output, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0, deadline - time.monotonic()))
            if not ready or time.monotonic() > deadline:
                raise TimeoutError
            for key, _ in ready:
                piece = os.read(key.fd, _MOST_BYTES)
                texts[key.fd] += piece
                if not piece:
                    selector.unregister(key.fd)
    return [bytes(text) for text in texts.values()]


def _as_text(data: bytes) -> str:
    """As a subprocess gives it."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
