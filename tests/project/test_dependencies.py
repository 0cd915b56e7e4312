import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

CLEAN = """\
import google.generativeai as genai

genai.configure(api_key="k")
model = genai.GenerativeModel("gemini-3.6-flash")
print(model.generate_content("Hi").text)
"""
MARKED = """\
import google.generativeai as genai

genai.configure(api_key="k")
print(genai.generate_text(prompt="Hi"))
print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hi").text)
"""
OLD = "flask\ngoogle-generativeai>=0.8\n"
NEW = "flask\ngoogle-genai>=3.4\n"
BOTH = "flask\ngoogle-genai>=3.4\ngoogle-generativeai>=0.8\n"


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments])


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, newline="")


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_package_is_exchanged_once_all_code_is_migrated() -> None:
    write({"app.py": CLEAN, "requirements.txt": OLD, ".github/workflows/a.yml": "- pip install x"})
    result = migrate()
    assert Path("requirements.txt").read_text() == NEW
    assert result.stdout == "migrated app.py\nmigrated requirements.txt\n"
    assert "dependencies.replaced  1 rewritten" in result.stderr
    assert result.exit_code == 0
    again = migrate()
    assert (again.stdout, again.exit_code) == ("", 0)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(MARKED, id="a marker"),
        pytest.param("import google.generativeai as genai\nx = 'Hi'[:\n", id="an error"),
        pytest.param("# TODO(genai-codemod): by hand\nanswer = 1\n", id="an old marker"),
    ],
)
def test_the_old_package_stays_beside_the_new_one_while_a_file_needs_it(other: str) -> None:
    write({"app.py": CLEAN, "tools/other.py": other, "requirements.txt": OLD})
    result = migrate("-v")
    assert Path("requirements.txt").read_text() == BOTH
    note = "google-generativeai stays: tools/other.py still needs it"
    assert f"requirements.txt:2:1: note: dependencies.kept: {note}\n" in result.stderr
    assert f"Noted, and left as it is:\n  {note}, 1 place\n" in result.stderr
    migrate()
    assert Path("requirements.txt").read_text() == BOTH


def test_a_held_file_keeps_what_it_needs() -> None:
    write({"app.py": CLEAN, "old.py": MARKED, "requirements.txt": OLD})
    migrate("--only-complete")
    assert Path("old.py").read_text() == MARKED
    assert Path("requirements.txt").read_text() == BOTH


def test_nothing_is_added_while_all_files_are_held() -> None:
    write({"old.py": MARKED, "requirements.txt": OLD})
    result = migrate("--only-complete")
    assert Path("requirements.txt").read_text() == OLD
    assert "google-generativeai stays: old.py still needs it" in result.stderr


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_write_nothing(option: str) -> None:
    write({"app.py": CLEAN, "requirements.txt": OLD})
    result = migrate(option)
    assert Path("requirements.txt").read_text() == OLD
    assert ("would migrate requirements.txt" in result.stdout) == (option == "--check")
    assert ("+google-genai>=3.4\n" in result.stdout) == (option == "--diff")
    assert result.exit_code == 1


def test_a_change_to_a_dependency_file_alone_fails_a_check() -> None:
    write({"app.py": "from google import genai\n", "requirements.txt": OLD})
    assert migrate("--check", "-q").exit_code == 1


def test_code_outside_of_the_run_is_looked_at() -> None:
    write({"src/app.py": CLEAN, "tests/test_app.py": CLEAN, "requirements.txt": OLD})
    migrate("src", "requirements.txt")
    assert Path("tests/test_app.py").read_text() == CLEAN
    assert Path("requirements.txt").read_text() == BOTH


def test_a_file_outside_of_the_run_is_not_touched() -> None:
    write({"src/app.py": CLEAN, "requirements.txt": OLD})
    migrate("src")
    assert Path("requirements.txt").read_text() == OLD


def test_a_dependency_file_that_is_named_is_not_read_as_python() -> None:
    write({"requirements.txt": OLD, "pyproject.toml": "[project]\n"})
    result = migrate("requirements.txt", "pyproject.toml")
    assert Path("requirements.txt").read_text() == NEW
    assert result.exit_code == 0
    assert result.stderr.startswith("Changed 1 of 2 files")


