"""How far a run is, on a terminal, for those that take a while."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from genai_codemod.report.terminal import wants_colour, wants_movement

if TYPE_CHECKING:
    from genai_codemod.project.programs import Program

# Shorter runs are over before anybody has read a bar.
_BYTES_WORTH_A_BAR = 100_000


def wants_bar(programs: Sequence[Program], stream: TextIO) -> bool:
    """Whether somebody watches, and there is enough to be done."""
    return wants_movement(stream, os.environ) and (
        sum(program.size for program in programs) >= _BYTES_WORTH_A_BAR
    )


@contextmanager
def bar(programs: Sequence[Program], stream: TextIO) -> Iterator[Callable[[Program], None]]:
    """Show a bar until the end of the block, and give what to call after each program."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    # Drawn by this thread alone: a process must not be forked while another one holds a lock.
    progress = Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        "files",
        TimeElapsedColumn(),
        console=Console(
            file=stream, force_terminal=True, no_color=not wants_colour(stream, os.environ)
        ),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with progress:
        task = progress.add_task("Migrating", total=sum(len(program.files) for program in programs))

        def advance(program: Program) -> None:
            progress.update(task, advance=len(program.files), refresh=True)

        progress.refresh()
        yield advance
