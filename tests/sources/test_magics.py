from __future__ import annotations

import ast

import pytest

from genai_codemod.sources.magics import hide, is_python, reveal

CELLS = {
    "a shell line": "!ls -l\nx = 1",
    "a magic in a block": "if True:\n    %matplotlib inline\n    x = 1",
    "an assigned command": "files = !ls *.py\nprint(files)",
    "an assigned magic": "a, b = %sql SELECT 1",
    "help": "len?\nx = 1\n?print\nprint??",
    "a timed statement": "%time x = sum(range(3))\nx",
    "a timed statement with options": "%timeit -n 3 -r1 -o x = 1",
    "a profiled statement": "%prun -l 5 -s cumulative x = f()",
    "a command over several lines": "!pip install \\\n  rich \\\n  click\nx = 1",
    "a command without a mark": "pip install -q rich\nx = 1",
    "text like a command in a string": 'x = """\n!ls\n%time\n"""',
    "text like a magic in brackets": "x = (7\n%4\n)",
    "a statement that goes on": "x = 7 \\\n%4\n!ls",
    "no final line break": "%pwd",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_hidden_code_is_python_and_comes_back_as_it_was(cell: str) -> None:
    hidden = hide(cell, 0)
    ast.parse(hidden.text)
    assert len(hidden.origins) == len(hidden.text.splitlines())
    assert reveal(hidden.text, hidden.magics, lambda magic: magic) == cell


def test_what_only_looks_like_a_magic_is_not_hidden() -> None:
    for name in ("text like a command in a string", "text like a magic in brackets"):
        assert hide(CELLS[name], 0).text == CELLS[name]
    assert hide(CELLS["a statement that goes on"], 0).magics == ("!ls",)


def test_lines_are_found_again_behind_a_long_command() -> None:
    assert hide(CELLS["a command over several lines"], 0).origins == (1, 4)


def test_magics_are_changed_where_they_stand() -> None:
    hidden = hide("if True:\n    !ls\nx = 1", 5)
    changed = reveal(hide("!a", 0).text, ("!a",), lambda magic: magic + " b")
    assert changed == "!a b"
    assert "_genai_codemod_magic_5_" in hidden.text


@pytest.mark.parametrize("text", ["x = 1", "_genai_codemod_magic_0_\n_genai_codemod_magic_0_"])
def test_a_magic_that_got_lost_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        reveal(text, ("!ls",), str)


@pytest.mark.parametrize(
    ("cell", "python"),
    [("%%time\nx", True), ("%%bash\nls", False), ("x = 1", True), ("\n%%html\n<p>", False)],
)
def test_the_language_of_a_cell(cell: str, python: bool) -> None:
    assert is_python(cell) is python


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("x = f(\n    1,\n    b=[\n        2,\n    ],\n)", "x = f(1, b=[2])"),
        ('x = f(\n    "#",\n)', 'x = f("#")'),
        ("x = f(\n    1,  # one\n)", "x = f(\n    1,  # one\n)"),
    ],
)
def test_a_timed_statement_stays_on_its_line(statement: str, line: str) -> None:
    hidden = hide("%time x = f(1)\ny = (\n    1\n)", 0)
    after = hidden.text.replace("x = f(1)", statement)
    assert reveal(after, hidden.magics, str) == f"%time {line}\ny = (\n    1\n)"
