import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod import Options
from genai_codemod.cli.main import group
from genai_codemod.library.places import chosen_executor
from genai_codemod.library.runs import seconds
from genai_codemod.library.scope import Scoping

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
        'client-name = "client" # default',
        'format = "text" # default',
        "# output: standard output # default",
        "# jobs: one for each core # default",
        "# timeout: 60 seconds # default",
        "# ignored in a.py: files",
    ]


def shown(*arguments: str) -> dict[str, str]:
    """The settings that are printed: where each value comes from, by what is said."""
    result = run("settings", *arguments)
    assert result.exit_code == 0, result.output
    lines = (line.rpartition("  # ") for line in result.stdout.splitlines())
    return {said.rstrip(): origin for said, _, origin in lines}


def test_options_are_shown_over_settings(project: Path) -> None:
    configure(project, 'exclude = ["old"]\njobs = 2\nformat = "json"\noutput = "a/b.json"')
    lines = shown("--exclude=new", "--select=chat", "--client-name=gemini", "--timeout=5")
    assert lines['exclude = ["old", "new"]'] == "pyproject.toml:2, command line"
    assert lines['select = ["chat"]'] == "command line"
    assert lines['client-name = "gemini"'] == "command line"
    assert lines["timeout = 5.0"] == "command line"
    assert lines["jobs = 2"] == "pyproject.toml:3"
    assert lines['output = "a/b.json"'] == "pyproject.toml:5"


def test_the_file_of_a_report_is_that_of_its_form(project: Path) -> None:
    (project / "a").mkdir()
    configure(project, 'format = "json"\noutput = "a/b.json"')
    assert shown("--format", "html")['output = "-"'] == "command line"
    assert shown("--output", "a/c.json")['format = "json"'] == "pyproject.toml:2"


def test_a_report_is_made_as_settings_say(project: Path) -> None:
    configure(project, 'format = "json"\noutput = "sub/report.json"')
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text(LEGACY)
    result = run("migrate", "--check")
    assert result.stdout == "would migrate sub/a.py\n"
    report = project / "sub" / "report.json"
    assert json.loads(report.read_text())["summary"]["changed"] == 1
    report.unlink()
    assert "<!doctype html>" in run("migrate", "--check", "--format", "html").stdout
    assert run("migrate", "--diff", "--format", "text").stdout.startswith("--- a/sub/a.py")
    assert not report.exists()
    assert json.loads(run("migrate", "--check", "--output", "-").stdout)["written"] is False


def test_a_diff_that_is_asked_for_is_printed_whatever_settings_say(project: Path) -> None:
    configure(project, 'format = "json"')
    (project / "a.py").write_text(LEGACY)
    assert run("migrate", "--diff").stdout.startswith("--- a/a.py")
    assert run("migrate", "--diff", "--format=json").stdout.startswith("{")


def test_nothing_is_migrated_where_the_report_cannot_be_written(project: Path) -> None:
    configure(project, 'format = "json"\noutput = "nowhere/report.json"')
    (project / "a.py").write_text(LEGACY)
    result = run("migrate")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot write nowhere/report.json" in result.stderr
    assert (project / "a.py").read_text() == LEGACY


def test_each_file_has_the_client_of_its_settings(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "x.py").write_text(LEGACY)
    configure(project, 'client-name = "gemini"')
    configure(project / "b", 'client-name = "llm"')
    diff = run("migrate", "--diff").stdout
    assert "gemini.files.upload(" in diff
    assert "llm.files.upload(" in diff
    assert run("migrate", "--diff", "--client-name=files").stdout.count("files.files.upload(") == 2
    wrong = run("migrate", "--client-name=input")
    assert wrong.exit_code == 2
    assert "'input' is a builtin of Python" in wrong.stderr


def test_each_file_is_migrated_as_completely_as_its_settings_say(project: Path) -> None:
    program = "import google.generativeai as genai\n\ngenai.generate_text(prompt='a')\n"
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "x.py").write_text(program)
    configure(project / "b", "only-complete = true")
    result = run("migrate")
    assert "TODO(genai-codemod)" in (project / "a" / "x.py").read_text()
    assert (project / "b" / "x.py").read_text() == program
    assert "left b/x.py" in result.stderr


RETIRED = "import google.generativeai as genai\n\nm = genai.GenerativeModel('gemini-1.5-pro')\n"


def test_models_are_upgraded_where_settings_say_so(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "x.py").write_text(f"{RETIRED}print(m.generate_content('a').text)\n")
    configure(project / "b", "upgrade-models = true")
    run("migrate")
    assert "gemini-1.5-pro" in (project / "a" / "x.py").read_text()
    assert "gemini-1.5-pro" not in (project / "b" / "x.py").read_text()


def test_models_of_a_program_are_upgraded_where_all_of_its_settings_say_so(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "__init__.py").touch()
    (project / "a" / "x.py").write_text(RETIRED)
    (project / "b" / "y.py").write_text("from a.x import m\nprint(m.generate_content('a').text)\n")
    configure(project / "a", "upgrade-models = true")
    assert "gemini-1.5-pro" in run("migrate", "--diff").stdout.replace(RETIRED, "")
    configure(project / "b", "upgrade-models = true")
    result = run("migrate")
    assert "gemini-1.5-pro" not in (project / "a" / "x.py").read_text(), result.output


def test_jobs_and_the_limit_of_time_are_those_of_settings(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, "jobs = 3\ntimeout = 5")
    scope = Scoping(Options()).of([project])
    monkeypatch.setattr("genai_codemod.library.places.local", lambda jobs, _prepare: jobs)
    jobs: list[object] = [
        chosen_executor(each, scope.settings) for each in (Options(), Options(jobs=1))
    ]
    assert jobs == [3, 1]
    limits = (seconds(each, scope) for each in (Options(), Options(timeout=0)))
    assert list(limits) == [5.0, 0.0]
    assert callable(chosen_executor(Options(executor="dask://host:1"), scope.settings))


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
