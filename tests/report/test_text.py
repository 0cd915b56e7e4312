from pathlib import Path

from genai_codemod.engine.result import Finding
from genai_codemod.project.outcome import FileError
from genai_codemod.report.text import count, error_line, finding_line


def test_an_error_with_a_place_counts_columns_from_one() -> None:
    line = error_line(Path("src/a.py"), FileError("invalid syntax", 3, 0))
    assert line == "src/a.py:3:1: error: invalid syntax"


def test_an_error_in_a_notebook_names_the_cell() -> None:
    line = error_line(Path("a.ipynb"), FileError("invalid syntax", 3, 0, cell=2))
    assert line == "a.ipynb:cell 2:3:1: error: invalid syntax"


def test_an_error_of_the_whole_file_has_no_place() -> None:
    assert error_line(Path("a.py"), FileError("cannot read")) == "a.py: error: cannot read"


def test_a_finding() -> None:
    finding = Finding(4, 2, "files.upload", "review", "look at the name")
    assert finding_line(Path("a.py"), finding) == "a.py:4:3: review: files.upload: look at the name"


def test_a_finding_without_a_message() -> None:
    finding = Finding(4, 2, "files.upload", "rewritten")
    assert finding_line(Path("a.py"), finding) == "a.py:4:3: rewritten: files.upload"


def test_counted_nouns() -> None:
    assert [count(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
