"""Tests belong to the fixtures that they are given."""

from __future__ import annotations

import pytest
from tests.project.folder import CONFIGURES, LEGACY, USES, Folder

from genai_codemod.pytest_fixtures import relation

_FIXTURE = "import pytest\n@pytest.fixture"
_MODEL = f"{LEGACY}{_FIXTURE}\ndef model(): return genai.GenerativeModel('m')\n"


@pytest.mark.parametrize("test", ["tests/test_a.py", "tests/unit/deep/a_test.py"])
def test_a_test_belongs_to_the_fixtures_of_its_folders(folder: Folder, test: str) -> None:
    files = {
        "tests/conftest.py": _MODEL,
        test: "def test_it(model):\n    " + USES,
        "tests/test_other.py": "def test_other(chat):\n    chat.generate_content('x')\n",
        "tests/helper.py": "def help(model):\n    " + USES,
        "other/test_a.py": "def test_it(model):\n    " + USES,
    }
    assert folder.programs(files) == [["tests/conftest.py", test]]


def test_a_fixture_that_gives_what_another_file_makes(folder: Folder) -> None:
    files = {
        "app.py": LEGACY + "def make(): return genai.GenerativeModel('m')\n",
        "conftest.py": f"import app\n{_FIXTURE}(name='it')\ndef _(): return app.make()\n",
        "tests/conftest.py": f"{_FIXTURE}\ndef chat(it): return it.start_chat()\n",
        "tests/test_a.py": "def test_it(chat):\n    " + USES,
    }
    (program,) = folder.group(files)
    assert folder.names(program) == sorted(files)


def test_fixtures_for_all_belong_to_tests_that_use_the_sdk(folder: Folder) -> None:
    files = {
        "conftest.py": f"{CONFIGURES}{_FIXTURE}(autouse=True)\ndef f(): pass\n",
        "test_a.py": LEGACY,
        "test_b.py": "pass\n",
    }
    assert folder.programs(files) == [["conftest.py", "test_a.py"]]


def test_fixtures_without_the_sdk_that_tests_of_a_program_get(folder: Folder) -> None:
    files = {
        "app.py": LEGACY,
        "tests/conftest.py": f"{_FIXTURE}\ndef fake(): return 1\n",
        "tests/test_app.py": "import app\ndef test_it(fake):\n    app.ask(fake)\n",
        "tests/test_other.py": "def test_it(fake):\n    print(fake.text)\n",
    }
    (program,) = folder.group(files)
    assert folder.names(program) == ["app.py", "tests/conftest.py", "tests/test_app.py"]
    relations = program.imports[folder.root / "tests/test_app.py"]
    assert relations[relation(0)] == folder.root / "tests/conftest.py"