def test_each_service_of_a_repository_lists_what_it_needs() -> None:
    Path(".git").mkdir()
    write(
        {
            "one/app.py": CLEAN,
            "one/requirements/base.txt": OLD,
            "one/docker/Dockerfile": "RUN pip install google-generativeai\n",
            "two/app.py": MARKED,
            "two/requirements.txt": OLD,
            "shared/llm.py": MARKED,
            "three/app.py": CLEAN + "import shared.llm\n",
            "three/requirements.txt": OLD,
            "four/app.py": "print('Hi')\n",
            "four/requirements.txt": OLD,
            "requirements.txt": OLD,
        }
    )
    migrate()
    assert Path("one/requirements/base.txt").read_text() == NEW
    assert Path("one/docker/Dockerfile").read_text() == 'RUN pip install "google-genai>=3.4"\n'
    assert Path("two/requirements.txt").read_text() == BOTH
    assert Path("three/requirements.txt").read_text() == BOTH
    assert Path("four/requirements.txt").read_text() == OLD
    assert Path("requirements.txt").read_text() == BOTH


def test_a_package_that_is_only_listed_is_exchanged_if_nothing_needs_it() -> None:
    pin = "google-ai-generativelanguage==0.6.15\n"
    write({"app.py": "print('Hi')\n", "requirements.txt": OLD, "constraints.txt": pin})
    result = migrate("-v")
    assert Path("requirements.txt").read_text() == NEW
    note = "no code here imports google-generativeai: see whether another package needs it"
    assert f"requirements.txt:2:1: note: dependencies.replaced: {note}\n" in result.stderr
    assert Path("constraints.txt").read_text() == pin


def test_what_was_migrated_before_is_no_reason_for_a_note() -> None:
    write({"app.py": "from google import genai\n", "requirements.txt": OLD})
    assert "Noted" not in migrate().stderr
    assert Path("requirements.txt").read_text() == NEW


def test_a_script_lists_what_it_needs_itself() -> None:
    head = '# /// script\n# dependencies = ["google-generativeai"]\n# ///\n'
    write({"ask.py": head + CLEAN, "old.py": head + MARKED, "other.py": "print('Hi')\n"})
    result = migrate()
    assert '["google-genai>=3.4"]' in Path("ask.py").read_text()
    assert '["google-genai>=3.4", "google-generativeai"]' in Path("old.py").read_text()
    assert result.stdout == "migrated ask.py\nmigrated old.py (3 markers left)\n"


def test_a_notebook_that_was_not_migrated_needs_the_old_package() -> None:
    cell = '{"cells": [{"source": ["import google.generativeai as genai\\n", "genai.rewind()"]}]}'
    write({"app.py": CLEAN, "a.ipynb": cell, "requirements.txt": OLD})
    migrate("app.py", "requirements.txt")
    assert Path("requirements.txt").read_text() == BOTH


def test_a_file_that_a_requirements_file_takes_in_is_one_whatever_its_name() -> None:
    write({"app.py": CLEAN, "requirements.txt": "-r deps/all.txt\n-c ../outside.txt\n"})
    write({"deps/all.txt": OLD + "--constraint=pins.list\n", "deps/pins.list": OLD})
    write({"deps/other.txt": OLD, "../outside.txt": OLD})
    migrate()
    assert Path("deps/all.txt").read_text().startswith(NEW)
    assert Path("deps/pins.list").read_text() == NEW
    assert Path("deps/other.txt").read_text() == OLD
    assert Path("../outside.txt").read_text() == OLD


def test_only_the_package_below_the_old_sdk_stays_if_only_that_is_needed() -> None:
    write(
        {
            "app.py": CLEAN,
            "other/raw.py": "from google.ai import generativelanguage as glm\n\nprint(vars(glm))\n",
            "requirements.txt": "google-generativeai\ngoogle-ai-generativelanguage\n",
        }
    )
    migrate("app.py", "requirements.txt")
    expected = "google-genai>=3.4\ngoogle-ai-generativelanguage\n"
    assert Path("requirements.txt").read_text() == expected


def test_what_brings_the_package_below_along_stays_for_that() -> None:
    raw = "from google.ai import generativelanguage as glm\n\nprint(vars(glm))\n"
    write({"app.py": CLEAN, "raw.py": raw, "requirements.txt": OLD})
    migrate("app.py", "requirements.txt")
    assert Path("requirements.txt").read_text() == BOTH


