from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.report import formats
from genai_codemod.report.formats import FORMATS

KEY = "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"
LEGACY = f"""import google.generativeai as genai
genai.configure(api_key="{KEY}")
print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    path = tmp_path / "app.py"
    path.write_text(LEGACY)
    return path


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments])


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_goes_to_standard_output_alone(app: Path, form: str) -> None:
    result = migrate("--check", "--format", form, "app.py")
    assert result.exit_code == 1
    assert "would migrate" not in result.stdout
    assert "app.py" in result.stdout
    assert app.read_text() == LEGACY


@pytest.mark.usefixtures("app")
def test_a_report_in_a_file_leaves_the_terminal_as_it_is() -> None:
    result = migrate("--format", "json", "--output", "report.json", "app.py")
    assert result.exit_code == 0
    assert result.stdout == "migrated app.py\n"
    report = json.loads(Path("report.json").read_text())
    assert report["written"] is True
    assert [file["path"] for file in report["files"]] == ["app.py"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("arguments", [["--diff"], ["-v", "--check"], ["--format", "html"]])
def test_no_key_is_ever_shown(arguments: list[str]) -> None:
    result = migrate(*arguments, "app.py")
    assert KEY not in result.output
    assert KEY[:12] not in result.output
    assert "a key stands in the code" in result.output


def test_a_report_in_the_repository_is_no_text_to_migrate(app: Path) -> None:
    app.write_text(f"{LEGACY}genai.chat(prompt='Hello')\n")
    assert migrate("--check", "--format", "markdown", "--output", "plan.md", ".").exit_code == 1
    assert "# TODO(genai-codemod)" in Path("plan.md").read_text(encoding="utf-8")
    again = migrate("--check", "-v", ".")
    assert "skipped plan.md: " in again.stderr
    app.unlink()
    assert migrate("--check", ".").exit_code == 0


def test_a_migrated_file_keeps_its_key(app: Path) -> None:
    migrate("--format", "sarif", "app.py")
    assert KEY in app.read_text()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "x.json", "app.py"], "--output needs a --format"),
        (["--format", "json", "--output", "no/such/x.json", "app.py"], "cannot write no/such"),
        (["--format", "json", "-"], "with standard input there is no report"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: list[str], message: str) -> None:
    result = migrate(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_can_say_that_something_is_ignored(app: Path, form: str) -> None:
    ignored = 'file = genai.upload_file("a")  # genai-codemod: ignore\nprint(file.uri)\n'
    app.write_text(LEGACY + ignored)
    result = migrate("--check", "--format", form, "app.py")
    assert result.exit_code == 1
    if form == "json":
        schema = json.loads(files(formats).joinpath("schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(json.loads(result.stdout), schema)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_can_name_a_file_whose_name_is_no_text(app: Path, form: str) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    app.rename(name)
    result = migrate("-q", "--check", "--format", form, "--output", "report", name)
    assert result.exit_code == 1
    report = Path("report").read_text(encoding="utf-8")
    assert re.search(r"caf(\\udce9|%E9|\ufffd)\.py", report)
