"""Markdown for a comment on a pull request: what needs a person first, then the diffs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genai_codemod.report.diff import unified_text
from genai_codemod.report.formats.side_by_side import readable
from genai_codemod.report.key_findings import RULE as KEYS
from genai_codemod.report.text import count, line_in

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

# GitHub takes 65,536 characters, GitLab a million; a note of what was cut must fit as well.
LIMIT = 65_000
# Of the names of files in that note, each list has as many lines as people read.
_ROOM_FOR_NOTE = 2_500
_MOST_LISTED = 40
_MOST_LINES = 12
# A report in a repository is no text to migrate.
_END = "<!-- genai-codemod: ignore-file -->\n"


def render(report: Report) -> str:
    """The comment, cut to what GitHub takes."""
    parts = [
        _headline(report),
        _table(report),
        *_needs_person(report),
        *_failures(report),
        *_keys(report),
        *_notes(report),
    ]
    text = "\n\n".join(part for part in parts if part)
    diffs = [(file, _diff(file)) for file in report.changed]
    return _with_diffs(text, diffs, LIMIT) + _END


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
        f"It {verb} **{files}**: **{places}** rewritten, "
        f"**{count(summary.markers, 'place')}** left for a person."
    )


def _table(report: Report) -> str:
    rows = [file for file in report.files if file.state != "unchanged" or file.left]
    if not rows:
        return ""
    rows.sort(key=lambda file: (file.state not in ("failed", "held"), -file.left))
    lines = ["| File | Rewritten | For a person |", "| --- | ---: | ---: |"]
    for file in rows[:_MOST_LISTED]:
        done = sum(finding.status in ("rewritten", "review") for finding in file.findings)
        state = "" if file.state == "changed" else f" *{file.state}*"
        lines.append(f"| {_code(file.path)}{state} | {done or ''} | {file.left or ''} |")
    if len(rows) > _MOST_LISTED:
        lines.append(f"| and {len(rows) - _MOST_LISTED} more | | |")
    return "\n".join(lines)


def _needs_person(report: Report) -> Iterator[str]:
    """What is left, each thing once; what stands at the fewest places often holds up the rest."""
    said = _grouped(report, lambda finding: finding.status in ("review", "manual"))
    held = [_held(file) for file in report.files if file.held]
    if not (said or held):
        return
    yield "#### Needs a person"
    yield from _list(sorted(said, key=lambda each: each.count))
    if held:
        more = [f"- and {len(held) - _MOST_LISTED} more"] if len(held) > _MOST_LISTED else []
        yield "\n".join([*held[:_MOST_LISTED], *more])


def _held(file: FileReport) -> str:
    assert file.held is not None
    place = _code(file.held.place)
    return f"- {_code(file.path)} stays as it was, because of {place}: {_prose(file.held.message)}"


def _keys(report: Report) -> Iterator[str]:
    if said := _grouped(report, lambda finding: finding.rule == KEYS):
        yield "#### Keys"
        yield from _list(said)


def _notes(report: Report) -> Iterator[str]:
    said = _grouped(report, lambda each: each.status == "note" and each.rule != KEYS)
    if said:
        notes = "\n\n".join(_list(said))
        title = f"Noted, and left as it is: {count(len(said), 'thing')}"
        yield f"<details><summary>{title}</summary>\n\n{notes}\n\n</details>"


@dataclass(frozen=True, slots=True)
class _Said:
    """A message, the rules that say it, and the lines that it is said of, by their files."""

    message: str
    rules: Sequence[str]
    lines: Mapping[str, Sequence[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.lines.values()))


def _grouped(report: Report, wanted: Callable[[Finding], bool]) -> list[_Said]:
    rules: dict[str, list[str]] = defaultdict(list)
    lines: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in report.files:
        for finding in filter(wanted, file.findings):
            lines[finding.message][file.path].append(line_in(finding))
            rules[finding.message].append(finding.rule)
    return [
        _Said(message, sorted(set(rules[message])), places) for message, places in lines.items()
    ]


def _list(said: Sequence[_Said]) -> Iterator[str]:
    items = [line for each in said[:_MOST_LISTED] for line in _item(each)]
    if len(said) > _MOST_LISTED:
        items.append(f"- and {len(said) - _MOST_LISTED} more")
    yield "\n".join(items)


def _item(said: _Said) -> Iterator[str]:
    rules = ", ".join(f"`{rule}`" for rule in said.rules)
    if said.count == 1:
        ((path, (line,)),) = said.lines.items()
        yield f"- {_code(f'{path}:{line}')} {_prose(said.message)} ({rules})"
        return
    yield f"- {_prose(said.message)} ({rules}, {count(said.count, 'place')})"
    for path, lines in list(said.lines.items())[:_MOST_LINES]:
        more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
        yield f"  - {_code(path)}: {', '.join(lines[:_MOST_LINES])}{more}"
    if len(said.lines) > _MOST_LINES:
        yield f"  - and in {count(len(said.lines) - _MOST_LINES, 'file')} more"


def _failures(report: Report) -> Iterator[str]:
    failed = [file for file in report.files if file.error]
    if failed:
        yield "#### Could not be processed"
        yield "\n".join(
            f"- {_code(file.path)}: {_prose(file.error.message)}" for file in failed if file.error
        )


def _diff(file: FileReport) -> str:
    diff = unified_text(file.path, *readable(file))
    fence = "`" * (max(map(len, re.findall("`+", diff)), default=2) + 1)
    fence = max(fence, "```", key=len)
    title = f"<details><summary><code>{_html(file.path)}</code></summary>"
    return f"{title}\n\n{fence}diff\n{diff}{fence}\n\n</details>"


def _with_diffs(text: str, diffs: Sequence[tuple[FileReport, str]], limit: int) -> str:
    """The text and as many whole diffs as fit, with a note of those that do not."""
    if sum(len(diff) + 2 for _, diff in diffs) + len(text) > limit:
        limit -= _ROOM_FOR_NOTE
    cut: list[str] = []
    for file, diff in diffs:
        if len(text) + len(diff) + 2 > limit:
            cut.append(file.path)
        else:
            text += f"\n\n{diff}"
    if cut:
        text = f"{_without_half_a_line(text, limit)}\n\n{_note_of_cut(cut)}"
    return text + "\n\n"


def _without_half_a_line(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rpartition("\n")[0]


def _note_of_cut(paths: Sequence[str]) -> str:
    """The names of the files whose diffs are left out, as many of them as there is room for."""
    diffs = count(len(paths), "diff")
    title = f"**{diffs} left out**, since a comment cannot be longer than this:"
    lines = [title]
    for number, path in enumerate(paths):
        line = f"- {_code(path)}"
        if sum(map(len, lines)) + len(lines) + len(line) > _ROOM_FOR_NOTE - 100:
            lines.append(f"- and {len(paths) - number} more")
            break
        lines.append(line)
    return "\n".join(lines)


def _code(text: str) -> str:
    """Code in a table or a list, with any number of backticks in it."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}".replace("|", "\\|")


def _prose(text: str) -> str:
    """Text that means nothing to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
