"""Puts together what two migrations did, the second of which took what the first one gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from genai_codemod.engine.result import Finding, Migration


def following(first: Migration, second: Migration) -> Migration:
    """The migration from what the first one took to what the second one gave.

    The findings have the places of the original text.
    """
    if not first.changed and not first.findings:
        return second
    found = [*first.findings, *_at_original_places(first, second.findings)]
    return Migration(
        first.before,
        second.after,
        tuple(sorted(dict.fromkeys(found), key=_place)),
        first.edits + second.edits,
        first.together | second.together,
        first.skipped or second.skipped,
    )


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.rule


def _at_original_places(first: Migration, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Findings about what a migration gave, at the lines that it was made of."""
    if not first.changed or not findings:
        return findings
    lines = _original_lines(first.before.splitlines(), first.after.splitlines())
    return [replace(each, line=lines[min(each.line, len(lines)) - 1]) for each in findings]


def _original_lines(before: Sequence[bytes], after: Sequence[bytes]) -> list[int]:
    """For each line of a new text the line of the old one, from 1, that is in its place."""
    found: list[int] = []
    for _, start, end, first, last in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        found += (
            min(start + offset, max(end - 1, start), max(len(before) - 1, 0)) + 1
            for offset in range(last - first)
        )
    return found or [1]
