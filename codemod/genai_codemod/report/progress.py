"""How far a run is, on a terminal, for those that take a while."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TextIO

from genai_codemod.report.terminal import wants_colour, wants_movement

if TYPE_CHECKING:
    from genai_codemod.library.progress import Progress

# Shorter runs are over before anybody has read a bar.
_BYTES_WORTH_A_BAR = 100_000


def wants_bar(progress: Progress, stream: TextIO) -> bool:
    """Whether somebody watches, and there is enough to be done."""
    return wants_movement(stream, os.environ) and progress.size >= _BYTES_WORTH_A_BAR


@contextmanager
def bar(stream: TextIO) -> Iterator[Callable[[Progress], None]]:
    """Show a bar until the end of the block, if one is wanted, and give what to tell it."""
    with ExitStack() as stack:
        show: Callable[[Progress], None] | None = None

        def tell(progress: Progress) -> None:
            nonlocal show
            if show is None and wants_bar(progress, stream):
                show = stack.enter_context(_shown(progress, stream))
            if show is not None:
                show(progress)

        yield tell


@contextmanager
def _shown(first: Progress, stream: TextIO) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, and what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    # Drawn by this thread alone: a process must not be forked while another one holds a lock.
    shown = Bar(
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
    with shown:
        task = shown.add_task("Migrating", total=first.total)
        yield lambda now: shown.update(task, completed=now.done, refresh=True)
