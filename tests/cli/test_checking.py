"""What a migration wrote is checked against the installed SDK before it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod import load_pack
from genai_codemod.cli.checking import mark_refused
from genai_codemod.cli.main import group
from genai_codemod.engine.result import Migration
from genai_codemod.shim import surface

MISSPELT = """\
import google.generativeai as genai

genai.configure(api_key="key")
model = genai.GenerativeModel("gemini-3.6-flash", generation_config={"temprature": 0.2})


def ask(question):
    return model.generate_content(question).text
"""
MARKER = f"# TODO(genai-codemod): google-genai {surface.version()} does not accept this: "


def migrate(*arguments: object) -> Result:
    return CliRunner().invoke(group, ["migrate", *map(str, arguments)])


def checked(before: str, after: str) -> Migration:
    return mark_refused(Migration(before.encode(), after.encode(), edits=1), load_pack())


def test_a_misspelt_setting_of_the_old_code_is_marked(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MISSPELT)
    result = migrate("-v", program)
    assert result.exit_code == 1
    lines = program.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if "temprature=0.2" in line)
    assert lines[at - 1] == (
        f"{MARKER}GenerateContentConfig has no field 'temprature'; "
        "did you mean temperature? [sdk.refused]"
    )
    assert (
        f"review: sdk.refused: google-genai {surface.version()} does not accept this"
        in result.stderr
    )


def test_running_again_changes_nothing(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MISSPELT)
    migrate(program)
    first = program.read_bytes()
    assert migrate(program).exit_code == 1
    assert program.read_bytes() == first


def test_only_complete_leaves_it_as_it_was(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MISSPELT)
    result = migrate("--only-complete", program)
    assert result.exit_code == 1
    assert program.read_text() == MISSPELT
    assert "temprature" in result.stderr


def test_mistakes_that_were_there_before_are_left_alone() -> None:
    wrong = "from google import genai\nclient = genai.Client()\nclient.models.generat()\n"
    result = checked(wrong + "x = 1\n", wrong + "x = 2\n")
    assert result.after.decode() == wrong + "x = 2\n"
    assert result.findings == ()


def test_mistakes_in_a_line_that_changed_are_left_alone_too() -> None:
    wrong = "from google import genai\nclient = genai.Client()\nclient.models.generat({})\n"
    result = checked(wrong.format("'old'"), wrong.format("'new'"))
    assert result.after.decode() == wrong.format("'new'")


def test_one_more_of_the_same_mistake_is_new() -> None:
    start = "from google import genai\nclient = genai.Client()\n"
    wrong = "client.models.generat()\n"
    result = checked(start + wrong, start + wrong + wrong)
    assert result.after.count(MARKER.encode()) == 1
    assert result.edits == 2


def test_what_is_marked_already_gets_no_second_marker() -> None:
    marked = (
        "from google import genai\nclient = genai.Client()\n"
        "# TODO(genai-codemod): write this by hand. [some.rule]\n"
        "for each in client.models.generat(\n    x=1,\n    y=client.modells,\n):\n"
        "    print(each, client.chatts)\n"
    )
    assert checked("", marked).after.decode() == marked


def test_a_marker_stands_above_the_statement_that_goes_over_lines() -> None:
    after = (
        "from google import genai\nclient = genai.Client()\n\n\ndef f():\n"
        "    return client.models.generate_content(\n"
        "        model='m',\n        contents='x',\n        stream=True,\n    )\n"
    )
    lines = checked("def f():\n    return 1\n", after).after.decode().splitlines()
    assert lines[5].startswith(f"    {MARKER}Models.generate_content() got an unexpected")
    assert lines[6] == "    return client.models.generate_content("


def test_the_finding_has_the_line_of_the_old_code() -> None:
    result = checked(
        "a = 1\nb = 2\nc = 3\n",
        "from google import genai\nclient = genai.Client()\na = 1\nb = client.modells\nc = 3\n",
    )
    assert [(each.line, each.rule, each.status) for each in result.findings] == [
        (2, "sdk.refused", "review")
    ]


@pytest.mark.parametrize(
    "after",
    [
        "from google.genai import types\nx = types.HttpOptions(timeout=5)\n",
        "import google.generativeai as genai\n",
        "from google import genai\nx = (\n",
    ],
    ids=["converted timeouts", "the old SDK", "syntax of a newer Python"],
)
def test_what_is_no_business_of_the_check(after: str) -> None:
    assert checked("x = 1\n", after).after.decode() == after


def test_an_unchanged_file_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_codemod.cli import checking

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(checking, "check_source", fail)
    assert checked("import genai\n", "import genai\n").edits == 1


def test_the_rule_can_be_ignored(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MISSPELT)
    assert migrate("--ignore", "sdk.refused", program).exit_code == 0
    assert "temprature=0.2" in program.read_text()
    assert "TODO" not in program.read_text()


def test_a_comment_says_so_where_it_stands_afterwards() -> None:
    after = (
        "from google.genai import types\n"
        "a = types.Part(txt='x')  # genai-codemod: ignore[sdk.refused]\n"
        "b = types.Part(txt='y')\n"
    )
    lines = checked("x = 1\n", after).after.decode().splitlines()
    assert [MARKER in line for line in lines] == [False, False, True, False]
