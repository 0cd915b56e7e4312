import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

import genai_codemod
from genai_codemod.cli import main as command_line

ROOT = Path(__file__).parents[2]
HEAVY = ("libcst", "rich", "google.genai", "yaml", "pydantic")


def genai_codemod_process(
    *arguments: str, python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *python, "-m", "genai_codemod", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def imported(stderr: str) -> set[str]:
    """The modules in the report of ``-X importtime``."""
    return {line.rpartition("|")[2].strip() for line in stderr.splitlines()}


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert genai_codemod.__version__ == project["version"]


def test_version_imports_not_even_click() -> None:
    done = genai_codemod_process("--version", python=("-X", "importtime"))
    assert done.stdout == f"genai-codemod {genai_codemod.__version__}\n"
    assert imported(done.stderr).isdisjoint({*HEAVY, "click"})


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("migrate", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    done = genai_codemod_process(*arguments, python=("-X", "importtime"))
    assert done.returncode == 0
    assert "migrate" in done.stdout
    assert imported(done.stderr).isdisjoint(HEAVY)


def test_version_among_other_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["--version", "migrate"]) == 0
    assert capsys.readouterr().out == f"genai-codemod {genai_codemod.__version__}\n"


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_command_loads(name: str) -> None:
    context = click.Context(command_line.group)
    command = command_line.group.get_command(context, name)
    assert command
    assert command.name == name


@pytest.mark.parametrize("arguments", [["nonsense"], ["migrate", "--nonsense"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(arguments) == 2
    assert "No such" in capsys.readouterr().err


def test_an_interrupt_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_arguments: object, **_settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("genai_codemod.library.scope.discover", interrupted)
    assert command_line.run(["migrate"]) == 130
    assert capsys.readouterr().err.strip() == "genai-codemod: interrupted"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no broken pipes")
@pytest.mark.parametrize("unbuffered", [(), ("-u",)])
def test_a_reader_that_goes_away_is_no_error(unbuffered: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, *unbuffered, "-m", "genai_codemod", "migrate", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("name", genai_codemod.__all__)
def test_the_library_offers_what_it_names(name: str) -> None:
    assert getattr(genai_codemod, name)
    assert name in dir(genai_codemod)


def test_the_library_offers_nothing_else() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = genai_codemod.nonsense


def test_importing_the_library_imports_nothing_heavy() -> None:
    script = "import sys, genai_codemod; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not any(f"'{name}'" in done.stdout for name in HEAVY)


def test_main_is_the_console_script() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, attribute = project["scripts"]["genai-codemod"].partition(":")
    assert callable(getattr(import_module(module), attribute))
