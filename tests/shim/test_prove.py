from __future__ import annotations

import json
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.old_sdks import python_with
from tests.recorder import RECORDER

from genai_codemod.cli.prove import prove
from genai_codemod.library import proving
from genai_codemod.shim import surface
from genai_codemod.shim.programs import code_of
from genai_codemod.shim.proof import Pair, Program, proofs
from genai_codemod.shim.recording import ProofError, Recording
from genai_codemod.shim.server import ANSWERS

BEFORE = """
import google.generativeai as genai
model = genai.GenerativeModel("m", generation_config={"temperature": 0.5})
print(model.generate_content("Hi").text)
"""
AFTER = """
from google import genai
client = genai.Client()
config = {"temperature": 0.5}
print(client.models.generate_content(model="m", contents="Hi", config=config).text)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "before.py").write_text(BEFORE)
    (tmp_path / "after.py").write_text(AFTER)
    return tmp_path


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command record in the processes of the tests."""
    monkeypatch.setattr(proving, "warm_recorder", lambda: nullcontext(RECORDER.record))


def invoke(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(
        prove, [str(folder / "before.py"), str(folder / "after.py"), *options]
    )


def test_the_same_requests_exit_0(folder: Path) -> None:
    result = invoke(folder)
    assert (result.exit_code, result.stdout) == (
        0,
        "request 1: POST models/m:generateContent is the same\n"
        "tolerated: api-version\nsame requests: 1 request\n",
    )
    versions = f"google-genai {surface.version()} and google-generativeai 0.8.6"
    assert result.stderr == f"Run on {versions}.\n"


@pytest.mark.usefixtures("warm")
def test_a_lost_setting_exits_1_and_is_shown(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER.replace("0.5", "0.6"))
    result = invoke(folder)
    assert result.exit_code == 1
    assert '-    "temperature": 0.5' in result.output
    assert '+    "temperature": 0.6' in result.output
    assert result.stdout.endswith("different: 1 of 1 request before\n")


@pytest.mark.usefixtures("warm")
def test_another_output_is_a_note_unless_it_is_asked_for(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER + "print('more')")
    assert invoke(folder).exit_code == 0
    result = invoke(folder, "--output")
    assert result.exit_code == 1
    assert "+more" in result.output


@pytest.mark.usefixtures("warm")
def test_another_ending_exits_1(folder: Path) -> None:
    (folder / "after.py").write_text(AFTER + "raise ValueError('x')")
    result = invoke(folder)
    assert result.exit_code == 1
    assert "  after:  ValueError: x" in result.output


def test_no_requests_are_no_proof_and_are_said(folder: Path) -> None:
    for name in ("before.py", "after.py"):
        (folder / name).write_text("")
    result = invoke(folder)
    assert result.exit_code == 0
    assert "note: no requests were sent: nothing was compared" in result.output


@pytest.mark.usefixtures("warm")
def test_programs_that_fail_before_they_send_anything_have_not_run(folder: Path) -> None:
    for name in ("before.py", "after.py"):
        (folder / name).write_text("open('missing.txt')\n" + AFTER)
    result = invoke(folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "end before they send a request: FileNotFoundError: " in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_cannot_run_exits_2_in_one_line(folder: Path) -> None:
    (folder / "after.py").write_text("import no_such_module")
    result = invoke(folder)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: ")
    assert invoke(folder, "--python", "no-such-python").exit_code == 2


OLD = """
from google import genai
client = genai.Client()
def ask():
    chat = genai.Client().chats.create(model="m")
    return chat
print(ask().send_message("Hi").text)
"""
KEPT = OLD.replace("genai.Client().chats", "client.chats")


@pytest.mark.usefixtures("warm")
def test_the_old_program_runs_on_an_sdk_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "before.py").write_text(OLD)
    (folder / "after.py").write_text(KEPT)
    assert "client has been closed" in invoke(folder).output
    python = Path(python_with("google-genai==1.33.0"))
    monkeypatch.chdir(python.parent)
    result = invoke(folder, "--before-python", f"./{python.name}", "--output")
    assert result.exit_code == 0
    assert result.stderr == f"Run on google-genai 1.33.0 and google-genai {surface.version()}.\n"


def test_an_interpreter_that_is_not_there_is_named(folder: Path) -> None:
    result = invoke(folder, "--before-python", "old/bin/python")
    assert result.exit_code == 2
    assert "old/bin/python could not be started" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("warm")
def test_what_is_sent_again_and_again_is_shown_once(folder: Path) -> None:
    again = BEFORE + BEFORE.splitlines()[-1] + "\n"
    (folder / "before.py").write_text(again + BEFORE.splitlines()[-1] + "\n")
    lines = invoke(folder).stdout.splitlines()
    assert "request 1: POST models/m:generateContent is the same" in lines
    assert lines.count("-POST models/m:generateContent") == 1
    assert "and the same again 1 time" in lines


@pytest.mark.usefixtures("warm")
def test_each_request_is_reported_and_no_key(folder: Path) -> None:
    key = "AIza" + "b" * 35
    for name, text in (("before.py", BEFORE), ("after.py", AFTER)):
        (folder / name).write_text(text.replace('"Hi"', f'"Hi {key} you"') + f"print({key!r})")
    result = invoke(folder, "--format", "json")
    assert result.exit_code == 0
    assert key not in result.output
    (run,) = json.loads(result.output)["runs"]
    assert (run["same"], run["answer"], run["error"]) == (True, "default", None)
    assert [each.partition(" ")[0] for each in run["sdks"]] == [
        "google-generativeai",
        "google-genai",
    ]
    (request,) = run["requests"]
    assert request["same"]
    assert request["after"]["path"] == "models/m:generateContent"
    assert request["after"]["body"]["contents"][0]["parts"] == [{"text": "Hi *** you"}]
    assert run["tolerated"] == ["api-version"]


@pytest.mark.usefixtures("warm")
def test_several_answers(folder: Path) -> None:
    result = invoke(folder, "--answer", "blocked", "--answer", "429")
    assert result.exit_code == 1  # the legacy SDK refuses the text of a blocked prompt
    assert "== " + str(folder / "after.py") + ", answer blocked-prompt\n" in result.stdout
    assert result.stdout.endswith("1 of 2 runs the same\n")


def test_all_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def record(program: Path, **options: object) -> Recording:
        asked.append((program.name, options["answer"]))
        return Recording(str(program), ())

    monkeypatch.setattr(proving, "warm_recorder", lambda: nullcontext(record))
    runs = json.loads(invoke(folder, "--answer", "all", "--format", "json").output)["runs"]
    assert tuple(run["answer"] for run in runs) == ANSWERS
    assert asked == [(name, answer) for answer in ANSWERS for name in ("before.py", "after.py")]


READS = """
import os, sys
def ask():
    model.generate_content(" ".join(sys.argv[1:]) + os.environ["GREETING"] + sys.stdin.read())
"""


def test_arguments_input_variables_and_a_function_reach_the_program(folder: Path) -> None:
    (folder / "typed.txt").write_text("typed")
    (folder / "before.py").write_text(
        'import google.generativeai as genai\nmodel = genai.GenerativeModel("m")\n' + READS
    )
    (folder / "after.py").write_text(
        "from google import genai\nclient = genai.Client()\n"
        + READS.replace(
            "model.generate_content(", 'client.models.generate_content(model="m", contents='
        )
    )
    options = ["--func", "ask", "--stdin", str(folder / "typed.txt"), "--env", "GREETING=hello"]
    result = invoke(folder, *options, "--format", "json", "--", "--first", "second")
    assert result.exit_code == 0
    (request,) = json.loads(result.output)["runs"][0]["requests"]
    assert request["before"]["body"]["contents"][0]["parts"][0]["text"] == (
        "--first secondhellotyped"
    )


@pytest.mark.usefixtures("warm")
def test_folders_with_a_program(folder: Path) -> None:
    main = "start.py"
    for name, text in (("before", BEFORE), ("after", AFTER)):
        program = folder / name / main
        program.parent.mkdir()
        (folder / name / "names.py").write_text("MODEL = 'm'")
        program.write_text("from names import MODEL\n" + text.replace('"m"', "MODEL"))
    paths = [str(folder / "before"), str(folder / "after")]
    result = CliRunner().invoke(prove, [*paths, "--main", main])
    assert (result.exit_code, "same requests: 1 request" in result.output) == (0, True)
    result = CliRunner().invoke(prove, [*paths, "--main", "other.py"])
    assert result.exit_code == 2
    assert "has no other.py: name another with --main" in result.output


def notebook(path: Path, *cells: str) -> str:
    sources = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells
    ]
    path.write_text(json.dumps({"cells": sources, "metadata": {}, "nbformat": 4}))
    return str(path)


