"""No command shows a key in any form of output, wherever the key stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.secrets.forms import (
    ASK,
    KEYS,
    OTHER_FILES,
    SDK,
    STATEMENTS,
    notebook,
    program,
    shows,
    with_key,
    write_project,
)

from genai_codemod.cli.main import group
from genai_codemod.cli.reporting import Reporting
from genai_codemod.library import runs
from genai_codemod.report.formats import FORMATS
from genai_codemod.report.secrets import key_places, masked, masked_bytes

# The check against the SDK takes most of the time of a small run, and shows nothing.
QUICK = ("--ignore", "sdk.refused")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest) -> str:
    return KEYS[request.param]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


TEXTS = [*STATEMENTS, *OTHER_FILES.values()]


@pytest.mark.parametrize("text", TEXTS)
def test_a_key_is_hidden_wherever_it_stands(text: str, key: str) -> None:
    whole = program(text, key)
    assert shows(whole, key)
    assert not shows(masked(whole), key)
    assert not shows(masked_bytes(whole.encode()).decode(), key)
    assert not shows(masked(json.dumps(whole)), key)
    assert masked(masked(whole)) == masked(whole)


def test_a_key_is_hidden_in_every_part_of_a_notebook(key: str) -> None:
    assert not shows(masked(notebook(key)), key)


def all_reports(monkeypatch: pytest.MonkeyPatch, file: str) -> str:
    """What one run prints, and its report in every form; each names a file."""
    write = Reporting.write

    def write_all(_: Reporting, *args: Any, **options: Any) -> None:
        for form in FORMATS:
            write(Reporting(form, Path(f"report.{form}")), *args, **options)

    monkeypatch.setattr(Reporting, "write", write_all)
    result = run("migrate", "--check", "-v", *QUICK)
    assert result.exit_code == 2, result.output  # one of the files is broken
    texts = [Path(f"report.{form}").read_text(encoding="utf-8") for form in FORMATS]
    assert all(file in text for text in texts)
    return "\n".join([result.output, *texts])


def test_no_report_shows_a_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of each kind in a few files; all of them are for the thorough tests."""
    for name, key in KEYS.items():
        (folder / f"{name}.py").write_text(program("\n".join(STATEMENTS[::6]), key))
        (folder / f"{name}.ipynb").write_text(notebook(key))
        (folder / f"broken_{name}.py").write_text(with_key(OTHER_FILES["broken.py"], key))
    text = all_reports(monkeypatch, "broken_known.py")
    assert not any(shows(text, key) for key in KEYS.values())


@pytest.mark.thorough
def test_no_report_shows_a_key_in_any_form(
    folder: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    write_project(folder, key)
    text = all_reports(monkeypatch, "deploy.yaml")
    assert "p33.py" in text
    assert not shows(text, key)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--diff", "--upgrade-models"],
        ["--only-complete", "-v"],
        ["-v", "--select", "model,generate"],
    ],
)
def test_no_line_of_a_run_shows_a_key(folder: Path, arguments: list[str]) -> None:
    key = KEYS["lower"]
    write_project(folder, key)
    for path in sorted(folder.glob("p*.py"))[4:]:
        path.unlink()
    result = run("migrate", *arguments, *QUICK)
    assert result.exit_code == 2, result.output
    assert not shows(result.output, key)


@pytest.mark.thorough
@pytest.mark.parametrize("colour", ["", "1"])
def test_no_diff_shows_a_key_in_any_form(
    folder: Path, key: str, colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", colour)
    write_project(folder, key)
    result = run("migrate", "--diff", "-v")
    assert "p33.py" in result.output
    assert not shows(result.output, key)


def test_every_key_is_found_at_its_line(folder: Path) -> None:
    (folder / "a.py").write_text(program("\n".join(STATEMENTS[:3]), KEYS["known"]))
    (folder / "b.ipynb").write_text(notebook(KEYS["lower"]))
    (folder / "Dockerfile").write_text(with_key(OTHER_FILES["Dockerfile"], KEYS["mixed"]))
    report = json.loads(run("migrate", "--check", "--format", "json", *QUICK).stdout)
    found = {
        file["path"]: [
            (finding["cell"], finding["line"], finding["message"].partition(":")[0])
            for finding in file["findings"]
            if finding["rule"] == "secrets.key"
        ]
        for file in report["files"]
    }
    code = "a key stands in the code"
    printed = "a key stands in what this cell has printed"
    assert found["a.py"] == [(None, 3, code), (None, 4, code), (None, 5, code)]
    assert found["Dockerfile"] == [(None, 2, code), (None, 3, code)]
    assert found["b.ipynb"] == [
        (1, 1, "a key stands in the text beside this cell"),
        (1, 1, printed),
        (1, 2, code),
        (1, 3, code),
        (2, 1, printed),
    ]
    assert "read it from the environment, and revoke this one" in json.dumps(report)


def test_a_file_that_is_held_has_its_key_found_as_well(folder: Path) -> None:
    (folder / "a.py").write_text(with_key(OTHER_FILES["other.py"], KEYS["known"]))
    result = run("migrate", "--only-complete", "-v")
    assert "a.py:2:26: note: secrets.key: a key stands in the code" in result.stderr


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_standard_input_has_its_keys_found_and_hidden(option: str) -> None:
    source = program(STATEMENTS[4], KEYS["lower"])
    result = CliRunner().invoke(group, ["migrate", option, "-v", "-"], input=source)
    assert "-:4:14: note: secrets.key: " in result.stderr
    assert not shows(result.output, KEYS["lower"])


def test_a_mistake_of_the_engine_shows_no_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"cannot read Name(value={KEYS['lower']!r})")

    monkeypatch.setattr(runs, "migrate_program", fails)
    (folder / "a.py").write_text(program(STATEMENTS[0], KEYS["lower"]))
    result = run("migrate", "-v", "--format", "json")
    assert "internal error: ValueError: cannot read Name(value='***')" in result.stdout
    assert not shows(result.output, KEYS["lower"])


