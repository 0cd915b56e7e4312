from __future__ import annotations

import json
import time

import pytest

from genai_codemod.report.formats.side_by_side import Row, hunks, pieces, readable
from genai_codemod.report.model import FileReport


def changed(before: str, after: str, path: str = "a.py") -> FileReport:
    return FileReport(path, "changed", (), before, after)


def shown(file: FileReport) -> list[tuple[str | None, str | None]]:
    return [
        (row.before.text if row.before else None, row.after.text if row.after else None)
        for hunk in hunks(file)
        for row in hunk.rows
    ]


def test_lines_that_are_alike_stand_beside_each_other() -> None:
    before = "model = make('a')\nanswer = model.ask(text)\n"
    after = "# TODO: look\nimport this\nanswer = client.ask(text)\nmodel = make\n"
    assert shown(changed(before, after)) == [
        ("model = make('a')", None),
        (None, "# TODO: look"),
        (None, "import this"),
        ("answer = model.ask(text)", "answer = client.ask(text)"),
        (None, "model = make"),
    ]


def test_what_differs_within_a_line_is_known() -> None:
    (hunk,) = hunks(changed("x = genai.ask(text)\n", "x = client.models.ask(text)\n"))
    left, right = pieces(hunk.rows[0])
    assert left == [("x = ", False), ("genai", True), (".ask(text)", False)]
    assert [text for text, differs in right if differs] == ["client.models"]


def test_the_lines_between_are_counted() -> None:
    lines = [f"line {number}\n" for number in range(40)]
    after = [*lines[:10], "new\n", *lines[10:30], *lines[31:]]
    found = list(hunks(changed("".join(lines), "".join(after))))
    assert [hunk.skipped for hunk in found] == [7, 14]
    numbers = [(row.before and row.before.number) for row in found[1].rows]
    assert numbers == [28, 29, 30, 31, 32, 33, 34]


def notebook(*cells: str) -> str:
    shown = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "-"}, *shown]})


def test_a_notebook_is_shown_by_its_cells() -> None:
    file = changed(notebook("a = 1", "b = 2\nc = 3"), notebook("a = 1", "b = 2\nc = 4"), "a.ipynb")
    rows: list[Row] = [row for hunk in hunks(file) for row in hunk.rows]
    assert shown(file)[-3:] == [("cell 2", "cell 2"), ("b = 2", "b = 2"), ("c = 3", "c = 4")]
    last = rows[-1].before
    assert last is not None
    assert (last.cell, last.number) == (2, 2)
    assert readable(file)[1] == "# cell 1\na = 1\n# cell 2\nb = 2\nc = 4\n"


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"cells": [1]}'])
def test_a_notebook_that_cannot_be_read_is_shown_as_it_is(broken: str) -> None:
    file = changed(broken, notebook("a"), "a.ipynb")
    assert readable(file) == (broken, notebook("a"))


def test_many_lines_that_are_the_same_take_no_time() -> None:
    lines = ['    "\\n",\n'] * 30_000
    after = [*lines[:15_000], "new\n", *lines[15_000:]]
    start = time.process_time()
    assert list(hunks(changed("".join(lines), "".join(after))))
    assert time.process_time() - start < 5