@pytest.mark.usefixtures("warm")
def test_notebooks(folder: Path) -> None:
    colab = "from google.colab import userdata\nkey = userdata.get('MY_KEY')"
    waits = "import asyncio\nawait asyncio.sleep(0)\ndisplay('done')"
    before = notebook(folder / "before.ipynb", "!pip install x\n" + BEFORE, colab, waits)
    after = notebook(folder / "after.ipynb", "%pip install y\n" + AFTER, colab, waits)
    result = CliRunner().invoke(prove, [before, after, "--output"])
    assert (result.exit_code, result.stdout) == (
        0,
        "request 1: POST models/m:generateContent is the same\n"
        "tolerated: api-version\nsame requests: 1 request\n",
    )


def test_the_blocks_of_a_text_are_one_program(tmp_path: Path) -> None:
    text = tmp_path / "talk.md"
    block = "# Talk\n\n```python\nfrom google import genai\n{}\n```\n"
    text.write_text(block.format("first = 1") + block.format("print(first)"))
    code = code_of(text).decode()
    assert [line for line in code.splitlines() if line and line != "None"] == [
        "from google import genai",
        "first = 1",
        "from google import genai",
        "print(first)",
    ]


@pytest.mark.parametrize(
    ("text", "message"), [("{", "1:2"), ('{"cells": [], "nbformat": 4}', "holds no program")]
)
def test_a_notebook_without_a_program_is_one_line(folder: Path, text: str, message: str) -> None:
    empty = folder / "empty.ipynb"
    empty.write_text(text)
    result = CliRunner().invoke(prove, [str(empty), str(folder / "after.py")])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert result.output.startswith(f"Error: {empty}")
    assert message in result.output


