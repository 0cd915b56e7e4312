"""One page for a reviewer: filters, side-by-side diffs, keys to move with; no network."""

from __future__ import annotations

import difflib
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import PurePosixPath
from string import Template
from typing import TYPE_CHECKING

from genai_codemod.report.diff import text_lines
from genai_codemod.report.text import count

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

# Lines that stay the same and are shown around those that change.
_CONTEXT = 3


def render(report: Report) -> str:
    """The whole page, from ``page.html`` beside this module."""
    page = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    shown = [file for file in report.files if file.state != "unchanged" or file.open_findings]
    rules = Counter(finding.rule for file in shown for finding in file.findings)
    folders = Counter(_folder(file) for file in shown)
    return page.substitute(
        version=_escaped(report.version),
        headline=_escaped(_headline(report)),
        tiles="".join(_tiles(report)),
        rules="".join(_options(rules)),
        folders="".join(_options(folders)),
        files="".join(_file(file, report) for file in shown) or _NOTHING,
    )


_NOTHING = "<p class='empty'>There is nothing to migrate.</p>"


def _headline(report: Report) -> str:
    verb = "Changed" if report.written else "Would change"
    summary = report.summary
    return f"{verb} {summary.changed} of {count(summary.files, 'file')}"


def _tiles(report: Report) -> Iterator[str]:
    summary = report.summary
    tiles = (
        ("rewritten", summary.rewritten, "places rewritten"),
        ("person", summary.markers, "left for a person"),
        ("held", summary.held, "files kept back"),
        ("failed", summary.errors, "files with errors"),
    )
    for name, number, text in tiles:
        empty = " zero" if number == 0 else ""
        yield f"<li class='tile {name}{empty}'><b>{number}</b> {text}</li>"


def _options(counted: Counter[str]) -> Iterator[str]:
    for name, number in sorted(counted.items()):
        value = _escaped(name)
        yield f'<option value="{value}">{value} ({number})</option>'


def _file(file: FileReport, report: Report) -> str:
    rules = " ".join(sorted({finding.rule for finding in file.findings}))
    person = " needs-person" if file.open_findings or file.held or file.error else ""
    findings = "".join(_finding(finding, report) for finding in file.findings)
    return (
        f"<details class='file {file.state}{person}' data-folder=\"{_escaped(_folder(file))}\""
        f' data-rules="{_escaped(rules)}" open>'
        f"<summary><code>{_escaped(file.path)}</code> <span class='state'>{file.state}</span>"
        f"<span class='counts'>{_counts(file)}</span></summary>"
        f"{_said(file)}<ul class='findings'>{findings}</ul>{_diff(file)}</details>"
    )


def _counts(file: FileReport) -> str:
    done = sum(finding.status in ("rewritten", "review") for finding in file.findings)
    left = len(file.open_findings)
    return f"{done} rewritten" + (f", <b>{left} for a person</b>" if left else "")


def _said(file: FileReport) -> str:
    if file.error:
        place = f"line {file.error.line}: " if file.error.line else ""
        return f"<p class='said'>{_escaped(place + file.error.message)}</p>"
    if file.held:
        place = file.held.place
        return f"<p class='said'>Kept back by {_escaped(place)}: {_escaped(file.held.message)}</p>"
    return ""


def _finding(finding: Finding, report: Report) -> str:
    place = f"cell {finding.cell}, line {finding.line}" if finding.cell else f"line {finding.line}"
    entry = report.rules.get(finding.rule)
    text = finding.message or (entry and entry.becomes) or ""
    guide = f' <a href="{_escaped(finding.guide)}">guide</a>' if finding.guide else ""
    return (
        f"<li class='{finding.status}' data-rule=\"{_escaped(finding.rule)}\">"
        f"<span class='where'>{place}</span> <span class='status'>{finding.status}</span> "
        f"<code>{_escaped(finding.rule)}</code> {_escaped(text)}{guide}</li>"
    )


def _diff(file: FileReport) -> str:
    if file.before == file.after:
        return ""
    old, new = text_lines(file.before), text_lines(file.after)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    groups = [_group(group, old, new) for group in matcher.get_grouped_opcodes(_CONTEXT)]
    gap = "<tr class='gap'><td colspan='4'>&#8942;</td></tr>"
    return f"<div class='diff'><table>{gap.join(groups)}</table></div>"


def _group(
    group: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]
) -> str:
    rows = []
    for kind, first, last, new_first, new_last in group:
        for offset in range(max(last - first, new_last - new_first)):
            left, right = first + offset, new_first + offset
            rows.append(
                "<tr>"
                + _cells(old, left if left < last else None, "" if kind == "equal" else "removed")
                + _cells(
                    new, right if right < new_last else None, "" if kind == "equal" else "added"
                )
                + "</tr>"
            )
    return "".join(rows)


def _cells(lines: Sequence[str], number: int | None, kind: str) -> str:
    if number is None:
        return "<td class='number'></td><td class='none'></td>"
    text = _escaped(lines[number].rstrip("\r\n"))
    todo = " todo" if kind == "added" and "TODO(genai-codemod)" in text else ""
    return f"<td class='number'>{number + 1}</td><td class='{kind}{todo}'>{text}</td>"


def _folder(file: FileReport) -> str:
    return PurePosixPath(file.path).parent.as_posix()


def _escaped(text: str) -> str:
    return html.escape(text)
