"""Rules besides the default ones: installed packs by their names, files by their paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

PACK = """
from importlib.resources import files

from genai_codemod.engine.rule_files import load_pack


def load():
    return load_pack(files(__name__))
"""
HEAD = "name: old-asking\npackages: [acme.asking]\nsuccessor_module: google.genai\n"
RULES = """
- rule: asking.count
  legacy: acme.asking.count(text)
  becomes: client.models.count_tokens(model="m", contents=text)
"""
PROGRAM = "from acme import asking\n\nprint(asking.count('two words'))\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a program, beside an installed distribution that offers a pack."""
    site = tmp_path / "site"
    pack = site / "asking_rules"
    pack.mkdir(parents=True)
    (pack / "__init__.py").write_text(PACK)
    (pack / "pack.yaml").write_text(HEAD)
    (pack / "rules.yaml").write_text(RULES)
    information = site / "asking_rules-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: asking-rules\nVersion: 1.0\n"
    )
    entry_points = "[genai_codemod.rules]\nasking = asking_rules\n"
    (information / "entry_points.txt").write_text(entry_points)
    monkeypatch.syspath_prepend(site)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text(PROGRAM)
    monkeypatch.chdir(folder)
    return folder


def test_an_installed_pack_is_off_until_it_is_named(project: Path) -> None:
    assert run("migrate", ".").exit_code == 0
    assert (project / "a.py").read_text() == PROGRAM
    result = run("migrate", ".", "--rules", "asking")
    assert result.exit_code == 0, result.stderr
    assert "client.models.count_tokens" in (project / "a.py").read_text()


def test_settings_name_packs_and_their_rules(project: Path) -> None:
    settings = project / "pyproject.toml"
    settings.write_text('[tool.genai-codemod]\nignore = ["asking.count"]\nrules = ["asking"]\n')
    assert run("migrate", ".").exit_code == 0
    assert (project / "a.py").read_text() == PROGRAM
    settings.write_text('[tool.genai-codemod]\nrules = ["asking"]\n')
    assert run("migrate", ".").exit_code == 0
    assert "client.models.count_tokens" in (project / "a.py").read_text()


def test_an_unknown_pack_is_one_line(project: Path) -> None:
    result = run("migrate", "--rules", "askin")
    assert result.exit_code == 2
    assert result.stderr == "Error: --rules: there are no rules 'askin' (did you mean asking?)\n"
    (project / "pyproject.toml").write_text('[tool.genai-codemod]\nrules = [\n  "askin",\n]\n')
    result = run("migrate")
    assert result.exit_code == 2
    message = "there are no rules 'askin' (did you mean asking?)"
    assert result.stderr == f"pyproject.toml:3: {message}\n"


@pytest.mark.usefixtures("project")
def test_packs_work_on_standard_input() -> None:
    result = CliRunner().invoke(group, ["migrate", "-", "--rules", "asking"], input=PROGRAM)
    assert "client.models.count_tokens" in result.stdout


def test_rules_and_reports_know_added_packs(project: Path) -> None:
    assert run("rules", "acme.asking").exit_code == 1
    assert run("rules", "acme.asking", "--rules", "asking").stdout.startswith("asking.count\t")
    assert "acme.asking.count(text)" in run("explain", "asking.count", "--rules=asking").stdout
    report = run("migrate", "--check", "--rules", "asking", "--format", "json")
    (file,) = json.loads(report.stdout)["files"]
    assert [finding["rule"] for finding in file["findings"]] == ["asking.count"]
    (project / "pyproject.toml").write_text('[tool.genai-codemod]\nrules = ["asking"]\n')
    assert run("rules", "acme.asking").exit_code == 0
