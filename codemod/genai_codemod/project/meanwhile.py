"""Something is found out in a copy of this process, while this one does something else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from genai_codemod.project.interrupts import (
    end_on_interrupts,
    end_with_parent,
    interrupts_blocked,
)

Result = TypeVar("Result")


def begun(call: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a call in a copy of this process; what is returned waits for its result.

    Where that process dies, or the call fails, it is made here: its errors are raised here.  The
    result must be one that can be pickled, and the system one where processes can be copied.
    """
    from multiprocessing import get_context

    copies = get_context("fork")
    receiving, sending = copies.Pipe(duplex=False)
    process = copies.Process(target=_send, args=(call, sending), daemon=True)
    with interrupts_blocked():
        process.start()
    sending.close()

    def result() -> Result:
        with contextlib.closing(receiving):
            try:
                found: Result = receiving.recv()
            except EOFError:
                found = call()
        process.join()
        return found

    return result


def _send(call: Callable[[], object], sending: Connection[object, None]) -> None:
    end_on_interrupts()
    end_with_parent()
    with contextlib.suppress(Exception):
        sending.send(call())
