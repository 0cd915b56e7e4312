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
        "client.models.get(model=name, "
        "config=types.GetModelConfig(http_options=request_options))"
    ) in lines


def test_converters_are_not_shown() -> None:
    (line,) = rules("generate.content-async").stdout.splitlines()
    assert line.endswith("generate_content(model=model, contents=contents, config=settings)")


def test_an_attribute_is_shown_with_what_it_is_an_attribute_of() -> None:
    (line,) = rules("chat.history").stdout.splitlines()
    assert line == "chat.history\tgoogle.generativeai.ChatSession.history\tchat.get_history()"


def test_a_manual_rule_says_what_to_do() -> None:
    (line,) = rules("chat.last").stdout.splitlines()
    assert line.split("\t")[2].startswith("by hand: keep the response of send_message")


@pytest.mark.parametrize("text", ["upload_file", "UPLOAD_FILE", "types.UploadFileConfig"])
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


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_gets_a_paragraph_for_each_rule(tmp_path: Path, columns: int) -> None:
    shown = on_terminal(tmp_path, columns, "caching.create")
    assert shown[:3] == [
        "caching.create",
        "  google.generativeai.caching.CachedContent.create",
        "  -> client.caches.create(model=model,",
    ]
    assert max(map(len, shown)) <= columns
    assert not any("\t" in line for line in shown)


def test_of_many_names_a_terminal_shows_the_first(tmp_path: Path) -> None:
    assert "  and 35 more" in on_terminal(tmp_path, 80, "retriever.messages")


def on_terminal(folder: Path, columns: int, text: str) -> list[str]:
    script = "from genai_codemod.__main__ import main; main()"
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), "NO_COLOR": "1"}
    command = [sys.executable, "-c", script, "rules", text]
    subprocess.run(command, stdout=terminal, env=environment, cwd=folder, check=True)
    os.close(terminal)
    shown = os.read(controller, 100_000).decode()
    os.close(controller)
    return shown.splitlines()
