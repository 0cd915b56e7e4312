"""A run gives the same wherever and by however many processes its programs are migrated."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.project import executors
from genai_codemod.project.cluster import OnCluster
from genai_codemod.project.runner import migrate_files
from genai_codemod.report import progress

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEAM_YAML = "- {rule: acme.ask, legacy: acme.llm.ask(prompt), becomes: acme.ai.complete(prompt)}"
TEAM_PYTHON = """
from genai_codemod.rules import Call, Edit, rule


@rule("acme.embed", calls="acme.llm.embed(text)")
def embed(call: Call) -> Edit:
    return call.becomes("acme.ai.vectors(text)")
"""
HEAVY = ("libcst", "rich", "google.genai", "yaml", "concurrent.futures.process")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs from the fixtures, one that cannot be read, and two files that belong together.

    There are rules of the project's own, too.
    """
    monkeypatch.setattr(executors, "_BYTES_WORTH_A_POOL", 0)
    monkeypatch.chdir(tmp_path)
    for number, program in enumerate(sorted(FIXTURES.glob("models/*/before.py"))[:2]):
        shutil.copy(program, tmp_path / f"program_{number}.py")
    (tmp_path / "broken.py").write_text("import google.generativeai\nx = (\n")
    for file in (FIXTURES / "projects" / "factory" / "before").iterdir():
        shutil.copy(file, tmp_path / file.name)
    (tmp_path / "team.yaml").write_text(TEAM_YAML)
    (tmp_path / "team.py").write_text(TEAM_PYTHON)
    (tmp_path / "ours.py").write_text("from acme import llm\n\nllm.ask('a')\nllm.embed('b')\n")
    settings = '[tool.genai-codemod]\nrules = ["team.yaml", "team.py:embed"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    return tmp_path


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextmanager
def started_cluster(**options: object) -> Iterator[str]:
    """A cluster of processes on this machine, by its address."""
    from distributed import LocalCluster

    with LocalCluster(threads_per_worker=1, dashboard_address=":0", **options) as cluster:
        yield cluster.scheduler_address.replace("tcp://", "dask://")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with started_cluster(n_workers=2) as address:
        yield address


def test_any_number_of_processes_and_a_cluster_give_the_same(project: Path, cluster: str) -> None:
    before = contents(project)
    first, *others = (
        run_on_copy(project, *where)
        for where in (("-j1",), ("-j2",), ("-j8",), ("--executor", cluster))
    )
    shown, written = first
    assert "migrated program_0.py" in shown
    assert written["ours.py"] == b"from acme import ai\n\nai.complete('a')\nai.vectors('b')\n"
    assert "broken.py:2:5: error: " in shown
    assert written != before
    assert others == [first] * 3


def run_on_copy(project: Path, *where: str) -> tuple[str, dict[str, bytes]]:
    """What a run shows and leaves behind; the project is as before afterwards."""
    before = contents(project)
    result = migrate("-v", *where)
    after = contents(project)
    for name, data in before.items():
        (project / name).write_bytes(data)
    return result.output, after


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ray://host:1", "'ray://host:1' is not of the form dask://HOST:PORT"),
        ("dask://host", "'dask://host' is not of the form dask://HOST:PORT"),
        ("dask://localhost:1", "Error: cannot reach a Dask scheduler at localhost:1"),
    ],
)
def test_a_cluster_that_is_not_there(
    address: str, message: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_codemod.project.cluster._SECONDS_TO_CONNECT", 0.2)
    before = contents(project)
    result = migrate("--executor", address)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1].endswith(message)
    assert contents(project) == before


@pytest.mark.usefixtures("project")
def test_a_cluster_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = migrate("--executor", "dask://localhost:1")
    assert result.exit_code == 2
    assert result.output == "Error: --executor needs Dask: pip install 'genai-codemod[dask]'\n"


@pytest.mark.usefixtures("project")
def test_processes_and_a_cluster_at_once() -> None:
    result = migrate("-j2", "--executor", "dask://localhost:1")
    assert result.exit_code == 2
    assert "-j and --executor exclude each other" in result.output


OTHER_VERSION = """
import genai_codemod
genai_codemod.__version__ = "0.0.9"
"""
NOT_INSTALLED = """
import sys
sys.modules["genai_codemod"] = None
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("preload", "message"),
    [
        (OTHER_VERSION, "has genai-codemod 0.0.9, not "),
        (NOT_INSTALLED, "has no genai-codemod installed"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_worker_that_would_migrate_in_another_way(preload: str, message: str) -> None:
    with started_cluster(n_workers=1, preload=[preload]) as address:
        result = migrate("--executor", address)
    assert result.exit_code == 2
    assert message in result.output
    assert result.output.count("\n") == 1


@pytest.mark.thorough
def test_a_cluster_without_workers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai_codemod.project.cluster._SECONDS_FOR_A_WORKER", 0.2)
    before = contents(project)
    with started_cluster(n_workers=0) as address:
        result = migrate("--executor", address)
    assert result.exit_code == 2
    assert result.output.endswith("has no workers\n")
    assert contents(project) == before


DEADLY = """
import os

from genai_codemod.engine.result import Migration


def migrate(program):
    if any(b"deadly" in data for data in program.files.values()):
        os._exit(1)
    return {path: Migration(data, data.upper()) for path, data in program.files.items()}
"""


@pytest.mark.thorough
def test_a_file_that_kills_the_workers_of_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deadly_engine.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    paths = [tmp_path / f"{number}.txt" for number in range(4)]
    for path in paths:
        path.write_text("deadly" if path.stem == "2" else "fine")
    with started_cluster(n_workers=2) as address:
        outcomes = migrate_files(
            paths,
            import_module("deadly_engine").migrate,
            is_relevant=lambda _: True,
            choose=lambda _: OnCluster(address.removeprefix("dask://")),
        )
    assert [outcome.error is None for outcome in outcomes] == [True, True, False, True]
    assert outcomes[2].error
    assert "the process died" in outcomes[2].error.message


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("quiet", [False, True])
def test_a_bar_is_shown_on_a_terminal(quiet: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "wants_bar", lambda *_: True)
    result = migrate("--check", *(["-q"] if quiet else []))
    assert ("Migrating" in result.stderr) != quiet
    assert "Migrating" not in result.stdout


def test_files_without_the_legacy_sdk_cost_no_heavy_import(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.py").write_text(f"import module_{number}\n")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "genai_codemod", "migrate", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "Nothing to change in 3 files." in done.stderr
    assert "genai_codemod.project.runner" in modules
    assert modules.isdisjoint(HEAVY)
