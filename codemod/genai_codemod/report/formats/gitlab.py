"""GitLab's code quality report: a list of issues, each with a fingerprint that stays the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from genai_codemod.report.formats.fingerprints import fingerprint

if TYPE_CHECKING:
    from genai_codemod.engine.result import Status
    from genai_codemod.report.model import FileReport, Report

_SEVERITIES: dict[Status, str] = {
    "manual": "major",
    "review": "minor",
    "rewritten": "info",
    "note": "info",
    "ignored": "info",
}


def render(report: Report) -> str:
    """The report as GitLab's documentation of "Code Quality" describes it."""
    issues = [issue for file in report.files for issue in _issues(file)]
    return json.dumps(issues, indent=2) + "\n"


def _issues(file: FileReport) -> Iterator[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    if file.error:
        message = f"cannot be migrated: {file.error.message}"
        yield _issue(file.path, file.error.line or 1, "error", message, "blocker", 0)
    for finding in file.findings:
        message = finding.message or f"{finding.rule}: {finding.status}"
        # Lines move: an issue is known by what it says, and by how many before it say the same.
        number = seen[finding.rule, message]
        seen[finding.rule, message] += 1
        line = 1 if finding.cell else finding.line
        severity = _SEVERITIES[finding.status]
        issue = _issue(file.path, line, finding.rule, message, severity, number)
        if finding.cell:
            issue["description"] = f"cell {finding.cell}, line {finding.line}: {message}"
        yield issue


def _issue(
    path: str, line: int, rule: str, message: str, severity: str, number: int
) -> dict[str, Any]:
    return {
        "description": message,
        "check_name": rule,
        "fingerprint": fingerprint(path, rule, message, number),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }
