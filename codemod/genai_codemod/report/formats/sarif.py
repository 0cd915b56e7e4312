"""SARIF 2.1.0, for code scanning: results, the rules behind them, and the migration as fixes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from genai_codemod.engine.rule_packs.catalogue import Entry
from genai_codemod.report.diff import text_lines
from genai_codemod.report.formats.fingerprints import fingerprint
from genai_codemod.report.formats.side_by_side import matcher

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Status
    from genai_codemod.report.model import FileReport, Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://ai.google.dev/gemini-api/docs/migrate"
_LEVELS: dict[Status, str] = {
    "manual": "error",
    "review": "warning",
    "rewritten": "note",
    "note": "note",
    "ignored": "none",
}
_LEFT = "migration.held"
_ABOUT_LEFT = "a file that is left as it was, because another that belongs to it is"


def render(report: Report) -> str:
    """One run.  A file's migration is the fix of its first finding, all of it or nothing."""
    results = [result for file in report.files for result in _results(file)]
    ids = sorted({result["ruleId"] for result in results})
    for result in results:
        result["ruleIndex"] = ids.index(result["ruleId"])
    driver = {
        "name": "genai-codemod",
        "version": report.version,
        "informationUri": _HOME,
        "rules": [_rule(rule, report.rules.get(rule)) for rule in ids],
    }
    failures = [_notification(file) for file in report.files if file.error]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [
            {"executionSuccessful": not failures, "toolExecutionNotifications": failures}
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: str, entry: Entry | None) -> dict[str, Any]:
    entry = entry or Entry(rule, about=_ABOUT_LEFT if rule == _LEFT else rule)
    short = entry.about or entry.manual or entry.becomes or rule
    parts = [entry.about, entry.manual, *entry.differs]
    full = " ".join(_sentence(part) for part in parts if part) or short
    new = [f"It becomes `{entry.becomes}`."] if entry.becomes else []
    described: dict[str, Any] = {
        "id": rule,
        "name": rule,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {
            "text": " ".join([full, *new]).replace("`", ""),
            "markdown": "\n\n".join([full, *new]),
        },
        "properties": {"tags": sorted({"migration", rule.partition(".")[0]})},
    }
    if entry.guide:
        described["helpUri"] = entry.guide
    return described


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _results(file: FileReport) -> Iterator[dict[str, Any]]:
    # With a key masked in it, a fix would destroy the key.
    fixes = [_fix(file)] if file.state == "changed" and not file.has_keys else []
    seen: Counter[tuple[str, str]] = Counter()
    for finding in file.findings:
        level = _LEVELS[finding.status]
        # Lines move: a result is known by what it says, and by how many before it say the same.
        number = seen[finding.rule, finding.message]
        seen[finding.rule, finding.message] += 1
        result = {
            "ruleId": finding.rule,
            "kind": "informational" if level == "none" else "fail",
            "level": level,
            "message": {"text": _message(finding)},
            "locations": [_location(file.path, finding)],
            "partialFingerprints": {
                "genaiCodemod/v1": fingerprint(file.path, finding.rule, finding.message, number)
            },
        }
        if fixes and finding.status not in ("note", "ignored"):
            result["fixes"] = [fixes.pop()]
        yield result
    if file.held:
        place = file.held.place
        text = f"left as it was, because of {place}: {file.held.message}"
        yield {
            "ruleId": _LEFT,
            "level": "warning",
            "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.path)}}],
        }


def _message(finding: Finding) -> str:
    text = finding.message or f"google.generativeai: {finding.rule}, {finding.status}"
    return f"cell {finding.cell}, line {finding.line}: {text}" if finding.cell else text


def _location(path: str, finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if not finding.cell:
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column + 1}
    return {"physicalLocation": physical}


def _fix(file: FileReport) -> dict[str, Any]:
    replacements = list(_replacements(file.before, file.after))
    return {
        "description": {"text": "Migrate the file to google.genai"},
        "artifactChanges": [
            {"artifactLocation": _artifact(file.path), "replacements": replacements}
        ],
    }


def _replacements(before: str, after: str) -> Iterator[dict[str, Any]]:
    old, new = text_lines(before), text_lines(after)
    for kind, first, last, new_first, new_last in matcher(old, new).get_opcodes():
        if kind == "equal":
            continue
        # From the beginning of a line to that of another one; an empty region inserts.
        region = {"startLine": first + 1, "startColumn": 1, "endLine": last + 1, "endColumn": 1}
        replacement: dict[str, Any] = {"deletedRegion": region}
        if new_first < new_last:
            replacement["insertedContent"] = {"text": "".join(new[new_first:new_last])}
        yield replacement


def _notification(file: FileReport) -> dict[str, Any]:
    assert file.error is not None
    physical: dict[str, Any] = {"artifactLocation": _artifact(file.path)}
    if file.error.line and not file.error.cell:
        physical["region"] = {"startLine": file.error.line}
    return {
        "level": "error",
        "message": {"text": file.error.message},
        "locations": [{"physicalLocation": physical}],
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path, errors="surrogateescape")}
