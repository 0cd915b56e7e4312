"""JSON for programs; ``schema.json`` beside this module describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from genai_codemod.report.diff import unified_text

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

# Raised when something changes its meaning or goes; new members do not raise it.
VERSION = 1


def render(report: Report) -> str:
    """An object as ``schema.json`` describes it; what is not known is null."""
    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """The same before it is text."""
    summary = report.summary
    return {
        "format": VERSION,
        "tool": {"name": "genai-codemod", "version": report.version},
        "written": report.written,
        "summary": {
            "files": summary.files,
            "changed": summary.changed,
            "rewritten": summary.rewritten,
            "markers": summary.markers,
            "held": summary.held,
            "errors": summary.errors,
        },
        "files": [_file(file) for file in report.files],
        "rules": {
            rule: {"about": entry.about, "becomes": entry.becomes, "guide": entry.guide}
            for rule, entry in report.rules.items()
        },
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "state": file.state,
        "findings": [_finding(finding) for finding in file.findings],
        "error": file.error
        and {
            "message": file.error.message,
            "cell": file.error.cell,
            "line": file.error.line,
            "column": _from_one(file.error.column),
        },
        "held": file.held
        and {
            "path": file.held.path.as_posix(),
            "line": file.held.line,
            "message": file.held.message,
        },
        "diff": unified_text(file.path, file.before, file.after) or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "status": finding.status,
        "message": finding.message,
        "cell": finding.cell,
        "line": finding.line,
        "column": _from_one(finding.column),
        "guide": finding.guide,
    }


def _from_one(column: int | None) -> int | None:
    return None if column is None else column + 1
