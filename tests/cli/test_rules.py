import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group


def rules(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["rules", *arguments])


def test_every_rule_is_one_line_of_three_parts() -> None:
    result = rules()
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert len(lines) > 100
    assert all(len(line.split("\t")) == 3 for line in lines)
    assert [line.split("\t")[0] for line in lines] == sorted(line.split("\t")[0] for line in lines)
    assert (
        "models.get\tgoogle.generativeai.get_model(name, *, client, request_options)\t"
        "client.models.get(model=name)"
    ) in lines


def test_converters_are_not_shown() -> None:
    (line,) = rules("generate.content-async").stdout.splitlines()
    assert line.endswith("generate_content(model=model, contents=contents, config=settings)")


def test_an_attribute_is_shown_with_what_it_is_an_attribute_of() -> None:
    (line,) = rules("chat.history").stdout.splitlines()
    assert line == "chat.history\tgoogle.generativeai.ChatSession.history\tchat.get_history()"


def test_a_manual_rule_says_what_to_do() -> None:
    (line,) = rules("chat.rewind").stdout.splitlines()
    assert line.split("\t")[2].startswith("by hand: start a new chat")


@pytest.mark.parametrize("text", ["upload_file", "UPLOAD_FILE", "client.files.upload"])
def test_a_text_selects_the_rules_that_mention_it(text: str) -> None:
    assert [line.split("\t")[0] for line in rules(text).stdout.splitlines()] == ["files.upload"]


def test_a_text_that_no_rule_mentions() -> None:
    result = rules("gpt-4")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert result.stderr == "no rule mentions 'gpt-4'\n"


def test_json() -> None:
    (entry,) = json.loads(rules("upload_file", "--format", "json").stdout)
    assert entry["rule"] == "files.upload"
    assert entry["legacy"][0].startswith("google.generativeai.upload_file(")
    assert entry["manual"] is None
    assert "resumable is dropped: the new SDK always uploads resumably" in entry["differs"]
    assert entry["guide"].startswith("https://")


def test_json_without_a_rule_is_an_empty_list() -> None:
    result = rules("gpt-4", "--format", "json")
    assert (json.loads(result.stdout), result.exit_code) == ([], 1)


def test_a_terminal_gets_a_table(tmp_path: Path) -> None:
    script = "from genai_codemod.__main__ import main; main()"
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160", "NO_COLOR": "1"}
    command = [sys.executable, "-c", script, "rules", "models.get"]
    subprocess.run(command, stdout=terminal, env=environment, cwd=tmp_path, check=True)
    os.close(terminal)
    shown = os.read(controller, 100_000).decode()
    os.close(controller)
    assert "Legacy" in shown.splitlines()[1]
    assert "client.models.get(model=name)" in shown
    assert "\t" not in shown
