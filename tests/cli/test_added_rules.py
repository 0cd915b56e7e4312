"""Rules besides the default ones: installed packs by their names, files by their paths."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.engine.custom.rule_file import load_file

PACK = """
from importlib.resources import files

from genai_codemod.engine.rule_packs.rule_files import load_pack


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


YAML = "- {rule: acme.ask, legacy: acme.llm.ask(prompt), becomes: acme.ai.complete(prompt)}\n"
PYTHON = """
from genai_codemod.rules import rule


@rule("acme.embed", calls="acme.llm.embed(text)")
def embed(call):
    return call.becomes("acme.ai.vectors(text)")
"""


def test_files_named_in_settings_lie_beside_them(project: Path) -> None:
    (project / "rules").mkdir()
    (project / "rules" / "team.yaml").write_text(YAML)
    (project / "rules" / "team.py").write_text(PYTHON)
    rules = 'rules = ["rules/team.yaml", "rules/team.py:embed"]'
    (project / "pyproject.toml").write_text(f"[tool.genai-codemod]\n{rules}\n")
    inner = project / "src"
    inner.mkdir()
    program = "from acme import llm\n\nllm.ask(llm.embed('a'))\n"
    (inner / "a.py").write_text(program)
    assert run("migrate", "src").exit_code == 0
    after = "from acme import ai\n\nai.complete(ai.vectors('a'))\n"
    assert (inner / "a.py").read_text() == after
    (project / "rules" / "team.yaml").write_text(YAML.replace("legacy", "legcy"))
    result = run("migrate", "src")
    assert result.exit_code == 2
    assert result.stderr.startswith("rules/team.yaml:1:20: unknown key 'legcy' in rule acme.ask")


def test_both_old_sdks_in_one_file(project: Path) -> None:
    (project / "team.yaml").write_text(YAML)
    (project / "b.py").write_text(
        "import google.generativeai as genai\nfrom acme.llm import ask\n\n"
        "genai.configure(api_key='k')\nask(genai.upload_file('a').uri)\n"
    )
    assert run("migrate", "b.py", "--rules", "team.yaml", "-q").exit_code == 0
    assert (project / "b.py").read_text().endswith("complete(client.files.upload(file='a').uri)\n")


def test_what_needs_a_person_is_counted_and_marked(project: Path) -> None:
    (project / "team.yaml").write_text(YAML)
    (project / "b.py").write_text("from acme.llm import ask\n\nask(*x)\n")
    result = run("migrate", "b.py", "--rules", "team.yaml")
    assert result.exit_code == 1
    assert "1 place is left for you" in result.stderr
    assert "TODO(genai-codemod)" in (project / "b.py").read_text()


def test_a_distribution_offers_rules_in_python(project: Path) -> None:
    site = project.parent / "site"
    (site / "acme_rules.py").write_text(f"{PYTHON}\n\nrules = [embed]\n")
    entry_points = "[genai_codemod.rules]\nacme = acme_rules:rules\nbroken = acme_rules:gone\n"
    (site / "asking_rules-1.0.dist-info" / "entry_points.txt").write_text(entry_points)
    (project / "b.py").write_text("from acme import llm\n\nllm.embed('a')\n")
    for rules in ("acme", "acme_rules:rules", "acme_rules:embed"):
        result = run("migrate", "b.py", "--diff", "--rules", rules)
        assert "+ai.vectors('a')" in result.stdout
    result = run("migrate", "b.py", "--rules", "broken")
    assert result.exit_code == 2
    assert result.stderr == "Error: acme_rules:gone: there is no 'gone'\n"


def test_the_wrapper_may_be_part_of_the_project(project: Path) -> None:
    (project / "team.yaml").write_text(YAML)
    package = project / "src" / "acme"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "llm.py").write_text("def ask(prompt):\n    return prompt\n")
    (package / "app.py").write_text("from .llm import ask\n\nask('a')\n")
    (package / "main.py").write_text("from . import llm\n\nllm.ask('a')\n")
    assert run("migrate", ".", "--rules", "team.yaml", "-q").exit_code == 0
    assert (package / "app.py").read_text() == "from acme.ai import complete\n\ncomplete('a')\n"
    assert (package / "main.py").read_text() == "from acme import ai\n\nai.complete('a')\n"
    assert (package / "llm.py").read_text() == "def ask(prompt):\n    return prompt\n"


def test_files_that_git_tracks_are_found_by_the_names_of_added_rules(project: Path) -> None:
    (project / "team.yaml").write_text(YAML)
    (project / "b.py").write_text("from acme.llm import ask\n\nask('a')\n")
    (project / "c.py").write_text("from .llm import ask\n\nprint(ask)\n")
    for command in (("init", "-q"), ("add", ".")):
        subprocess.run(["git", *command], cwd=project, check=True)
    result = run("migrate", ".", "--rules", "team.yaml", "--diff")
    assert "+complete('a')" in result.stdout
    pack = load_file("team.yaml", YAML.encode())
    assert pack.words == {b"ask"}
    assert pack.is_named_in(b"from .llm import ask")
    assert not pack.is_named_in(b"from llm import ask")
