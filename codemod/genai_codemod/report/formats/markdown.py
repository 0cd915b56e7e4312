"""Markdown for a comment on a pull request: what needs a person first, then the diffs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from genai_codemod.report.diff import unified_text
from genai_codemod.report.text import count, line_in

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

# GitHub takes 65,536 characters, GitLab a million; a note of what was cut must fit as well.
LIMIT = 65_000
_MOST_LISTED = 50


def render(report: Report) -> str:
    """The comment, cut to what GitHub takes."""
    parts = [_headline(report), _table(report), *_needs_person(report), *_failures(report)]
    text = "\n\n".join(part for part in parts if part)
    diffs = [(file, _diff(file)) for file in report.changed]
    return _with_diffs(text, diffs, LIMIT)


def _headline(report: Report) -> str:
    summary = report.summary
    if not (summary.changed or summary.errors or summary.held or summary.markers):
        looked_at = count(summary.files, "file")
        return f"### genai-codemod: nothing to migrate\n\nLooked at {looked_at}."
    verb = "changed" if report.written else "would change"
    places = count(summary.rewritten, "place")
    files = count(summary.changed, "file")
    return (
        "### genai-codemod: from `google.generativeai` to `google.genai`\n\n"
        f"It {verb} {files}: {places} rewritten, "
        f"{count(summary.markers, 'place')} left for a person."
    )


def _table(report: Report) -> str:
    rows = [file for file in report.files if file.state != "unchanged" or file.open_findings]
    if not rows:
        return ""
    lines = ["| File | Rewritten | For a person | |", "| --- | ---: | ---: | --- |"]
    for file in rows[:_MOST_LISTED]:
        done = sum(finding.status in ("rewritten", "review") for finding in file.findings)
        lines.append(f"| {_code(file.path)} | {done} | {len(file.open_findings)} | {file.state} |")
    if len(rows) > _MOST_LISTED:
        lines.append(f"| and {len(rows) - _MOST_LISTED} more | | | |")
    return "\n".join(lines)


def _needs_person(report: Report) -> Iterator[str]:
    left = [(file, finding) for file in report.files for finding in file.open_findings]
    lines = [f"- {_place(file, finding)}: {_prose(finding.message)}" for file, finding in left]
    lines += [_held(file) for file in report.files if file.held]
    if not lines:
        return
    more = [f"- and {len(lines) - _MOST_LISTED} more"] if len(lines) > _MOST_LISTED else []
    yield "#### Needs a person"
    yield "\n".join(lines[:_MOST_LISTED] + more)


def _held(file: FileReport) -> str:
    assert file.held is not None
    place = _code(file.held.place)
    return f"- {_code(file.path)} stays as it was, because of {place}: {_prose(file.held.message)}"


def _place(file: FileReport, finding: Finding) -> str:
    return f"{_code(f'{file.path}:{line_in(finding)}')} (`{finding.rule}`)"


def _failures(report: Report) -> Iterator[str]:
    failed = [file for file in report.files if file.error]
    if failed:
        yield "#### Could not be processed"
        yield "\n".join(
            f"- {_code(file.path)}: {_prose(file.error.message)}" for file in failed if file.error
        )


def _diff(file: FileReport) -> str:
    diff = unified_text(file.path, file.before, file.after)
    fence = "`" * (max(map(len, re.findall("`+", diff)), default=2) + 1)
    fence = max(fence, "```", key=len)
    title = f"<details><summary><code>{_html(file.path)}</code></summary>"
    return f"{title}\n\n{fence}diff\n{diff}{fence}\n\n</details>"


def _with_diffs(text: str, diffs: Sequence[tuple[FileReport, str]], limit: int) -> str:
    """The text and as many whole diffs as fit, with a note of those that do not."""
    cut: list[str] = []
    for file, diff in diffs:
        if len(text) + len(diff) + 2 > limit:
            cut.append(file.path)
        else:
            text += f"\n\n{diff}"
    if cut:
        text = text[:limit]
        text += f"\n\n_{count(len(cut), 'diff')} left out: a comment cannot be longer than this._"
    return text + "\n"


def _code(text: str) -> str:
    """Code in a table or a list, with any number of backticks in it."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}".replace("|", "\\|")


def _prose(text: str) -> str:
    """Text that means nothing to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
