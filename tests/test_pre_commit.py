"""The hooks, installed and run by pre-commit itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEGACY = """import google.generativeai as genai

genai.configure(api_key="offline")
print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)
"""
MARKED = LEGACY + 'print(genai.chat(prompt="Hello"))\n'

# Each builds an environment with the whole tool in it, which takes a minute.
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment of the hooks."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "requirements.txt").write_text("google-generativeai==0.8.5\n")
    (tmp_path / "kept.py").write_text(LEGACY)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def run(folder: Path, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(home),
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def pre_commit(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, home, sys.executable, "-m", "pre_commit", *arguments)


def configure(folder: Path, hook: str, exclude: str = "^$") -> None:
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {ROOT}\n  rev: {revision}\n  hooks:\n"
        f"  - id: {hook}\n    exclude: {exclude}\n"
    )


def test_the_check_fails_and_changes_nothing(repository: Path, home: Path) -> None:
    git(repository, "add", "-A")
    done = pre_commit(repository, home, "try-repo", str(ROOT), "genai-codemod-check", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "would migrate kept.py" in done.stdout
    assert "would migrate requirements.txt" in done.stdout
    assert (repository / "kept.py").read_text() == LEGACY


def test_a_commit_is_stopped_until_what_was_migrated_is_added(repository: Path, home: Path) -> None:
    configure(repository, "genai-codemod")
    assert pre_commit(repository, home, "install").returncode == 0
    git(repository, "add", "-A")
    first = run(repository, home, "git", "commit", "-qm", "one")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "from google import genai" in (repository / "kept.py").read_text()
    assert "google-genai" in (repository / "requirements.txt").read_text()
    git(repository, "add", "-A")
    second = run(repository, home, "git", "commit", "-qm", "two")
    assert second.returncode == 0, second.stdout + second.stderr


def test_what_needs_a_person_is_reported_and_left(repository: Path, home: Path) -> None:
    configure(repository, "genai-codemod")
    (repository / "kept.py").write_text(MARKED)
    git(repository, "add", "-A")
    done = pre_commit(repository, home, "run", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "left kept.py" in done.stdout
    assert (repository / "kept.py").read_text() == MARKED


def test_every_kind_of_file_is_checked(repository: Path, home: Path) -> None:
    cell = {"cell_type": "code", "metadata": {}, "source": LEGACY, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (repository / "a.ipynb").write_text(json.dumps(notebook))
    (repository / "a.md").write_text(f"```python\n{LEGACY}```\n")
    (repository / "a.rst").write_text(LEGACY.replace("\n", "\n    ").join(("::\n\n    ", "\n")))
    (repository / "a.pyi").write_text(
        LEGACY.partition("\n")[0] + "\nmodel: genai.GenerativeModel\n"
    )
    (repository / "Dockerfile").write_text("FROM python\nRUN pip install google-generativeai\n")
    (repository / "script").write_text(f"#!/usr/bin/env python3\n{LEGACY}")
    (repository / "data.txt").write_text(LEGACY)
    configure(repository, "genai-codemod-check")
    git(repository, "add", "-A")
    done = pre_commit(repository, home, "run", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    named = set(re.findall(r"would migrate (\S+)", done.stdout))
    assert named == {
        "a.ipynb",
        "a.md",
        "a.rst",
        "a.pyi",
        "Dockerfile",
        "kept.py",
        "requirements.txt",
    }


def test_excluded_files_are_not_looked_at(repository: Path, home: Path) -> None:
    configure(repository, "genai-codemod-check", "requirements.txt")
    (repository / "pyproject.toml").write_text('[tool.genai-codemod]\nexclude = ["kept.py"]\n')
    (repository / "sub").mkdir()
    (repository / "sub" / "kept.py").write_text(LEGACY)
    git(repository, "add", "-A")
    done = pre_commit(repository, home, "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    # The settings that are nearest count for a file that is named.
    (repository / "sub" / "pyproject.toml").write_text("[tool.genai-codemod]\n")
    git(repository, "add", "-A")
    named = pre_commit(repository, home, "run", "--files", "kept.py", "sub/kept.py")
    assert named.returncode == 1, named.stdout + named.stderr
    assert re.findall(r"would migrate (\S+)", named.stdout) == ["sub/kept.py"]
