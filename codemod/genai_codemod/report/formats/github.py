"""Workflow commands of GitHub, which annotate the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Status
    from genai_codemod.report.model import FileReport, Report

_LEVELS: dict[Status, str] = {"manual": "error", "review": "warning", "note": "notice"}


def render(report: Report) -> str:
    """A command for each finding that is not simply rewritten, and for each error."""
    changed = "was migrated" if report.written else "would be migrated"
    return "".join(line + "\n" for file in report.files for line in _lines(file, changed))


def _lines(file: FileReport, changed: str) -> Iterator[str]:
    if file.error:
        title = "genai-codemod: cannot be migrated"
        yield _command("error", file.path, file.error.line or 1, title, file.error.message)
    if file.held:
        place = file.held.place
        text = f"stays as it was, because of {place}: {file.held.message}"
        yield _command("notice", file.path, 1, "genai-codemod: left", text)
    for finding in file.findings:
        level = _LEVELS.get(finding.status)
        if level is not None:
            title = f"genai-codemod: {finding.rule}"
            yield _command(level, file.path, _line(finding), title, finding.message)
    if file.state == "changed":
        yield _command("notice", file.path, 1, "genai-codemod", changed)


def _line(finding: Finding) -> int:
    # The platform counts in the file, which for a cell of a notebook says nothing.
    return 1 if finding.cell else finding.line


def _command(level: str, path: str, line: int, title: str, message: str) -> str:
    place = f"file={_property(path)},line={line},title={_property(title)}"
    return f"::{level} {place}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
