from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.sources.documents import DocumentError
from genai_codemod.sources.notebook import open_notebook


def notebook(*cells: Any, language: str = "python", **layout: Any) -> bytes:
    code = [{"cell_type": "code", "source": cell, "outputs": [{"text": cell}]} for cell in cells]
    text = {"cell_type": "markdown", "source": "a = 1"}
    kernel = {"kernelspec": {"language": language}}
    return json.dumps({"cells": [text, *code], "metadata": kernel}, **layout).encode()


def changed(data: bytes, old: str, new: str) -> bytes:
    document = open_notebook(data)
    after = document.modules[0].replace(old.encode(), new.encode())
    assert after != document.modules[0]
    migration = Migration(document.modules[0], after, edits=1)
    return document.restored([migration, *[None] * (len(document.modules) - 1)]).after


@given(
    st.lists(
        st.sampled_from(["a = 1", "!ls\n", "%%bash\nls", "b = (", "# é\n", "x = '\U0001f30a'\n"])
    ),
    st.sampled_from([None, 0, 1, 4]),
    st.booleans(),
    st.sampled_from([b"", b"\n"]),
)
def test_a_notebook_in_which_nothing_changes_stays_byte_for_byte(
    cells: list[str], indent: int | None, ascii_only: bool, end: bytes
) -> None:
    data = notebook(*cells, indent=indent, ensure_ascii=ascii_only) + end
    document = open_notebook(data)
    assert document.restored([None] * len(document.modules)).after == data


@pytest.mark.parametrize("layout", [{}, {"indent": 1}, {"separators": (",", ":")}])
@pytest.mark.parametrize("cell", [["a = 1\n", "b = 2"], "a = 1\nb = 2", ["b = 2"]])
def test_only_the_source_of_the_cell_changes(cell: Any, layout: dict[str, Any]) -> None:
    data = notebook("z = 0", cell, **layout)
    lines = [line for each in cell for line in ([each] if each != "b = 2" else ["b = 3\n", "c"])]
    new: Any = lines if isinstance(cell, list) else cell.replace("b = 2", "b = 3\nc")
    expected = json.loads(data)
    expected["cells"][2]["source"] = new
    assert changed(data, "b = 2", "b = 3\nc") == json.dumps(expected, **layout).encode()


def test_other_letters_are_written_as_the_notebook_writes_them() -> None:
    for ascii_only in (True, False):
        data = notebook(["a = 'é'\n", "b"], ensure_ascii=ascii_only)
        expected = notebook(["a = 'éß'\n", "b"], ensure_ascii=ascii_only)
        sources = json.loads(expected)["cells"][1]["source"]
        after = changed(data, "é", "éß")
        assert json.loads(after)["cells"][1]["source"] == sources
        assert after.isascii() is ascii_only


def test_a_mark_of_the_byte_order_stays() -> None:
    data = b"\xef\xbb\xbf" + notebook("a = 1")
    assert changed(data, "a = 1", "a = 2") == data.replace(
        b'"source": "a = 1", "o', b'"source": "a = 2", "o'
    )


def test_definitions_of_one_cell_are_known_in_the_next() -> None:
    (module,) = open_notebook(notebook("import a", "%%time\na.b", "%%bash\na.c", "a.d(")).modules
    assert module.startswith(b"import a\n")
    assert b"a.b" in module
    assert b"a.c" not in module
    assert b"a.d" not in module


def test_a_module_that_a_cell_writes_is_a_program_of_its_own() -> None:
    document = open_notebook(notebook("import a", "%%writefile b.py\nimport b\n"))
    assert document.modules == (b"import a\n", b"import b\n")
    after = document.restored([None, Migration(b"import b\n", b"import c\n", edits=1)]).after
    assert json.loads(after)["cells"][2]["source"] == "%%writefile b.py\nimport c\n"


def test_findings_have_the_cell_and_the_line_in_it() -> None:
    document = open_notebook(notebook("a = 1", "!ls \\\n -l\n\nb = 2"))
    line = document.modules[0].splitlines().index(b"b = 2") + 1
    findings = (Finding(line, 0, "x", "note"),)
    module = document.modules[0]
    (finding,) = document.restored([Migration(module, module, findings)]).findings
    assert (finding.cell, finding.line) == (2, 4)


def test_a_notebook_in_another_language_has_no_code() -> None:
    assert open_notebook(notebook("x <- 1", language="R")).modules == (b"",)


def test_a_lost_cell_is_an_error() -> None:
    document = open_notebook(notebook("a = 1", "b = 2"))
    module = document.modules[0]
    with pytest.raises(ValueError, match="told apart"):
        document.restored([Migration(module, b"a = 1\n", edits=1)])


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"worksheets": []}', b"caf\xe9", b'{"cells": 1}'])
def test_what_is_no_notebook_is_an_error(data: bytes) -> None:
    with pytest.raises(DocumentError):
        open_notebook(data)


@pytest.mark.parametrize(
    "cell", ["x = '\ud800'\n", "%%writefile a.py\nx = '\ud800'\n", "x = " + "lambda: " * 30_000]
)
def test_a_cell_that_no_parser_takes_stays(cell: str) -> None:
    data = notebook("b = 1", cell)
    new = data.replace(b'"source": "b = 1"', b'"source": "b = 2"')
    assert changed(data, "b = 1", "b = 2") == new


def test_what_is_left_and_marked_is_a_finding() -> None:
    use = ["import google.generativeai as genai\n", "m = genai.GenerativeModel('a')"]
    data = notebook(
        use, "if True:\n    x = %time m.generate_content('b')", "genai.configure(", "b("
    )
    document = open_notebook(data)
    findings = document.restored([None]).findings
    assert [(each.rule, each.status, each.cell, each.line) for each in findings] == [
        ("code.magic", "manual", 2, 2),
        ("code.broken", "manual", 3, 1),
    ]


@pytest.mark.parametrize(
    "lines", [["x = '\u2028'\n", "\f\n", "b"], ["x = '\u2028", "'\n", "\f", "\n", "b"]]
)
def test_lines_end_where_the_notebook_ends_them(lines: list[str]) -> None:
    expected = json.loads(notebook(lines))
    expected["cells"][1]["source"] = [*lines[:-1], "c\n", "d"]
    assert changed(notebook(lines), "b", "c\nd") == json.dumps(expected).encode()


@pytest.mark.parametrize(
    ("cell", "marked"),
    [
        ("%lprun -f f genai.configure()", True),
        ("%%memit\ngenai.configure()", True),
        ("%%ai chat\ntell me of genai.configure and so on", False),
        ("%%bash\ngenai.sh", False),
        ("%pwd", False),
        ("!pip show google-generativeai", False),
    ],
)
def test_magics_that_run_code_are_marked_in_cells_of_their_own(cell: str, marked: bool) -> None:
    document = open_notebook(notebook("import google.generativeai as genai", cell))
    findings = document.restored([None]).findings
    assert [each.rule for each in findings] == ["code.magic"] * marked
