"""A user's project is clean for type checkers that see what the wheel installs, and only that."""

from __future__ import annotations

import ast
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.library.test_surface import SURFACE

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).with_name("user_project.py")
WRONG = """
from pathlib import Path
from genai_codemod import migrate_paths, migrate_source

migrate_source(b"", upgrade_model=True)
migrate_source("").text.nonsense
for outcome in migrate_paths(Path()):
    outcome.path = Path()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what the wheel holds, before all that is installed here."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("[Ll]ib/**/site-packages")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(packages)
    (packages / "more.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return next(path for path in folder.glob("*/python*") if path.stem == "python")


def project(folder: Path, text: str) -> Path:
    """A project away from this repository."""
    (folder / "app.py").write_text(text, encoding="utf-8")
    return folder


def mypy(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    cache = python.parents[1] / "mypy"
    options = ["--strict", f"--python-executable={python}", f"--cache-dir={cache}", "app.py"]
    return run(folder, [sys.executable, "-m", "mypy", *options])


def run(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": str(Path(sys.executable).parent) + ":/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_project_uses_every_public_name() -> None:
    imported: dict[str, set[str]] = {}
    used: set[str] = set()
    for node in ast.walk(ast.parse(PROJECT.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported.setdefault(node.module, set()).update(alias.name for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute):
            used.add(node.id if isinstance(node, ast.Name) else node.attr)
    for module, names in SURFACE.items():
        assert imported[module.__name__] == set(names) - {"__version__"}
        assert set(names) <= used


def test_the_wheel_says_that_it_is_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    assert {"genai_codemod/py.typed", "genai_codemod_rules/py.typed"} <= names
    assert not any(name.startswith(("tests/", "fixtures/")) for name in names)


def test_mypy_is_content_and_sees_mistakes(python: Path, tmp_path: Path) -> None:
    clean = mypy(project(tmp_path, PROJECT.read_text(encoding="utf-8")), python)
    assert (clean.stdout, clean.returncode) == ("Success: no issues found in 1 source file\n", 0)
    wrong = mypy(project(tmp_path, WRONG), python)
    places = [line.split(":")[1] for line in wrong.stdout.splitlines() if "error:" in line]
    assert places == ["5", "6", "8"], wrong.stdout


@pytest.mark.thorough
def test_pyright_is_content_and_sees_mistakes(python: Path, tmp_path: Path) -> None:
    command = ["pyright", "--pythonpath", str(python), "app.py"]
    clean = run(project(tmp_path, PROJECT.read_text(encoding="utf-8")), command)
    assert clean.returncode == 0, clean.stdout
    wrong = run(project(tmp_path, WRONG), command)
    assert wrong.returncode == 1
    assert wrong.stdout.count("error:") == 3, wrong.stdout


@pytest.mark.thorough
def test_an_environment_that_pip_has_made(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    installed = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([installed, "-m", "pip", "install", "-q", wheel], check=True)
    (tmp_path / "project").mkdir()
    clean = mypy(project(tmp_path / "project", PROJECT.read_text(encoding="utf-8")), installed)
    assert clean.returncode == 0, clean.stdout
    script = "import genai_codemod; print(genai_codemod.list_rules()['files.delete'].becomes)"
    done = run(tmp_path / "project", [str(installed), "-c", script])
    assert done.stdout == "client.files.delete(name=name)\n"
    shutil.rmtree(folder)
