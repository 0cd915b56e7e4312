"""What a recorded program may not do: reach the network, start another program, wait."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Any, SupportsIndex

from .journal import Journal

_NETWORK = frozenset(
    (
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.sendto",
        "socket.sendmsg",
    )
)
# What another process sends cannot be recorded.
_PROCESSES = frozenset(
    (
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.forkpty",
        "os.startfile",
        "pty.spawn",
    )
)


def close_the_doors(journal: Journal) -> None:
    """Refuse connections and processes from now on; no code in this process can undo it."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NETWORK and not _is_own_event_loop(event, arguments):
            journal.refused.append(event)
            raise OSError(f"offline: {event} is refused while a program is recorded")
        if event in _PROCESSES:
            journal.refused.append(event)
            raise OSError(f"{event} is refused while a program is recorded")

    sys.addaudithook(watch)


def _is_own_event_loop(event: str, arguments: tuple[Any, ...]) -> bool:
    """On Windows, asyncio connects a pair of its own sockets."""
    if sys.platform != "win32" or event != "socket.connect":
        return False
    address = arguments[1]
    return isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")


def stop_waiting() -> None:
    """Let sleeping take no time, while every clock that a program reads still advances."""
    passed = 0.0
    monotonic, wall, counter = time.monotonic, time.time, time.perf_counter
    yield_to_others = asyncio.sleep

    def sleep(seconds: float | SupportsIndex) -> None:
        nonlocal passed
        passed += max(0.0, float(seconds))

    async def sleep_async(delay: float, result: Any = None) -> Any:
        sleep(delay)
        return await yield_to_others(0, result)

    time.sleep = sleep
    time.monotonic = lambda: monotonic() + passed
    time.time = lambda: wall() + passed
    time.perf_counter = lambda: counter() + passed
    asyncio.sleep = sleep_async


def fix_chance() -> None:
    """Give the retries of both SDKs, and the program, the same random numbers in each run."""
    random.seed(0)
