"""Checks what a migration wrote against the installed SDK, before it is saved."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace

from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.writing.late_markers import mark_lines
from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.check import check_source
from genai_codemod.shim.static_checks.findings import Finding as Refusal

_Line = tuple[bytes, Refusal]
REFUSED = Rule("sdk.refused")
# What is left of the old SDK is marked as that; timeouts were seconds before, and are converted.
_NOT_OURS = frozenset({"legacy", "timeout"})


def mark_refused(migration: Migration, pack: RulePack) -> Migration:
    """The migration with a marker at each line that the installed SDK does not accept.

    What the code before the migration already had wrong with the new SDK is left as it is.
    """
    if not migration.changed:
        return migration
    try:
        refusals = _new_refusals(migration)
    except (SourceError, ImportError):
        # Syntax that the running Python does not read, though LibCST did, or a broken SDK.
        return migration
    if not refusals:
        return migration
    messages: dict[int, str] = {}
    for refusal in refusals:
        messages.setdefault(refusal.line, _message(refusal))
    after, marked = mark_lines(migration.after, messages, REFUSED, pack)
    origins = _original_lines(migration)
    found = [
        Finding(origins[line - 1], 0, REFUSED.id, "review", messages[line])
        for line in sorted(marked)
    ]
    findings = tuple(sorted((*migration.findings, *found)))
    return replace(migration, after=after, findings=findings, edits=migration.edits + len(found))


def _new_refusals(migration: Migration) -> list[Refusal]:
    """What the check says about the result and did not say about the code before."""
    after = _by_text(migration.after)
    if not after:
        return []
    before = _by_text(migration.before)
    # The same lines first, so that of several that are alike the one that changed is the new one.
    after = _without_known(after, before, lambda text, refusal: (text, refusal.message))
    after = _without_known(after, before, lambda _, refusal: refusal.message)
    return [refusal for _, refusal in after]


def _without_known(
    after: list[_Line], before: list[_Line], key: Callable[[bytes, Refusal], object]
) -> list[_Line]:
    """What is left of ``after`` without as many of the same key as ``before`` has.

    What is used up is taken out of ``before``.
    """
    left: list[_Line] = []
    for line in after:
        same = next((each for each in before if key(*each) == key(*line)), None)
        if same is None:
            left.append(line)
        else:
            before.remove(same)
    return left


def _by_text(data: bytes) -> list[_Line]:
    lines = data.splitlines()
    return [
        (lines[each.line - 1].strip(), each)
        for each in check_source(data)
        if each.check not in _NOT_OURS
    ]


def _message(refusal: Refusal) -> str:
    suggestion = f"; {refusal.suggestion}" if refusal.suggestion else ""
    return f"google-genai {surface.version()} does not accept this: {refusal.message}{suggestion}"


def _original_lines(migration: Migration) -> Sequence[int]:
    """For each line of the result the line that it was, or the one before it."""
    before, after = migration.before.splitlines(), migration.after.splitlines()
    origins = [1] * len(after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, first, last in matcher.get_opcodes():
        for number in range(first, last):
            origins[number] = max(1, min(start + number - first + 1, end))
    return origins
