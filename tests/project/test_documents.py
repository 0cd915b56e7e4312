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


def test_a_broken_module_that_a_cell_writes_is_marked(tmp_path: Path) -> None:
    write_notebook(tmp_path / "a.ipynb", "x = 1", "%%writefile b.py\n" + LEGACY + "x = (\n")
    result = migrate(tmp_path)
    assert result.exit_code == 1
    assert "TODO(genai-codemod)" in sources(tmp_path / "a.ipynb")[1]


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