def test_a_migrated_file_keeps_its_keys(folder: Path) -> None:
    (folder / "a.py").write_text(program(STATEMENTS[0], KEYS["mixed"]))
    assert run("migrate", "--format", "html", "--output", "r.html").exit_code == 0
    assert KEYS["mixed"] in (folder / "a.py").read_text()
    source = SDK + f'genai.configure(api_key="{KEYS["mixed"]}")\n' + ASK
    printed = CliRunner().invoke(group, ["migrate", "-"], input=source)
    assert KEYS["mixed"] in printed.stdout


SHOWS_ITSELF = """from google import genai

API_KEY = "KEY"
client = genai.Client(api_key=API_KEY)
print("the key is", API_KEY)
contents = "Answer with " + API_KEY
client.models.generate_content(model="gemini-3.6-flash", contents=contents)
raise SystemExit("ended with " + API_KEY)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--run", "a.py"],
        ["prove", "a.py", "b.py", "--output", "--format", "json"],
        pytest.param(["verify", "--run", "a.py", "--format", "json"], marks=pytest.mark.thorough),
        pytest.param(["prove", "a.py", "b.py", "--output"], marks=pytest.mark.thorough),
    ],
)
def test_no_recorded_request_shows_a_key(folder: Path, arguments: list[str]) -> None:
    key, given = KEYS["lower"], KEYS["mixed"]
    (folder / "a.py").write_text(with_key(SHOWS_ITSELF, key))
    other = SHOWS_ITSELF.replace("Answer with ", "Say ").replace("key is", "key was")
    (folder / "b.py").write_text(
        f"import os\n{with_key(other, key)}print(os.environ['MY_TOKEN'])\n"
    )
    result = run(*arguments, "--env", f"MY_TOKEN={given}")
    assert result.exit_code == 1, result.output
    assert "***" in result.output
    assert not shows(result.output, key)
    assert not shows(result.output, given)


def test_no_finding_of_verify_shows_a_key(folder: Path) -> None:
    wrong = 'client = genai.Client(api_key="KEY", token="KEY", nothing="KEY")\n'
    text = with_key(f"from google import genai\n\n{wrong}", KEYS["lower"])
    (folder / "a.py").write_text(text)
    result = run("verify", "a.py")
    assert result.exit_code == 1
    assert not shows(result.output, KEYS["lower"])


@pytest.mark.parametrize("command", ["settings", "migrate"])
def test_no_mistake_in_settings_shows_a_key(folder: Path, command: str) -> None:
    key = KEYS["known"]
    table = f'[tool.genai-codemod]\nselect = ["{key}"]\n'
    (folder / "pyproject.toml").write_text(table)
    result = run(command)
    assert result.exit_code == 2
    assert not shows(result.output, key)
    (folder / "pyproject.toml").write_text(f'[tool.genai-codemod]\nexclude = ["{key}"]\n')
    assert not shows(run(command).output, key)


@pytest.mark.parametrize(
    "text",
    [
        'model_for_tokens = "gemini-2.5-flash-preview-05-20"',
        'token_model="models/text-embedding-004"',
        'secret = "projects/p1/secrets/google/versions/latest"',
        'api_key_name = "GOOGLE_API_KEY_2_PRODUCTION"',
        "from forms import PasswordForm, SetPasswordForm2",
        "tokenizer, Seq2SeqTrainingArguments",
        "token = oauth2client2tokens(x)",
        'sort(key="created_at_2024")',
        "url = 'https://example.com/?key={key_of_version_2}'",
        'cache_key = "user-123-of-2024-in-list"',
    ],
)
def test_what_is_no_key_is_left(text: str) -> None:
    assert masked(text) == text
    assert not list(key_places(text))


def test_the_mask_does_not_move_lines() -> None:
    text = program("\n".join(STATEMENTS), KEYS["mixed"])
    assert masked(text).count("\n") == text.count("\n")
    assert len(re.findall(r"\*\*\*", masked(text))) > len(STATEMENTS)
