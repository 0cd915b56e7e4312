"""The few lines at the end of a run."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.report.secrets import masked
from genai_codemod.report.terminal import PLAIN, Look, Style, visible
from genai_codemod.report.text import count

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, Status

_WORDS: dict[Status, str] = {
    "rewritten": "rewritten",
    "review": "to review",
    "manual": "by hand",
    "ignored": "ignored",
}

_MOST_RULES = 10
_MOST_NOTES = 5
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
    summary: Summary,
    paths: Sequence[Path],
    *,
    written: bool,
    upgrade_models: bool = False,
    in_git: bool = False,
    rules: Sequence[str] = (),
    look: Look = PLAIN,
) -> str:
    """What happened, what is left and what to do next, as text that fits on a screen.

    ``written`` says whether the files hold the results already.  ``paths`` are those of the run,
    for the commands to go on with, and ``in_git`` says whether git can show what changed;
    ``upgrade_models`` says whether names of retired models were replaced, where that could be done.
    ``rules`` are those that the run was given, and that its commands need again.
    """
    parts = [
        _line(_headline(summary, written=written), look, "bold"),
        _table(summary.by_rule, look),
        _left(summary, look, written=written),
        _notes(summary, look, upgrade_models=upgrade_models),
        _next(summary, paths, rules, look, written=written, in_git=in_git),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _line(text: str, look: Look, *styles: Style) -> list[str]:
    return [look.painted(line, *styles) for line in look.wrapped(text, "", "  ")]


def _headline(summary: Summary, *, written: bool) -> str:
    looked_at = count(summary.files, "file")
    if not summary.changed:
        return f"Nothing to change in {looked_at}."
    verb = "Changed" if written else "Would change"
    places = count(summary.rewritten, "place")
    return f"{verb} {summary.changed} of {looked_at}: {places} rewritten."


def _table(by_rule: Mapping[str, Mapping[Status, int]], look: Look) -> list[str]:
    """The rules, or their areas where there would be too many lines to see them at once."""
    rows = by_rule if len(by_rule) <= _MOST_RULES else _by_area(by_rule)
    width = max(map(len, rows), default=0)
    lines = []
    for rule, statuses in sorted(rows.items()):
        counts = ", ".join(f"{many} {_WORDS[status]}" for status, many in sorted(statuses.items()))
        lines += look.wrapped(counts, f"  {rule:{width}}  ", "    ")
    return lines


def _by_area(by_rule: Mapping[str, Mapping[Status, int]]) -> dict[str, Counter[Status]]:
    areas: dict[str, Counter[Status]] = {}
    for rule, statuses in by_rule.items():
        areas.setdefault(rule.partition(".")[0], Counter()).update(statuses)
    return areas


def _left(summary: Summary, look: Look, *, written: bool) -> list[str]:
    """What a person has to do something about."""
    lines = []
    if summary.markers:
        verb = "is" if summary.markers == 1 else "are"
        would = verb if written else "would be"
        left = f"{count(summary.markers, 'place')} {would} left for you, each marked."
        lines += _line(left, look, "bold", "yellow")
    if summary.held:
        stay = "stays" if summary.held == 1 else "stay"
        lines += _line(f"{count(summary.held, 'file')} {stay} as before, see above.", look)
    if summary.silent:
        names = "names" if summary.silent == 1 else "name"
        files = count(summary.silent, "file")
        lines += _line(f"{files} passed over still {names} the old SDK (-v lists them).", look)
    if summary.errors:
        failed = f"{count(summary.errors, 'file')} could not be processed, see above."
        lines += _line(failed, look, "bold", "red")
    return lines


def _notes(summary: Summary, look: Look, *, upgrade_models: bool) -> list[str]:
    """What is worth knowing, and needs nobody."""
    if not summary.notes:
        return []
    offered = summary.retired_models and not upgrade_models
    offer = " (--upgrade-models replaces names that reach a call)" if offered else ""
    lines = look.wrapped(f"Noted, and left as it is{offer}:", "")
    for note, number in sorted(summary.notes.items())[:_MOST_NOTES]:
        lines += look.wrapped(f"{visible(masked(note))}, {count(number, 'place')}", "  ", "    ")
    if len(summary.notes) > _MOST_NOTES:
        lines.append(f"  and {count(len(summary.notes) - _MOST_NOTES, 'more note')} (-v)")
    return lines


def _next(
    summary: Summary,
    paths: Sequence[Path],
    rules: Sequence[str],
    look: Look,
    *,
    written: bool,
    in_git: bool,
) -> list[str]:
    """The commands to go on with."""
    tool = "genai-codemod"
    given = [part for rule in rules for part in ("--rules", rule)]
    steps: list[tuple[str, Sequence[str]]] = []
    if summary.changed and not written:
        steps.append(("migrate", [tool, "migrate", *given, *map(str, paths)]))
        steps.append(("or decide on each", [tool, "migrate", "-i", *given, *map(str, paths)]))
    if summary.changed and written and in_git:
        steps.append(("look at it", ["git", "diff"]))
    if summary.markers and (written or not summary.changed):
        steps.append(("list what is left", _search(paths)))
        steps.append(("understand it", [tool, "explain", *given, "RULE"]))
    if summary.changed and written:
        steps.append(("check it", [tool, "verify", *map(str, paths)]))
    width = max((len(label) for label, _ in steps), default=0)
    lines = [
        f"  {label:{width}}  {look.painted(visible(_quoted(command)), 'cyan')}"
        for label, command in steps
    ]
    return ["Next:", *lines] if lines else []


def _search(paths: Sequence[Path]) -> Sequence[str]:
    if os.name == "nt":
        return [
            "findstr",
            "/s",
            "/n",
            "/c:TODO(genai-codemod)",
            *(str(path / "*") for path in paths),
        ]
    return ["grep", "-rn", "TODO(genai-codemod)", *map(str, paths)]


def _quoted(command: Sequence[str]) -> str:
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
