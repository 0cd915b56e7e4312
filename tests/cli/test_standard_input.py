import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

LEGACY = "import google.generativeai as genai\r\n\r\nprint(genai.upload_file('ä').uri)".encode(
    "latin-1"
)
CODED = b"# -*- coding: latin-1 -*-\r\n"
MANUAL = b"import google.generativeai as genai\n\ngenai.generate_text(prompt='Hi')\n"


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def migrate(data: bytes, *arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments], input=data)


@pytest.mark.parametrize("arguments", [("-",), ("--stdin-filename", "a.py"), ("-", "--quiet")])
def test_the_result_goes_to_standard_output_byte_for_byte(arguments: tuple[str, ...]) -> None:
    result = migrate(CODED + LEGACY, *arguments)
    assert result.stdout_bytes.startswith(CODED + b"from google import genai\r\n")
    assert result.stdout_bytes.endswith(b"(file='\xe4').uri)")
    assert result.stderr == ""
    assert result.exit_code == 0


def test_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"kept")
    migrate(CODED + LEGACY, "--stdin-filename", "a.py")
    assert (tmp_path / "a.py").read_bytes() == b"kept"


@pytest.mark.parametrize("data", [b"", b"print('\xff')", b"\r\nx = 1", b"import os\n"])
def test_what_has_nothing_to_migrate_comes_back(data: bytes) -> None:
    result = migrate(data, "-")
    assert (result.stdout_bytes, result.exit_code) == (data, 0)


def test_after_an_error_the_input_comes_back() -> None:
    data = b"import google.generativeai (\n"
    result = migrate(data, "--stdin-filename", "sub/a.py")
    assert (result.stdout_bytes, result.exit_code) == (data, 2)
    assert result.stderr.startswith("sub/a.py:1:")
    assert result.stderr.count("\n") == 1


def test_a_marker_is_exit_code_1() -> None:
    result = migrate(MANUAL, "-")
    assert b"TODO(genai-codemod)" in result.stdout_bytes
    assert result.exit_code == 1


def test_only_complete_gives_the_input_back() -> None:
    result = migrate(MANUAL, "-", "--only-complete")
    assert (result.stdout_bytes, result.exit_code) == (MANUAL, 1)
    assert result.stderr.startswith("left -: -:3 needs a person:")


def test_diff_and_check_print_that_instead() -> None:
    assert migrate(LEGACY.replace(b"\xe4", b"a"), "--check", "-").stdout == "would migrate -\n"
    result = migrate(LEGACY.replace(b"\xe4", b"a"), "--diff", "--stdin-filename", "a.py")
    assert result.stdout.startswith("--- a/a.py\n+++ b/a.py\n")
    assert result.exit_code == 1


def test_the_settings_are_those_of_the_name(tmp_path: Path) -> None:
    data = LEGACY.replace(b"\xe4", b"a")
    text = "[tool.genai-codemod]\nignore = ['files']\nexclude = ['b.py']\n"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "pyproject.toml").write_text(text)
    assert migrate(data, "--stdin-filename", "sub/a.py").stdout_bytes == data
    assert migrate(data, "--stdin-filename", "a.py").stdout_bytes != data
    changed = migrate(data, "--stdin-filename", "sub/b.py", "--select", "files", "--ignore", "chat")
    assert changed.stdout_bytes != data
    forced = migrate(data, "--stdin-filename", "sub/b.py", "--force-exclude")
    assert (forced.stdout_bytes, forced.exit_code) == (data, 0)


@pytest.mark.parametrize("arguments", [("-", "a.py"), ("-", "--changed")])
def test_other_files_do_not_go_with_it(arguments: tuple[str, ...]) -> None:
    result = migrate(b"", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_it_reads_a_real_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "genai_codemod", "migrate", "-"]
    done = subprocess.run(command, input=b"x = 1\r", cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == b"x = 1\r"


@pytest.mark.parametrize("name", ["requirements.txt", "Dockerfile", "pyproject.toml"])
def test_a_list_of_packages_comes_back_with_a_note(name: str) -> None:
    result = migrate(b"google-generativeai==0.8.3\n", "--stdin-filename", name)
    assert result.stdout_bytes == b"google-generativeai==0.8.3\n"
    assert "with their project only" in result.stderr
    assert result.exit_code == 0
