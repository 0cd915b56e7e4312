"""One file from standard input to standard output, for editors; nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from genai_codemod import FileOutcome, Options
from genai_codemod.cli.output import exit_code, show_details, show_held, summary_of
from genai_codemod.tools import migrate_input

NAME = Path("-")


def migrate_standard_input(
    path: Path,
    options: Options,
    *,
    show: Callable[[Sequence[FileOutcome]], None] | None,
    verbose: bool,
) -> int:
    """Migrate what standard input holds under the name ``path``, and give the exit code.

    The result goes to standard output, byte for byte, unless something is to ``show`` instead.
    Where nothing changes, also after an error, that is what was read: nothing gets lost in a pipe.
    """
    data = sys.stdin.buffer.read()
    outcome = migrate_input(path, data, options)
    if show is not None:
        show([outcome])
    else:
        stream = sys.stdout.buffer
        stream.write(outcome.migration.after if outcome.migration else data)
        stream.flush()
    show_held([outcome])
    show_details([outcome], verbose=verbose)
    return exit_code(summary_of([outcome]), written=show is None)
