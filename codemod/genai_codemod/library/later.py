"""Marks what the user wants to decide on another day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.reproduction import moved
from genai_codemod.engine.writing.late_markers import mark_lines

LATER = Rule("changes.later")
_MESSAGE = "left for later: migrate this with genai-codemod migrate -i."


def mark_later(migration: Migration, lines: Collection[int], pack: RulePack) -> Migration:
    """The migration with markers at some lines (from 1), which stay as they were."""
    after = migration.after
    texts = (each.decode("latin-1") for each in (migration.before, after))
    places = moved(lines, *texts)
    after, marked = mark_lines(after, dict.fromkeys(places, _MESSAGE), LATER, pack)
    if not marked:
        return migration
    found = [Finding(line, 0, LATER.id, "manual", _MESSAGE) for line in sorted(lines)]
    findings = tuple(sorted((*migration.findings, *found)))
    return replace(migration, after=after, findings=findings, edits=migration.edits + len(marked))
