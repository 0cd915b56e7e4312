"""One file from standard input to standard output, for editors; nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from genai_codemod.cli.output import exit_code, show_details, show_held, summary_of
from genai_codemod.project.completeness import hold_incomplete
from genai_codemod.project.executors import Migrate
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.runner import migrate_alone
from genai_codemod.report.key_findings import with_keys_noted
from genai_codemod.sources.dependency_files.formats import format_of

NAME = Path("-")
_NEEDS_ITS_PROJECT = (
    "lists of packages are migrated with their project only, so this stays as it is"
)


def migrate_source_text(
    path: Path,
    migrate: Migrate,
    *,
    is_relevant: Callable[[bytes], bool],
    only_complete: bool,
    show: Callable[[Sequence[FileOutcome]], None] | None,
    verbose: bool,
) -> int:
    """Migrate what standard input holds under the name ``path``, and give the exit code.

    The result goes to standard output, byte for byte, unless something is to ``show`` instead.
    Where nothing changes, also after an error, that is what was read: nothing gets lost in a pipe.
    """
    data = sys.stdin.buffer.read()
    # What a dependency file must list is seen in the code beside it.
    if path.suffix != ".py" and format_of(path) is not None:
        outcome = FileOutcome(path, note=_NEEDS_ITS_PROJECT)
    else:
        outcome = migrate_alone(path, data, migrate, is_relevant=is_relevant)
    (outcome,) = hold_incomplete([outcome]) if only_complete else [outcome]
    outcome = with_keys_noted(outcome)
    if show is not None:
        show([outcome])
    else:
        stream = sys.stdout.buffer
        stream.write(outcome.migration.after if outcome.migration else data)
        stream.flush()
    show_held([outcome])
    show_details([outcome], verbose=verbose)
    return exit_code(summary_of([outcome]), written=show is None)