def test_what_the_old_package_brought_along_is_to_be_listed() -> None:
    uses = "from google import auth, protobuf\nimport os, tqdm\nimport google.api_core.retry\n"
    uses += "from proto.marshal.collections.maps import MapComposite\nimport proto\n"
    write({"app.py": CLEAN, "more.py": uses, "requirements.txt": OLD + "Google_API-core\n"})
    listed = migrate("-v").stderr
    for package in ("tqdm", "protobuf", "proto-plus"):
        message = (
            f"more.py needs {package}, which google-generativeai brought along: list that, too"
        )
        assert f"requirements.txt:2:1: note: dependencies.brought-along: {message}\n" in listed
    assert listed.count("brought-along") == 3


def test_a_file_that_cannot_be_parsed_and_never_names_the_old_sdk_needs_nothing() -> None:
    write({"app.py": CLEAN, "use.py": "import app\napp.model.generate_content(\n"})
    write({"requirements.txt": OLD})
    assert migrate().exit_code == 2
    assert Path("requirements.txt").read_text() == NEW
    migrate()
    assert Path("requirements.txt").read_text() == NEW


def test_a_lock_file_is_reported_beside_what_it_locks() -> None:
    lock = '[[package]]\nname = "google-generativeai"\n'
    project = '[project]\ndependencies = ["google-generativeai"]\n'
    write({"app.py": CLEAN, "pyproject.toml": project, "uv.lock": lock, "b/poetry.lock": lock})
    result = migrate("-v")
    assert "uv.lock:2:1: note: dependencies.locked" in result.stderr
    assert "run `uv lock`" in result.stderr
    assert "poetry.lock" not in result.stderr
    assert Path("uv.lock").read_text() == lock


def test_a_module_that_lists_packages_is_migrated_as_both() -> None:
    setup = "from setuptools import setup\n\nsetup(install_requires=['google-generativeai'])\n"
    uses = CLEAN + setup
    write({"setup.py": uses})
    result = migrate("--diff")
    assert result.stdout.count("+++ b/setup.py") == 1
    migrate()
    after = Path("setup.py").read_text()
    assert "from google import genai" in after
    assert "install_requires=['google-genai>=3.4']" in after


def test_a_broken_file_is_an_error_with_its_line() -> None:
    write({"app.py": CLEAN, "pyproject.toml": "[project]\nname = google-generativeai\n"})
    result = migrate()
    assert "pyproject.toml:2:8: error: not valid TOML: " in result.stderr
    assert result.exit_code == 2
    assert "from google import genai" in Path("app.py").read_text()


def test_what_could_not_be_written_keeps_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"app.py": CLEAN, "old.py": CLEAN, "requirements.txt": OLD})
    # Root may write everything, so the answer is given here.
    access, refused = os.access, Path("old.py").resolve()
    monkeypatch.setattr(
        os, "access", lambda path, mode, **how: path != refused and access(path, mode, **how)
    )
    result = migrate()
    assert result.exit_code == 2
    assert Path("requirements.txt").read_text() == BOTH


def test_what_is_excluded_is_left_alone_and_still_needs_its_package() -> None:
    write({"app.py": CLEAN, "old/app.py": CLEAN, "requirements.txt": OLD, "old/dev.in": OLD})
    write({"old/requirements.txt": OLD, ".gitignore": "constraints.txt\n", "constraints.txt": OLD})
    migrate("--exclude", "old/")
    assert Path("old/requirements.txt").read_text() == OLD
    assert Path("constraints.txt").read_text() == OLD
    assert Path("requirements.txt").read_text() == BOTH


def test_only_what_differs_from_a_commit_is_written() -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    write({"app.py": CLEAN, "requirements.txt": OLD, "constraints.txt": OLD})
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *arguments], check=True)
    write({"app.py": CLEAN + "\n", "constraints.txt": OLD + "\n"})
    migrate("--changed=HEAD", ".")
    assert Path("constraints.txt").read_text() == NEW + "\n"
    assert Path("requirements.txt").read_text() == OLD


def test_what_git_ignores_is_left_alone() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    write({".gitignore": "ignored/\n", "ignored/requirements.txt": OLD, "ignored/old.py": MARKED})
    write({"app.py": CLEAN, "requirements.txt": OLD})
    migrate()
    assert Path("ignored/requirements.txt").read_text() == OLD
    assert Path("requirements.txt").read_text() == NEW
