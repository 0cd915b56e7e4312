from __future__ import annotations

from pathlib import Path

import pytest

from genai_codemod.shim.first_import import first_sdk

NEW = "from google import genai\n"


def found(folder: Path, files: dict[str, str], program: str = "main.py") -> str | None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return first_sdk(folder / program, folder)


@pytest.mark.parametrize(
    ("source", "sdk"),
    [
        ("import google.generativeai as genai", "google.generativeai"),
        ("from google.generativeai.types import Tool", "google.generativeai"),
        ("from google import generativeai", "google.generativeai"),
        ("import google.genai.types", "google.genai"),
        (
            '"""About."""\nfrom __future__ import annotations\nimport os, PIL\n' + NEW,
            "google.genai",
        ),
        ("NAMES = ['a', {'b': -1}]\ndef ask(text: str = 'a'): return f()\n" + NEW, "google.genai"),
        (
            "try:\n    from google import genai\nexcept ImportError:\n    genai = None",
            "google.genai",
        ),
        ("from google import genai\nimport google.generativeai", "google.genai"),
    ],
)
def test_an_import_that_comes_first_is_found(source: str, sdk: str, tmp_path: Path) -> None:
    assert found(tmp_path, {"main.py": source}) == sdk


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import google\nimport google.auth\nfrom google import api_core",
        "import os\nos.environ['GRPC_VERBOSITY'] = 'ERROR'\n" + NEW,
        "import os\nKEY = os.environ['KEY']\n" + NEW,
        "print('Hello')\n" + NEW,
        "import warnings\nwith warnings.catch_warnings():\n    from google import genai",
        "if True:\n    from google import genai",
        "def ask():\n    from google import genai",
        "try:\n    import torch\n    from google import genai\nexcept ImportError:\n    pass",
        "class Late:\n    from google import genai",
        "@print\ndef ask(): pass\n" + NEW,
        "def ask(text=print('now')): pass\n" + NEW,
        "first, second = 1, 2\n" + NEW,
    ],
)
def test_an_import_that_something_may_come_before_is_not(source: str, tmp_path: Path) -> None:
    assert found(tmp_path, {"main.py": source}) is None


def test_the_programs_own_modules_are_followed(tmp_path: Path) -> None:
    files = {
        "main.py": "import settings\nfrom app.bot import ask\nprint(ask())",
        "settings.py": "import main\nMODEL = 'm'",
        "app/__init__.py": "",
        "app/bot.py": "from . import llm\nfrom .names import NAME",
        "app/llm.py": NEW,
    }
    assert found(tmp_path, files) == "google.genai"
    assert found(tmp_path, {**files, "app/__init__.py": "print('app')"}) is None
    assert found(tmp_path, {**files, "settings.py": "import os\nos.chdir('app')"}) is None
    assert found(tmp_path, {**files, "settings.py": "MODEL = ("}) is None


def test_the_packages_that_a_program_is_in_come_before_it(tmp_path: Path) -> None:
    files = {"app/__init__.py": "", "app/inner/__init__.py": "", "app/inner/main.py": NEW}
    assert found(tmp_path, files, "app/inner/main.py") == "google.genai"
    files["app/inner/__init__.py"] = "from ..start import *"
    assert found(tmp_path, files, "app/inner/main.py") is None
    files["app/start.py"] = "import google.generativeai"
    assert found(tmp_path, files, "app/inner/main.py") == "google.generativeai"


def test_a_folder_without_an_initialisation_is_not_followed(tmp_path: Path) -> None:
    assert found(tmp_path, {"main.py": "import app.bot", "app/bot.py": NEW}) is None
