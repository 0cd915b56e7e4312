import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.engine.result import Finding, Migration
from genai_codemod.project.completeness import take_back_incomplete
from genai_codemod.project.outcome import FileError, FileOutcome

CLEAN = """\
import google.generativeai as genai

genai.configure(api_key="k")
model = genai.GenerativeModel("gemini-2.0-flash")
print(model.generate_content("Hi").text)
"""
MARKED = """\
import google.generativeai as genai

genai.configure(api_key="k")
print(genai.generate_text(prompt="Hi"))
"""
LIMIT = """\
from google.generativeai.types import HarmBlockThreshold

LIMIT = HarmBlockThreshold.BLOCK_NONE
"""
FACTORY = """\
import google.generativeai as genai

genai.configure(api_key="k")


def make():
    return genai.GenerativeModel("gemini-2.0-flash")
"""


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", "--only-complete", *arguments])


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def changed(folder: Path, files: dict[str, str]) -> set[str]:
    return {name for name, text in files.items() if (folder / name).read_text() != text}


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_that_needs_a_person_stays_and_the_others_are_migrated(tmp_path: Path) -> None:
    files = {"clean.py": CLEAN, "marked.py": MARKED}
    write(tmp_path, files)
    result = migrate()
    assert changed(tmp_path, files) == {"clean.py"}
    assert result.exit_code == 1
    assert "left marked.py: marked.py:4 needs a person" in result.stderr
    assert "1 file stays as before, see above." in result.stderr


def test_nothing_is_left_when_all_is_complete(tmp_path: Path) -> None:
    files = {"clean.py": CLEAN}
    write(tmp_path, files)
    result = migrate()
    assert changed(tmp_path, files) == {"clean.py"}
    assert result.exit_code == 0
    assert "needs a person" not in result.stderr


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(
            "from llm import make\n\nmake().start_chat().rewind()\n", id="uses what another makes"
        ),
        pytest.param("import llm\n\nllm.genai.generate_text(prompt='Hi')\n", id="imports another"),
    ],
)
def test_files_that_share_a_flow_stay_together(tmp_path: Path, user: str) -> None:
    files = {"llm.py": FACTORY, "main.py": user, "clean.py": CLEAN}
    write(tmp_path, files)
    result = migrate()
    assert changed(tmp_path, files) == {"clean.py"}
    assert re.search(r"^left llm\.py: (main|llm)\.py:\d needs a person", result.stderr, re.M)


def test_an_object_joins_files_that_do_not_import_each_other(tmp_path: Path) -> None:
    files = {
        "llm.py": FACTORY,
        "use.py": "def use(model):\n    return model.rewind()\n",
        "main.py": "import llm\nimport use\n\nprint(use.use(llm.make()))\n",
        "other.py": LIMIT,
        "app.py": "import main\nimport other\n",
    }
    write(tmp_path, files)
    migrate()
    assert changed(tmp_path, files) == {"other.py"}


def test_a_key_joins_the_file_that_configures_with_those_that_rely_on_it(tmp_path: Path) -> None:
    files = {
        "settings.py": "import google.generativeai as genai\n\ngenai.configure(api_key='k')\n",
        "old.py": MARKED.replace('genai.configure(api_key="k")', ""),
        "main.py": "import settings\nimport old\n",
    }
    write(tmp_path, files)
    migrate()
    assert changed(tmp_path, files) == set()


def test_errors_join_the_file_that_handles_them_with_those_that_raise_them(tmp_path: Path) -> None:
    files = {
        "llm.py": FACTORY + "\n\ndef ask():\n    return make().generate_content('Hi').text\n",
        "trying.py": (
            "from google.api_core.exceptions import ResourceExhausted\n\n"
            "PASSING = tuple([ResourceExhausted])\n\n\n"
            "def attempt(action):\n    try:\n        return action()\n"
            "    except PASSING:\n        return None\n"
        ),
        "main.py": "import llm\nimport trying\n\nprint(trying.attempt(llm.ask))\n",
    }
    write(tmp_path, files)
    assert "left llm.py: trying.py:3 needs a person" in migrate().output
    assert changed(tmp_path, files) == set()


def test_a_file_that_is_loaded_by_its_name_stays_with_the_one_that_loads_it(tmp_path: Path) -> None:
    files = {
        "plugins/llm.py": FACTORY,
        "main.py": (
            "import importlib\n\n"
            "print(importlib.import_module('plugins.llm').make().generate_content('Hi').text)\n"
        ),
    }
    write(tmp_path, files)
    assert "main.py:3 needs a person" in migrate().output
    assert changed(tmp_path, files) == set()


def test_a_file_that_cannot_be_read_keeps_its_neighbours_as_they_are(tmp_path: Path) -> None:
    broken = "from llm import make\n\nmake().generate_content('Hi'\n"
    files = {"llm.py": FACTORY, "main.py": broken, "clean.py": CLEAN}
    write(tmp_path, files)
    result = migrate()
    assert changed(tmp_path, files) == {"clean.py"}
    assert result.exit_code == 2


def test_check_and_diff_show_only_what_would_be_written(tmp_path: Path) -> None:
    files = {"clean.py": CLEAN, "marked.py": MARKED}
    write(tmp_path, files)
    assert "marked.py" not in migrate("--diff").stdout
    assert migrate("--check").stdout == "would migrate clean.py\n"
    assert migrate("--check", "-q").stderr == ""
    assert changed(tmp_path, files) == set()


def test_findings_of_a_file_that_stays_are_those_for_a_person(tmp_path: Path) -> None:
    write(tmp_path, {"marked.py": MARKED + 'genai.GenerativeModel("m").generate_content("Hi")\n'})
    listed = migrate("-v").stderr
    assert "manual" in listed
    assert "rewritten:" not in listed


def test_what_was_written_is_taken_back_when_its_neighbour_could_not_be(tmp_path: Path) -> None:
    together = frozenset({"a.py", "b.py"})
    finding = Finding(1, 0, "rule", "rewritten")
    done = Migration(b"old\n", b"new\n", (finding,), edits=1, together=together)
    alone = Migration(b"old\n", b"new\n", (finding,), edits=1, together=frozenset({"c.py"}))
    write(tmp_path, {"a.py": "new\n", "b.py": "old\n", "c.py": "new\n"})
    outcomes = [
        FileOutcome(Path("a.py"), migration=done),
        FileOutcome(Path("b.py"), error=FileError("cannot write: the file is read-only")),
        FileOutcome(Path("c.py"), migration=alone),
    ]
    first, second, third = take_back_incomplete(outcomes)
    assert Path("a.py").read_text() == "old\n"
    assert Path("c.py").read_text() == "new\n"
    assert first.held is not None
    assert first.held.path == Path("b.py")
    assert (second, third) == (outcomes[1], outcomes[2])
