"""The few lines at the end of a run."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.report.text import count

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, Status

_WORDS: dict[Status, str] = {
    "rewritten": "rewritten",
    "review": "to review",
    "manual": "by hand",
    "ignored": "ignored",
}

# The rule whose notes --upgrade-models answers.
_RETIRED = "model.retired"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: counts of files, of rewritten places, and of markers in the results.

    ``held`` counts the files that were left as they were because others belong to
    them, and ``silent`` those that name the legacy SDK and were not looked at.
    ``by_rule`` maps each rule to how many of its findings have which status, ``notes`` what was
    noted about the code to how often.
    """

    files: int
    changed: int
    errors: int
    rewritten: int
    markers: int
    by_rule: Mapping[str, Mapping[Status, int]]
    notes: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    silent: int = 0
    retired_models: bool = False


def summarise(
    migrations: Iterable[Migration],
    *,
    files: int,
    errors: int,
    markers: int,
    held: int = 0,
    silent: int = 0,
) -> Summary:
    """Count what the migrations of a run contain."""
    changed = 0
    by_rule: dict[str, Counter[Status]] = {}
    notes: Counter[str] = Counter()
    retired_models = False
    for migration in migrations:
        changed += migration.changed
        for finding in migration.findings:
            if finding.status == "note":
                notes[finding.message] += 1
                retired_models |= finding.rule == _RETIRED
            else:
                by_rule.setdefault(finding.rule, Counter())[finding.status] += 1
    rewritten = sum(statuses["rewritten"] + statuses["review"] for statuses in by_rule.values())
    return Summary(
        files,
        changed,
        errors,
        rewritten,
        markers,
        by_rule,
        notes,
        held,
        silent=silent,
        retired_models=retired_models,
    )


def render(
    summary: Summary, paths: Sequence[Path], *, written: bool, upgrade_models: bool = False
) -> str:
    """The summary as text; ``written`` says whether the files hold the results already.

    ``paths`` are those of the run, for the command that lists what is left; ``upgrade_models``
    says whether names of retired models were replaced, where that could be done.
    """
    lines = [_headline(summary, written=written)]
    if summary.by_rule:
        lines += ["", *_table(summary.by_rule)]
    if summary.markers:
        verb = "is" if summary.markers == 1 else "are"
        would = verb if written else "would be"
        lines += ["", f"{count(summary.markers, 'place')} {would} left for you, each marked:"]
        lines.append(f"  {_grep(paths)}")
    if summary.held:
        stay = "stays" if summary.held == 1 else "stay"
        left = f"{count(summary.held, 'file')} {stay} as before, see above."
        lines += ["", left]
    if summary.notes:
        offered = summary.retired_models and not upgrade_models
        offer = " (--upgrade-models replaces names that reach a call)" if offered else ""
        lines += ["", f"Noted, and left as it is{offer}:", *_notes(summary.notes)]
    if summary.silent:
        names = "names" if summary.silent == 1 else "name"
        files = count(summary.silent, "file")
        lines += ["", f"{files} passed over still {names} the old SDK (-v lists them)."]
    if summary.errors:
        lines += ["", f"{count(summary.errors, 'file')} could not be processed, see above."]
    return "\n".join(lines) + "\n"


def _headline(summary: Summary, *, written: bool) -> str:
    looked_at = count(summary.files, "file")
    if not summary.changed:
        return f"Nothing to change in {looked_at}."
    verb = "Changed" if written else "Would change"
    places = count(summary.rewritten, "place")
    return f"{verb} {summary.changed} of {looked_at}: {places} rewritten."


def _table(by_rule: Mapping[str, Mapping[Status, int]]) -> list[str]:
    width = max(len(rule) for rule in by_rule)
    return [
        f"  {rule:{width}}  "
        + ", ".join(f"{number} {_WORDS[status]}" for status, number in sorted(statuses.items()))
        for rule, statuses in sorted(by_rule.items())
    ]


def _notes(notes: Mapping[str, int]) -> list[str]:
    return [f"  {note}, {count(number, 'place')}" for note, number in sorted(notes.items())]


def _grep(paths: Sequence[Path]) -> str:
    return shlex.join(["grep", "-rn", "TODO(genai-codemod)", *(str(path) for path in paths)])
