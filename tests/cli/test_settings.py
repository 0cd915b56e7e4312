import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

LEGACY = "import google.generativeai as genai\n\nprint(genai.upload_file('a').uri)\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.genai-codemod]\n{text}\n")


def test_each_value_is_shown_with_where_it_comes_from(project: Path) -> None:
    configure(project, 'exclude = ["old"]\nper-file-ignores = {"a.py" = ["files"]}')
    (project / "a.py").touch()
    lines = run("settings", "a.py").stdout.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "rules = [] # default",
        'exclude = ["old"] # pyproject.toml:2',
        'per-file-ignores = {"a.py" = ["files"]} # pyproject.toml:3',
        'select = ["ALL"] # default',
        "ignore = [] # default",
        "upgrade-models = false # default",
        "only-complete = false # default",
        "# ignored in a.py: files",
    ]


@pytest.mark.parametrize("command", ["settings", "migrate"])
def test_a_mistake_is_one_line(project: Path, command: str) -> None:
    configure(project, "upgrade = true")
    result = run(command)
    assert result.exit_code == 2
    message = "there is no setting 'upgrade' (did you mean upgrade-models?)"
    assert result.stderr == f"pyproject.toml:2: {message}\n"


def test_a_path_that_does_not_exist(project: Path) -> None:
    assert run("settings", str(project / "nowhere")).exit_code == 2


def test_options_win_over_settings(project: Path) -> None:
    configure(project, 'only-complete = true\nselect = ["chat"]')
    path = project / "a.py"
    path.write_text("import google.generativeai as genai\n\ngenai.generate_text(prompt='a')\n")
    assert "TODO" in run("migrate", "--diff", "--no-only-complete", "--select=ALL").stdout
    assert run("migrate", "--diff", "--select=ALL").stdout == ""
    path.write_text(LEGACY)
    assert run("migrate", "--diff").stdout == ""
    assert "client.files.upload" in run("migrate", "--diff", "--select", "chat,files").stdout


def test_a_rule_that_does_not_exist(project: Path) -> None:
    (project / "a.py").write_text(LEGACY)
    result = run("migrate", "--ignore", "chat,fille")
    assert result.exit_code == 2
    assert "--ignore: there is no rule 'fille'" in result.stderr


def test_what_is_ignored_is_counted(project: Path) -> None:
    (project / "a.py").write_text(LEGACY)
    result = run("migrate", "--ignore=files.upload")
    assert "files.upload  1 ignored" in result.stderr
    assert result.exit_code == 0
    assert (project / "a.py").read_text() == LEGACY


def test_settings_of_each_file_are_those_around_it(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "x.py").write_text(LEGACY)
    configure(project / "a", 'ignore = ["files"]')
    configure(project / "b", 'exclude = ["y.py"]')
    (project / "b" / "y.py").write_text(LEGACY)
    assert run("migrate").stdout == "migrated b/x.py\n"


def test_what_is_passed_over_is_told(project: Path) -> None:
    (project / "a.py").write_text(LEGACY)
    (project / "old.py").write_text(LEGACY)
    (project / "other.py").touch()
    result = run("migrate", "--diff", "-v", "--exclude", "o*.py")
    assert "skipped old.py: excluded by o*.py\n" in result.stderr
    assert "1 file passed over still names the old SDK" in result.stderr
    assert "skipped" not in run("migrate", "--diff", "--exclude", "o*.py").stderr
    assert (project / "old.py").read_text() == LEGACY


def test_a_named_file_is_taken_unless_excluding_is_forced(project: Path) -> None:
    configure(project, 'exclude = ["a.py"]')
    (project / "a.py").write_text(LEGACY)
    assert run("migrate", "--check", "a.py").exit_code == 1
    assert run("migrate", "--check", "a.py", "--force-exclude").exit_code == 0


def test_a_pattern_that_means_nothing(project: Path) -> None:
    result = run("migrate", str(project), "--exclude", "!")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_comments_and_settings_hold_in_notebooks(project: Path) -> None:
    def notebook(*lines: str) -> str:
        cell = {"cell_type": "code", "metadata": {}, "source": lines, "outputs": []}
        return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

    (project / "whole.ipynb").write_text(notebook("# genai-codemod: ignore-file\n", LEGACY))
    (project / "line.ipynb").write_text(notebook(LEGACY.rstrip() + "  # genai-codemod: ignore"))
    (project / "rule.ipynb").write_text(notebook(LEGACY))
    configure(project, 'per-file-ignores = {"rule.ipynb" = ["files"]}')
    result = run("migrate", "--check", "-v")
    assert result.exit_code == 0
    assert "skipped whole.ipynb: " in result.stderr
    assert "files.upload  2 ignored" in result.stderr


def test_a_file_that_is_ignored_is_only_told_when_asked(project: Path) -> None:
    text = f"# genai-codemod: ignore-file\n{LEGACY}"
    (project / "a.py").write_text(text)
    result = run("migrate", "-v")
    assert "skipped a.py: a comment in it says genai-codemod: ignore-file\n" in result.stderr
    assert (project / "a.py").read_text() == text
    assert "skipped" not in run("migrate").stderr
    (project / "a.py").write_text(f"{text}(\n")
    assert run("migrate").exit_code == 0
