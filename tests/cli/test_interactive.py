"""``migrate --interactive``: each change is asked about, and what is refused goes on working."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.checks import compiles

from genai_codemod.cli import interactive
from genai_codemod.cli.main import group, run
from genai_codemod.project.answers import Answers, answers_file

APP = """\
import os
import google.generativeai as genai

genai.configure(api_key=os.environ["KEY"])
model = genai.GenerativeModel("gemini-3.6-flash")


def ask(prompt):
    return model.generate_content(prompt).candidates


def upload(path):
    file = genai.upload_file(path)
    return file.uri
"""
OTHER = """\
from app import model


def tokens():
    return model.count_tokens("Hi").total_tokens
"""
LISTED = "google-generativeai==0.8.6\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files that share a model, one call besides, and a list of packages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "other.py").write_text(OTHER)
    (tmp_path / "requirements.txt").write_text(LISTED)
    return tmp_path


def migrate(*answers: str, options: tuple[str, ...] = ()) -> Result:
    arguments = ["migrate", "--interactive", *options]
    result = CliRunner().invoke(group, arguments, input="".join(f"{each}\n" for each in answers))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def texts(project: Path) -> tuple[str, str, str]:
    names = ("app.py", "other.py", "requirements.txt")
    app, other, listed = ((project / name).read_text() for name in names)
    compiles(app.encode())
    compiles(other.encode())
    return app, other, listed


def test_yes_to_everything_is_what_a_run_without_questions_does(project: Path) -> None:
    result = migrate("yes", "yes")
    asked = texts(project)
    for name, text in (("app.py", APP), ("other.py", OTHER), ("requirements.txt", LISTED)):
        (project / name).write_text(text)
    assert CliRunner().invoke(group, ["migrate"]).exit_code == result.exit_code == 0
    assert texts(project) == asked
    assert "Change 1 of 2, app.py and other.py: model.create" in result.stdout
    assert '-model = genai.GenerativeModel("gemini-3.6-flash")\n' in result.stdout
    assert '+model = "gemini-3.6-flash"\n' in result.stdout


def test_what_is_refused_stays_in_all_files_that_share_it(project: Path) -> None:
    result = migrate("n", "y")
    app, other, listed = texts(project)
    assert other == OTHER
    assert 'model = genai.GenerativeModel("gemini-3.6-flash")\n' in app
    assert "model.generate_content(prompt).candidates" in app
    assert "client.files.upload(file=path)" in app
    assert 'genai.configure(api_key=os.environ["KEY"])\nclient = ' in app
    assert listed == "google-genai>=3.4,<4\ngoogle-generativeai==0.8.6\n"
    assert "TODO" not in app
    assert result.exit_code == 0


def test_no_to_everything_changes_nothing(project: Path) -> None:
    result = migrate("n", "n")
    assert texts(project) == (APP, OTHER, LISTED)
    assert "Nothing to change in 3 files." in result.stderr


def test_later_leaves_a_marker(project: Path) -> None:
    result = migrate("y", "l")
    app, _, _ = texts(project)
    marker = (
        "    # TODO(genai-codemod): left for later: migrate this with genai-codemod migrate -i."
    )
    assert f"{marker} [changes.later]\n    file = genai.upload_file(path)\n" in app
    assert "client.models.generate_content" in app
    assert app.count("TODO") == 1
    assert result.exit_code == 1
    again = migrate()
    assert texts(project)[0] == app
    assert "Change" not in again.stdout


def test_quitting_writes_nothing_and_the_next_run_goes_on(project: Path) -> None:
    result = migrate("n", "q")
    assert texts(project) == (APP, OTHER, LISTED)
    assert result.exit_code == 1
    assert "Nothing is written. 1 change of 2 not answered yet." in result.stdout
    assert "1 answer kept in .git/genai-codemod-answers.json" in result.stdout
    assert {each.name for each in project.iterdir()} == {
        ".git", "app.py", "other.py", "requirements.txt",
    }  # fmt: skip
    result = migrate("y")
    assert "1 change of 2 was answered before" in result.stdout
    assert "Change 1 of 2" not in result.stdout
    app, other, _ = texts(project)
    assert "client.files.upload(file=path)" in app
    assert other == OTHER
    assert migrate().stdout.startswith("1 change of 1 was answered before")


def test_the_end_of_the_input_is_to_quit(project: Path) -> None:
    assert migrate("y").exit_code == 1
    assert texts(project) == (APP, OTHER, LISTED)


def test_an_answer_holds_as_long_as_the_code_does(project: Path) -> None:
    migrate("n", "q")
    (project / "app.py").write_text("# a line more\n" + APP.replace("file =", "sent ="))
    result = migrate("q")
    assert "Change 2 of 2, app.py: files.upload" in result.stdout
    (project / "other.py").write_text(OTHER.replace('"Hi"', '"Hello"'))
    assert "Change 1 of 2" in migrate("q").stdout


def test_what_is_accepted_can_be_written_at_once(project: Path) -> None:
    result = migrate("y", "w")
    app, _, _ = texts(project)
    assert "client.models.generate_content" in app
    assert "file = genai.upload_file(path)" in app
    assert "TODO" not in app
    assert result.exit_code == 1
    result = migrate("y")
    assert "Change 1 of 1, app.py: files.upload" in result.stdout
    assert "genai.upload_file" not in texts(project)[0]


@pytest.mark.parametrize("word", ["a", "all", "A", "everything"])
def test_all_at_once(project: Path, word: str) -> None:
    assert migrate(word).stdout.count("Make this change?") == 1
    assert "generativeai" not in "".join(texts(project))


def test_all_of_a_file_is_not_all_of_the_others(project: Path) -> None:
    second = "import google.generativeai as genai\n\nprint(genai.get_file('a').uri)\n"
    (project / "second.py").write_text(second)
    assert migrate("a", "n").stdout.count("Make this change?") == 2
    assert (project / "second.py").read_text() == second
    assert "generativeai" not in texts(project)[0]


def test_none_of_a_file(project: Path) -> None:
    assert migrate("none").stdout.count("Make this change?") == 1
    assert texts(project) == (APP, OTHER, LISTED)


def test_one_can_go_back(project: Path) -> None:
    result = migrate("b", "n", "b", "y", "y")
    assert "This is the first one." in result.stdout
    assert result.stdout.count("Change 1 of 2") == 2
    assert "generativeai" not in "".join(texts(project))


@pytest.mark.usefixtures("project")
def test_rules_are_explained_and_answers_listed() -> None:
    result = migrate("e", "what", "q")
    assert "google.generativeai.GenerativeModel(model_name" in result.stdout
    assert "  y, yes         make this change\n" in result.stdout


def test_a_long_change_is_shown_when_it_is_asked_for(project: Path) -> None:
    calls = "\n\n\n\n\n".join(f"print(model.count_tokens('{n}'))" for n in range(20))
    (project / "other.py").write_text(f"from app import model\n\n{calls}\n")
    result = migrate("v", "q")
    first, _, second = result.stdout.partition("Make this change?")
    assert "more place: v shows them" in first
    assert "contents='19'" not in first
    assert "contents='19'" in second


def test_keys_are_not_shown(project: Path) -> None:
    key = "AIza" + "x1" * 18
    (project / "app.py").write_text(APP.replace('os.environ["KEY"]', f'"{key}"'))
    result = migrate("v", "y", "q")
    assert key not in result.output
    assert key not in (project / ".git" / "genai-codemod-answers.json").read_text()


def test_a_file_that_changes_meanwhile_is_left(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = APP + "\nprint('edited')\n"

    def ask(_prompt: str) -> str:
        (project / "app.py").write_text(edited)
        return "n"

    monkeypatch.setattr(interactive, "_ask", ask)
    (project / "second.py").write_text("import google.generativeai as genai\n")
    result = migrate()
    assert (project / "app.py").read_text() == edited
    assert "app.py: error: changed on disk while you were asked; run again" in result.stderr
    assert result.exit_code == 2


def test_only_what_may_be_written_is_asked_about(project: Path) -> None:
    unclear = APP + "\nprint(genai.generate_text(prompt='a'))\n"
    (project / "app.py").write_text(unclear)
    result = migrate(options=("--only-complete",))
    assert "Make this change?" not in result.stdout
    assert (project / "app.py").read_text() == unclear


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("options", [("--diff",), ("--check",), ("-",)])
def test_what_it_does_not_go_with(options: tuple[str, ...]) -> None:
    result = migrate(options=options)
    assert result.exit_code == 2
    assert "--interactive writes files" in result.stderr


def test_a_part_of_a_notebook_can_be_refused(project: Path) -> None:
    sources = [
        "import google.generativeai as genai\ngenai.configure(api_key='k')",
        "%matplotlib inline\nfile = genai.upload_file('a')",
        "print(list(genai.list_files()))",
    ]
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    notebook = project / "n.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    result = migrate("n", "y", options=("n.ipynb",))
    after = [cell["source"] for cell in json.loads(notebook.read_text())["cells"]]
    assert after[1] == sources[1]
    assert after[2] == "print(list(client.files.list()))"
    assert "n.ipynb:cell 2:2\n" in result.stdout


def test_a_block_of_a_text_can_be_refused(project: Path) -> None:
    blocks = ["genai.upload_file('a')", "print(list(genai.list_files()))"]
    text = "\n\n".join(f"```python\nimport google.generativeai as genai\n{b}\n```" for b in blocks)
    (project / "a.md").write_text(f"# A\n\n{text}\n")
    result = migrate("n", "y", options=("a.md",))
    after = (project / "a.md").read_text()
    assert "import google.generativeai as genai\ngenai.upload_file('a')\n" in after
    assert "print(list(client.files.list()))" in after
    assert "a.md:5\n" in result.stdout


def test_a_file_of_which_nothing_is_known_can_be_refused(project: Path) -> None:
    for name in ("app.py", "other.py"):
        (project / name).unlink()
    text = "import google.generativeai as genai\ngenai.configure(api_key='k')\n"
    (project / "setup_sdk.py").write_text(text)
    assert "Change 1 of 1, setup_sdk.py: imports" in migrate("n").stdout
    assert (project / "setup_sdk.py").read_text() == text


def test_answers_that_cannot_be_read_count_as_none(project: Path) -> None:
    file = project / ".git" / "genai-codemod-answers.json"
    for content in ("{", "[]", '{"format": 9}', '{"format": 1, "answers": {"a": "maybe"}}'):
        file.write_text(content)
        assert Answers.of(project, {}).known == {}


def test_answers_that_cannot_be_kept_are_no_obstacle(project: Path) -> None:
    (project / ".git" / "genai-codemod-answers.json").mkdir()
    result = migrate("y", "y")
    assert result.stdout.count("answers cannot be kept") == 1
    assert "generativeai" not in "".join(texts(project))
    assert [each.name for each in (project / ".git").iterdir()] == ["genai-codemod-answers.json"]


def test_where_answers_are_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    cache = {"XDG_CACHE_HOME": str(home)}
    outside = answers_file(project, cache)
    assert outside.is_relative_to(home)
    assert answers_file(project / "src", cache) != outside
    assert answers_file(project, {"HOME": str(home)}).is_relative_to(home)
    assert answers_file(project, {"LOCALAPPDATA": str(home / "l")}).is_relative_to(home / "l")
    (tmp_path / "kept").mkdir()
    (project / ".git").write_text("gitdir: ../kept\n")
    assert answers_file(project / "src", cache).resolve().parent == tmp_path / "kept"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_on_a_terminal(project: Path) -> None:
    import pty

    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "genai_codemod", "migrate", "-i"],
        stdin=inside,
        stdout=inside,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "TERM": "xterm",
            "COLUMNS": "60",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    os.close(inside)
    seen = b""
    for answer in (b"y\n", b"n\n"):
        end = time.monotonic() + 60
        while not seen.endswith(b"for more) \x1b[0m") and time.monotonic() < end:
            seen += os.read(terminal, 1000)
        os.write(terminal, answer)
        seen += os.read(terminal, len(answer) + 1)
    process.communicate(timeout=60)
    os.close(terminal)
    assert process.returncode == 0
    assert b"\x1b[31m-model = genai.GenerativeModel(\x1b[0m" in seen
    assert b"\x1b[1mMake this change?" in seen
    app, other, _ = texts(project)
    assert "file = genai.upload_file(path)" in app
    assert "client.models.count_tokens" in other


def test_an_interrupt_keeps_the_answers(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = iter(["y"])

    def ask(_prompt: str) -> str:
        for answer in given:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(interactive, "_ask", ask)
    assert run(["migrate", "-i"]) == 130
    assert capsys.readouterr().err.strip() == "genai-codemod: interrupted"
    assert texts(project) == (APP, OTHER, LISTED)
    assert list(Answers.of(project, {}).known.values()) == ["yes"]


def test_names_of_models_and_of_packages_in_texts_can_be_refused(project: Path) -> None:
    text = (
        '"""Run pip install google-generativeai first."""\nimport google.generativeai as genai\n\n'
        'genai.configure(api_key="k")\nmodel = genai.GenerativeModel("gemini-pro")\n'
        'print(model.count_tokens("a"))\n'
    )
    for name in ("app.py", "other.py"):
        (project / name).unlink()
    (project / "one.py").write_text(text)
    migrate("n", "n", options=("--upgrade-models",))
    assert (project / "one.py").read_text() == text
