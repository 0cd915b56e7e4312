"""What the repository promises to those who install it, run it or hook it in."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from genai_codemod.cli.main import group

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def set_up_commands() -> list[str]:
    """The README's commands that need nothing but Python: the demo and the tests."""
    return re.findall(r"^python3 -m venv .*$", README, flags=re.MULTILINE)


def test_the_readme_has_one_command_for_the_demo_and_one_for_the_tests() -> None:
    demo, tests = set_up_commands()
    assert "genai-codemod migrate --diff fixtures/demo/before.py" in demo
    assert (ROOT / "fixtures" / "demo" / "before.py").is_file()
    assert "pytest" in tests


def test_ci_runs_the_tests_as_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    if not script.exists():
        pytest.skip("a source distribution has no CI script")
    assert script.read_text(encoding="utf-8").splitlines()[-1] == set_up_commands()[1]


def test_both_names_of_the_hooks_file_say_the_same() -> None:
    plain = ROOT / "pre-commit-hooks.yaml"
    assert plain.read_bytes() == (ROOT / ".pre-commit-hooks.yaml").read_bytes()


def test_the_hooks() -> None:
    assert [hook["id"] for hook in HOOKS] == ["genai-codemod", "genai-codemod-check"]
    assert all(hook["require_serial"] for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_calls_a_command_that_exists(hook: dict[str, str]) -> None:
    program, *arguments = shlex.split(hook["entry"])
    assert program == "genai-codemod"
    assert CliRunner().invoke(group, [*arguments, "--help"]).exit_code == 0
