"""Completion, by a real bash."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

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
    assert completed(program, "ver") == ["verify"]


def test_options(program: Path) -> None:
    assert completed(program, "migrate", "--upg") == ["--upgrade-models"]
    assert "--git" in completed(program, "prove", "--")


def test_formats(program: Path) -> None:
    assert completed(program, "migrate", "--format", "") == ["text", *FORMATS]
    # Where bash takes words apart.
    assert completed(program, "migrate", "--format", "=", "js") == ["json"]


def test_rules_and_areas(program: Path) -> None:
    assert completed(program, "explain", "files.upl") == ["files.upload"]
    assert "files" in completed(program, "migrate", "--select", "file")
    assert completed(program, "migrate", "--ignore", "chat,files.upl") == ["chat,files.upload"]


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
