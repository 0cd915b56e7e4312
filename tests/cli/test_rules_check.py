from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group

GOOD = """
- rule: acme.ask
  legacy: acme.llm.ask(prompt)
  becomes: acme.ai.complete(input=prompt)
  example: |
    from acme import llm

    print(llm.ask("Hi"))
  after: |
    from acme import ai

    print(ai.complete(input="Hi"))
- rule: acme.forget
  name: acme.llm.forget
  manual: nothing is remembered.
"""


def check(file: Path) -> Result:
    return CliRunner().invoke(group, ["rules", "check", str(file)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(GOOD)
    return path


def test_examples_are_shown_before_and_after(file: Path) -> None:
    result = check(file)
    assert result.exit_code == 0
    assert result.stdout == (
        "acme.ask: ok\n"
        "-from acme import llm\n"
        "+from acme import ai\n"
        " \n"
        '-print(llm.ask("Hi"))\n'
        '+print(ai.complete(input="Hi"))\n'
        "\n"
        "acme.forget: no example\n"
        "\n"
        f"{file}: 2 rules: 1 without an example.\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'print(ai.complete(input="Hi"))',
            'print(ai.complete("Hi"))',
            "something else than 'after'",
        ),
        ('print(llm.ask("Hi"))', 'print(llm.ask(*"Hi"))', "something else than 'after' says"),
        ("    print(llm", "    print(lm", "something else than 'after' says"),
    ],
)
def test_an_example_that_gives_something_else(file: Path, old: str, new: str, message: str) -> None:
    file.write_text(GOOD.replace(old, new))
    result = check(file)
    assert result.exit_code == 1
    assert message in result.stdout
    assert result.stdout.endswith("2 rules: 1 wrong, 1 without an example.\n")


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ("x = 1", "the rule finds nothing in the example"),
        ("from acme import llm; llm.ask(*x)", "line 1: write the arguments of this call out"),
    ],
)
def test_an_example_without_after(file: Path, example: str, message: str) -> None:
    head = GOOD.partition("  example")[0]
    file.write_text(f"{head}  example: {example}\n")
    result = check(file)
    assert result.exit_code == 1
    assert message in result.stdout


def test_a_mistake_is_one_line_with_its_place(file: Path) -> None:
    file.write_text(GOOD.replace("becomes:", "becoms:"))
    result = check(file)
    assert result.exit_code == 2
    message = "unknown key 'becoms' in rule acme.ask (did you mean 'becomes'?)"
    assert result.stderr == f"{file}:4:3: {message}\n"
    assert check(file.with_name("none.yaml")).exit_code == 2
    file.write_text("- rule: files.upload\n  name: acme.ask\n  manual: Stop.\n")
    taken = check(file)
    assert taken.exit_code == 2
    assert "team.yaml:1: google-generativeai has a rule 'files.upload', too" in taken.stderr


def test_a_file_in_python(tmp_path: Path) -> None:
    file = tmp_path / "team.py"
    file.write_text(
        "from genai_codemod.rules import rule\n\n"
        "EXAMPLE = 'import acme\\n\\nacme.ask(1)\\n'\n\n\n"
        "@rule('acme.ask', calls='acme.ask(prompt)', example=EXAMPLE)\n"
        "def ask(call):\n    return call.becomes('acme.tell(prompt)')\n\n\n"
        "@rule('acme.bad', calls='acme.ask2(prompt)', example=EXAMPLE.replace('ask', 'ask2'))\n"
        "def bad(call):\n    return 1 / 0\n"
    )
    result = check(file)
    assert result.exit_code == 1
    assert "acme.ask: ok\n" in result.stdout
    assert (
        "line 3: the rule failed here (team.py:13: ZeroDivisionError: division by zero)"
        in result.stdout
    )


def test_check_is_also_a_text_to_look_for() -> None:
    assert "rules check FILE" in CliRunner().invoke(group, ["rules", "--help"]).stdout
    listed = CliRunner().invoke(group, ["rules", "--", "check"])
    assert listed.stderr.startswith("no rule mentions 'check'")
    assert CliRunner().invoke(group, ["rules", "check", "google-generativeai"]).exit_code == 2
