"""Notebooks and texts in a run over a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

LEGACY = "import google.generativeai as genai\n"


def migrate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["migrate", *map(str, arguments)])


def write_notebook(path: Path, *cells: str) -> None:
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    path.write_text(json.dumps({"cells": code}), encoding="utf-8")


def sources(path: Path) -> list[str]:
    return [cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def test_a_notebook_uses_a_model_of_a_module_beside_it(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        LEGACY + 'model = genai.GenerativeModel("gemini-2.5-flash")\n'
    )
    write_notebook(
        tmp_path / "try.ipynb", "from models import model", 'model.generate_content("Hi").text'
    )
    assert migrate(tmp_path).exit_code == 0
    assert "client.models.generate_content(model=model" in sources(tmp_path / "try.ipynb")[1]


def test_no_module_is_looked_for_in_a_notebook(tmp_path: Path) -> None:
    write_notebook(tmp_path / "models.ipynb", LEGACY, "model = genai.GenerativeModel('m')")
    (tmp_path / "use.py").write_text('from models import model\nmodel.generate_content("Hi")\n')
    migrate(tmp_path)
    assert "import model\n" in (tmp_path / "use.py").read_text()


def test_one_broken_document_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text('{"cells": [generativeai')
    (tmp_path / "latin.md").write_bytes(b"```python\n" + LEGACY.encode() + b"# \xe9\n```\n")
    (tmp_path / "fine.py").write_text(LEGACY)
    result = migrate(tmp_path)
    assert result.exit_code == 2
    assert "broken.ipynb:1:12: error: is not valid JSON" in result.stderr
    assert "latin.md: error: cannot be decoded" in result.stderr
    assert "generativeai" not in (tmp_path / "fine.py").read_text()


def test_findings_name_the_cell(tmp_path: Path) -> None:
    write_notebook(tmp_path / "a.ipynb", LEGACY, "\ngenai.chat()")
    result = migrate("-v", tmp_path)
    assert "a.ipynb:cell 2:2:1: manual: palm.chat" in result.stderr


def test_an_unrelated_notebook_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("not JSON at all")
    assert migrate(tmp_path).exit_code == 0


@pytest.mark.parametrize("name", ["CHANGELOG.md", "HISTORY.rst", "docs/release-notes.md"])
def test_what_tells_of_earlier_versions_is_left(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    text = (
        f"Needs `pip install google-generativeai`.\n\n```python\n{LEGACY}genai.configure()\n```\n"
    )
    path.write_text(text)
    result = migrate(tmp_path)
    assert result.exit_code == 0
    assert path.read_text() == text
    assert "what was said of earlier versions stays" in result.stderr


def test_a_broken_module_that_a_cell_writes_is_marked(tmp_path: Path) -> None:
    write_notebook(tmp_path / "a.ipynb", LEGACY, "%%writefile b.py\n" + LEGACY + "x = (\n")
    assert migrate(tmp_path).exit_code == 1
    first, second = sources(tmp_path / "a.ipynb")
    assert "generativeai" not in first
    assert second.startswith("%%writefile b.py\n# TODO(genai-codemod): ")


def test_a_magic_with_an_object_of_another_module_is_marked(tmp_path: Path) -> None:
    model = "genai.configure()\nmodel = genai.GenerativeModel('gemini-2.5-flash')\n"
    (tmp_path / "models.py").write_text(LEGACY + model)
    cells = [
        "from models import model",
        "model.count_tokens('Hi')",
        "x = %time model.count_tokens(1)",
    ]
    write_notebook(tmp_path / "a.ipynb", *cells)
    result = migrate("--only-complete", tmp_path)
    assert "a.ipynb:cell 3:1 needs a person" in result.stderr
    assert migrate("-v", tmp_path).exit_code == 1
    assert sources(tmp_path / "a.ipynb")[2].startswith("# TODO(genai-codemod): ")


USE = LEGACY + "genai.configure()\n"
INSTALL = "!pip install google-generativeai"


@pytest.mark.parametrize(
    "comment",
    ["# genai-codemod: ignore-file\nx = 1", "import a\n# genai-codemod: ignore-file\n" + USE],
)
def test_an_ignored_notebook_is_not_touched(tmp_path: Path, comment: str) -> None:
    write_notebook(tmp_path / "a.ipynb", INSTALL, comment, USE, "genai.configure(")
    before = (tmp_path / "a.ipynb").read_bytes()
    result = migrate("-v", tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == before
    assert "skipped" in result.stderr


@pytest.mark.parametrize(
    "comment", ["<!-- genai-codemod: ignore-file -->", ".. genai-codemod: ignore-file"]
)
@pytest.mark.parametrize("name", ["a.md", "a.rst"])
def test_an_ignored_text_is_not_touched(tmp_path: Path, name: str, comment: str) -> None:
    text = f"{comment}\n\n`pip install google-generativeai`\n\n>>> {LEGACY}"
    (tmp_path / name).write_text(text)
    migrate(tmp_path)
    assert (tmp_path / name).read_text() == text
    (tmp_path / name).write_text(text.replace("ignore-file", "see above"))
    migrate(tmp_path)
    assert "google-generativeai" not in (tmp_path / name).read_text()


def test_a_notebook_whose_code_is_ignored_keeps_the_rest_too(tmp_path: Path) -> None:
    write_notebook(tmp_path / "a.ipynb", INSTALL, USE, "genai.configure(")
    before = (tmp_path / "a.ipynb").read_bytes()
    migrate("--ignore", "ALL", tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == before
