"""Completion, by a real bash."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from genai_codemod.cli.completion import SHELLS
from genai_codemod.cli.main import COMMANDS, group
from genai_codemod.report.formats import FORMATS

_ASK = """
eval "$(genai-codemod completion bash)"
complete -p genai-codemod >/dev/null || exit 1
compopt() { printf 'compopt %s\\n' "$*"; }
COMP_WORDS=(GIVEN)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_genai_codemod_completion genai-codemod
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command, as an installation has it."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "genai-codemod"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m genai_codemod "$@"\n')
    script.chmod(0o755)
    return folder


def completed(program: Path, *words: str) -> list[str]:
    """What bash offers for the last of some words."""
    quoted = " ".join(map(shlex.quote, ("genai-codemod", *words)))
    paths = os.pathsep.join([str(program), os.environ["PATH"]])
    environment = {**os.environ, "PATH": paths, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        ["bash", "--norc", "-c", _ASK.replace("GIVEN", quoted)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def test_commands(program: Path) -> None:
    assert completed(program, "") == list(COMMANDS)


def test_options(program: Path) -> None:
    assert completed(program, "migrate", "--upg") == ["--upgrade-models"]


def test_formats(program: Path) -> None:
    # Where bash takes words apart.
    assert completed(program, "migrate", "--format", "=", "js") == ["json"]
    migrate = group.get_command(click.Context(group), "migrate")
    assert migrate
    (form,) = (each for each in migrate.params if each.name == "form")
    offered = form.shell_complete(click.Context(migrate), "")
    assert [each.value for each in offered] == ["text", *FORMATS]


def test_rules_and_areas(program: Path) -> None:
    assert completed(program, "migrate", "--ignore", "chat,files.upl") == ["chat,files.upload"]
    migrate = group.get_command(click.Context(group), "migrate")
    explain = group.get_command(click.Context(group), "explain")
    assert migrate
    assert explain
    parameters = {each.name: each for each in (*migrate.params, *explain.params)}
    offered = parameters["select"].shell_complete(click.Context(migrate), "file")
    assert {"files", "files.upload"} <= {each.value for each in offered}
    offered = parameters["rule"].shell_complete(click.Context(explain), "files.upl")
    assert [each.value for each in offered] == ["files.upload"]


def test_files(program: Path) -> None:
    assert completed(program, "migrate", "src")[0].startswith("compopt -o")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str) -> None:
    result = CliRunner().invoke(group, ["completion", shell], prog_name="genai-codemod")
    assert result.exit_code == 0
    assert f"_GENAI_CODEMOD_COMPLETE={shell}_complete" in result.stdout
    assert "genai-codemod" in result.stdout


def test_an_unknown_shell() -> None:
    assert CliRunner().invoke(group, ["completion", "tcsh"]).exit_code == 2
