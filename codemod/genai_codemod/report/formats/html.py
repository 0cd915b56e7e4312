"""One page for a reviewer: filters, side-by-side diffs, keys to move with; no network."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import PurePosixPath
from string import Template
from typing import TYPE_CHECKING

from genai_codemod.report.formats.side_by_side import Hunk, Line, Piece, Row, hunks, pieces
from genai_codemod.report.text import count

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

_NOTHING = "<p class='empty'>There is nothing to migrate.</p>"
_TOP = "<li class='folder'>the folder itself</li>"
_COLUMNS = "<colgroup><col class='number'><col><col class='number'><col></colgroup>"
_LONGEST = 1_000
Place = tuple[int | None, int]


def render(report: Report) -> str:
    """The whole page, from ``page.html`` and what is beside it."""
    shown = [file for file in report.files if file.state != "unchanged" or file.left]
    rules = Counter(finding.rule for file in shown for finding in file.findings)
    return Template(_resource("page.html")).substitute(
        style=_resource("page.css"),
        script=_resource("page.js"),
        version=_escaped(report.version),
        headline=_escaped(_headline(report)),
        tiles="".join(_tiles(report)),
        rules="".join(_options(rules)),
        folders="".join(_options(_folders(shown))),
        contents="".join(_contents(shown)),
        files="".join(_file(number, file, report) for number, file in enumerate(shown)) or _NOTHING,
    )


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _headline(report: Report) -> str:
    verb = "Changed" if report.written else "Would change"
    summary = report.summary
    return f"{verb} {summary.changed} of {count(summary.files, 'file')}"


def _tiles(report: Report) -> Iterator[str]:
    summary = report.summary
    tiles = (
        ("rewritten", summary.rewritten, "place rewritten", "places rewritten"),
        ("person", summary.markers, "place for a person", "places for a person"),
        ("held", summary.held, "file kept back", "files kept back"),
        ("failed", summary.errors, "file with an error", "files with errors"),
    )
    for name, number, one, many in tiles:
        empty = " zero" if number == 0 else ""
        yield f"<li class='tile {name}{empty}'><b>{number}</b> {one if number == 1 else many}</li>"


def _folders(shown: Sequence[FileReport]) -> Counter[str]:
    """How many files each folder holds, those of its own folders included."""
    parents = (PurePosixPath(file.path).parents for file in shown)
    return Counter(folder.as_posix() for each in parents for folder in each if folder.name)


def _options(counted: Counter[str]) -> Iterator[str]:
    for name, number in sorted(counted.items()):
        value = _escaped(name)
        yield f'<option value="{value}">{value} ({number})</option>'


def _contents(shown: Sequence[FileReport]) -> Iterator[str]:
    """The list of files, under their folders."""
    numbered = list(enumerate(shown))
    for folder, group in groupby(numbered, key=lambda each: _folder(each[1])):
        yield f"<li class='folder'>{_escaped(folder)}/</li>" if folder != "." else _TOP
        for number, file in group:
            badge = f"<b class='badge'>{file.left}</b>" if file.left else ""
            state = f"<i>{file.state}</i>" if file.state in ("held", "failed") else ""
            name = _escaped(PurePosixPath(file.path).name)
            yield f"<li><a href='#f{number}'>{name}{state}{badge}</a></li>"


def _file(number: int, file: FileReport, report: Report) -> str:
    rules = " ".join(sorted({finding.rule for finding in file.findings}))
    person = " needs-person" if file.left or file.held or file.error else ""
    parts = list(hunks(file)) if file.before != file.after else []
    shown = {_place(row.before) for part in parts for row in part.rows if row.before}
    folder, slash, name = file.path.rpartition("/")
    return (
        f"<details class='file {file.state}{person}' id='f{number}'"
        f' data-folder="{_escaped(_folder(file))}" data-rules="{_escaped(rules)}" open>'
        f"<summary><code><span>{_escaped(folder + slash)}</span>{_escaped(name)}</code>"
        f"<span class='state'>{file.state}</span><span class='counts'>{_counts(file)}</span>"
        "<label class='done'><input type='checkbox'> reviewed</label></summary>"
        f"{_said(file)}{_findings(number, file, report, shown)}{_diff(number, parts)}</details>"
    )


def _counts(file: FileReport) -> str:
    done = sum(finding.status in ("rewritten", "review") for finding in file.findings)
    return f"{done} rewritten" + (f", <b>{file.left} for a person</b>" if file.left else "")


def _said(file: FileReport) -> str:
    if file.error:
        place = f"line {file.error.line}: " if file.error.line else ""
        return f"<p class='said'>{_escaped(place + file.error.message)}</p>"
    if file.held:
        place = file.held.place
        return f"<p class='said'>Kept back by {_escaped(place)}: {_escaped(file.held.message)}</p>"
    return ""


def _findings(number: int, file: FileReport, report: Report, shown: Container[Place]) -> str:
    """What needs a person, then the notes, then the rest, which is folded."""
    listed = [each for each in file.findings if each.status in ("review", "manual", "note")]
    listed.sort(key=lambda each: each.status == "note")
    rest = [each for each in file.findings if each not in listed]
    items, more = (
        "".join(_finding(number, finding, report, shown) for finding in each)
        for each in (listed, rest)
    )
    folded = (
        f"<details><summary>{len(rest)} more</summary><ul class='findings'>{more}</ul></details>"
    )
    return (f"<ul class='findings'>{items}</ul>" if items else "") + (folded if rest else "")


def _finding(number: int, finding: Finding, report: Report, shown: Container[Place]) -> str:
    name = f"cell {finding.cell}, line {finding.line}" if finding.cell else f"line {finding.line}"
    place = (finding.cell, finding.line)
    where = f"<a href='#{_anchor(number, place)}'>{name}</a>" if place in shown else name
    entry = report.rules.get(finding.rule)
    text = finding.message or (entry and entry.becomes) or ""
    guide = f' <a href="{_escaped(finding.guide)}">guide</a>' if finding.guide else ""
    return (
        f"<li class='{finding.status}' data-rule=\"{_escaped(finding.rule)}\">"
        f"<span class='where'>{where}</span> <span class='status'>{finding.status}</span> "
        f"<span class='text'><code>{_escaped(finding.rule)}</code> {_escaped(text)}{guide}</span>"
        "</li>"
    )


def _diff(number: int, parts: Sequence[Hunk]) -> str:
    if not parts:
        return ""
    rows = [text for part in parts for text in (_gap(part), *(_row(number, r) for r in part.rows))]
    return f"<div class='diff'><table>{_COLUMNS}{''.join(rows)}</table></div>"


def _gap(part: Hunk) -> str:
    if not part.skipped:
        return ""
    lines = count(part.skipped, "line")
    return f"<tr class='gap'><td colspan='4'>{lines} unchanged</td></tr>"


def _row(number: int, row: Row) -> str:
    before, after = pieces(row)
    anchor = f" id='{_anchor(number, _place(row.before))}'" if row.before else ""
    kind = "same" if row.same else "changed"
    left = _cells(row.before, before, "" if row.same else "removed")
    right = _cells(row.after, after, "" if row.same else "added")
    return f"<tr class='{kind}'{anchor}>{left}{right}</tr>"


def _cells(line: Line | None, parts: Sequence[Piece], kind: str) -> str:
    if line is None:
        return "<td class='number'></td><td class='none'></td>"
    if line.is_heading:
        return f"<td class='number'></td><td class='cell'>{_escaped(line.text)}</td>"
    todo = " todo" if kind == "added" and "TODO(genai-codemod)" in line.text else ""
    shown = _shortened("".join(_piece(text, differs) for text, differs in parts), line.text)
    return f"<td class='number'>{line.number}</td><td class='code {kind}{todo}'>{shown}</td>"


def _piece(text: str, differs: bool) -> str:
    return f"<mark>{_escaped(text)}</mark>" if differs and text.strip() else _escaped(text)


def _shortened(shown: str, text: str) -> str:
    """What is shown of a line, which in notebooks can hold a picture."""
    if len(text) <= _LONGEST:
        return shown
    more = count(len(text) - _LONGEST, "more character")
    return f"{_escaped(text[:_LONGEST])}<i> … {more}</i>"


def _place(line: Line) -> Place:
    return line.cell, line.number


def _anchor(number: int, place: Place) -> str:
    return f"f{number}-" + ".".join(str(each) for each in place if each is not None)


def _folder(file: FileReport) -> str:
    return PurePosixPath(file.path).parent.as_posix()


def _escaped(text: str) -> str:
    return html.escape(text)