def test_an_error_calls_a_program_what_the_user_does(tmp_path: Path) -> None:
    def record(program: Path, **_: object) -> Recording:
        raise ProofError(f"{program} did not end")

    program = Program(tmp_path / "before" / "ask.py", "v1:ask.py", tmp_path / "before")
    (proof,) = proofs([Pair(program, program)], ["default"], record)
    assert proof.error == "v1:ask.py did not end"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a program that is being migrated, and a file that its copy must have."""
    top = tmp_path / "repository"
    (top / "src").mkdir(parents=True)
    monkeypatch.chdir(top)
    (top / "names.py").write_text("MODEL = 'm'")
    (top / ".gitattributes").write_text("names.py export-ignore\n")
    reads = "from names import MODEL\nassert MODEL in open('names.py').read()\n"
    program = reads + BEFORE.replace('"m"', "MODEL")
    (top / "src" / "ask.py").write_text(program)
    (top / "src" / "gone.py").write_text(BEFORE)
    (top / "start.py").write_text("import version")
    (top / "version.py").write_text("print('before')")
    (top / "plain.py").write_text("raise ValueError")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "legacy")
    (top / "plain.py").write_text("raise KeyError")
    (top / "version.py").write_text("print('after')")
    (top / "src" / "gone.py").unlink()
    (top / "other").mkdir()
    (top / "other" / "new.py").touch()
    (top / "src" / "ask.py").write_text(reads + AFTER.replace('model="m"', "model=MODEL"))
    return top


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.usefixtures("warm")
def test_the_working_tree_is_proved_against_a_commit(repository: Path) -> None:
    status = git(repository, "status", "--porcelain")
    result = CliRunner().invoke(prove, ["--git", "HEAD"])
    assert (result.exit_code, result.stdout) == (
        0,
        "request 1: POST models/m:generateContent is the same\n"
        "tolerated: api-version\nsame requests: 1 request\n",
    )
    note = "note: src/gone.py is not in the working tree any more\n"
    assert result.stderr.startswith(f"{note}Run on google-genai ")
    assert git(repository, "status", "--porcelain") == status


@pytest.mark.usefixtures("repository", "warm")
def test_a_program_that_is_named_is_proved_though_it_is_as_it_was() -> None:
    result = CliRunner().invoke(prove, ["--git", "HEAD", "start.py", "--output"])
    assert (result.exit_code, result.stderr) == (1, "Run on no SDK.\n")
    assert "-before\n+after\n" in result.stdout


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--git", "HEAD", "other"], 0, "no file that used the legacy SDK there differs\n"),
        (["--git", "HEAD", "other/new.py"], 2, "there is no other/new.py at HEAD"),
        (["--git", "v9"], 2, "there is no commit 'v9'"),
        (["--git", "HEAD", "missing"], 2, "no such file or folder: missing"),
        (["--git", "HEAD", ".."], 2, "is not in a"),
        (["names.py"], 2, "give two programs"),
        (["names.py", "plain.py", "--env", "NAME"], 2, "--env needs NAME=VALUE, and not 'NAME'"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], code: int, message: str) -> None:
    result = CliRunner().invoke(prove, arguments)
    assert result.exit_code == code
    assert message in result.output
    assert result.output.count("\n") == 1
