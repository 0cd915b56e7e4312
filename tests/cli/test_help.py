"""Help that fits, and hints at what was meant."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from genai_codemod import RuleEntry
from genai_codemod.cli import main as command_line
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.suggestions import nearest
from genai_codemod.tools import nearest_rules

SCREEN = 50


def command(name: str) -> HelpfulCommand:
    found = command_line.group.get_command(click.Context(command_line.group), name)
    if isinstance(found, click.Group):  # that lists, unless something else is asked for
        found = found.commands["list"]
    assert isinstance(found, HelpfulCommand)
    return found


@pytest.mark.parametrize("name", ["", *command_line.COMMANDS])
def test_help_fits_on_a_screen_and_shows_examples(name: str) -> None:
    arguments = [name] if name else []
    result = CliRunner().invoke(
        command_line.group, [*arguments, "--help"], prog_name="genai-codemod", terminal_width=80
    )
    lines = result.output.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= SCREEN
    assert "Examples:" in lines
    assert result.output.isascii()


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_option_is_explained_under_a_heading_that_is_there(name: str) -> None:
    found = command(name)
    text = found.get_help(click.Context(found, info_name=name))
    known = {parameter.name: parameter for parameter in found.params}
    for names in found.sections.values():
        assert set(names) <= {*known, "help", "interactive"}
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert parameter.opts[0].removeprefix("--") in text


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_the_examples_are_accepted(name: str) -> None:
    examples = command(name).examples
    assert 2 <= len(examples) <= 4
    for line, _ in examples:
        words = shlex.split(line.partition("$(")[2].partition(")")[0] or line.partition("|")[0])
        assert words[:2] == ["genai-codemod", name]
        command(name).make_context(name, words[2:])


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("migrat", "(did you mean genai-codemod migrate?)"),
        ("Verify", "(did you mean genai-codemod verify?)"),
        ("diff", "(did you mean genai-codemod migrate --diff?)"),
        ("existing", "(did you mean genai-codemod migrate existing?)"),
        ("--versio", "(did you mean --version?)"),
        ("migrate --chek", "(did you mean --check?)"),
        ("migrate --only_complete", "(did you mean --only-complete?)"),
        ("migrate --no-upgrade-model", "(did you mean --no-upgrade-models?)"),
        ("migrate --dry-run", "(did you mean --diff or --check?)"),
        ("migrate --write", "'--write': migrate writes unless --diff or --check is given."),
        ("verify --ru a.py", "(did you mean --run?)"),
        ("migrate --format sarf", "there is no 'sarf' (did you mean sarif?)"),
        ("migrate --format JSON", "there is no 'JSON' (did you mean json?)"),
        ("prove --answer timeot a b", "there is no 'timeot' (did you mean timeout?)"),
        ("completion zhs", "there is no 'zhs' (did you mean zsh?)"),
        ("migrate --select fils", "there is no rule 'fils' (did you mean files?)"),
        ("migrate --ignore files.uplod", "(did you mean files.upload?)"),
        ("explain files.uplod", "(did you mean files.upload"),
        ("rules uplod", "no rule mentions 'uplod' (did you mean files.upload?)"),
    ],
)
def test_what_was_meant_is_said(
    arguments: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "existing").mkdir()
    monkeypatch.chdir(tmp_path)
    assert command_line.run(arguments.split()) in (1, 2)
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize("arguments", ["qqqq", "migrate --qqqq", "migrate -x", "rules qqqq"])
def test_nothing_is_made_up(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(arguments.split()) in (1, 2)
    assert "did you mean" not in capsys.readouterr().err


def test_a_choice_that_is_near_to_nothing_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["prove", "--answer", "qqqq"]) == 2
    assert "'blocked-prompt'" in capsys.readouterr().err


def test_the_nearest_names() -> None:
    assert nearest("CHECK", ["--check", "check"]) == ["check"]
    assert nearest("json", ["text", "html"]) == []
    assert nearest("mark", ["markdown", "html"]) == ["markdown"]
    entries = {rule: RuleEntry(rule, about="xyz") for rule in ("chat.send", "files.upload")}
    assert nearest_rules("upload", entries) == ("files.upload",)
    assert nearest_rules("xyz", entries) == ("chat.send", "files.upload")
