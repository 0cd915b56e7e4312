"""Texts that name the old SDK: which of them are renamed, and which are left as they are."""

from __future__ import annotations

import pytest

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.mentions.messages import renamed

PACK = load_pack()
RENAMED = {
    "pip install google-generativeai": "pip install google-genai",
    "pip install -q -U google-generativeai": "pip install -q -U google-genai",
    "pip install google.generativeai": "pip install google-genai",
    "`google-generativeai` is missing.": "`google-genai` is missing.",
    "google.generativeai cannot be imported.": "google.genai cannot be imported.",
    "Uses google-generativeai.": "Uses google-genai.",
    "A.\n\nThe old google-generativeai.\n\nThe google-generativeai.": (
        "A.\n\nThe old google-generativeai.\n\nThe google-genai."
    ),
}
LEFT = (
    "pip install google-generativeai>=0.5",
    "pip install google-generativeai==0.8.3",
    "pip install google-generativeai[extra]",
    "google-generativeai < 1",
    "google-generativeai 0.8 is enough",
    "google-generativeai is deprecated",
    "Migrated from google-generativeai",
    "https://example.org/project/google-generativeai/",
    "langchain-google-generativeai",
    "google-generativeai-extras",
    "my.google.generativeai",
    "google.generativeai.types.GenerationConfig",
    ">>> import google.generativeai as genai",
    "Needs google.generativeai: genai.configure(api_key=...)",
)
SDK = 'import google.generativeai as genai\ngenai.configure(api_key="K")\n'
CALL = 'model = genai.GenerativeModel("a")\nprint(model.generate_content("b").text)\n'
ODD = "print(vars(model))\n"


def after(*lines: str) -> str:
    return migrate_source((SDK + CALL + "".join(lines)).encode(), PACK).after.decode()


@pytest.mark.parametrize(("text", "new"), RENAMED.items(), ids=RENAMED)
def test_what_is_renamed(text: str, new: str) -> None:
    assert renamed(text, PACK) == new


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left(text: str) -> None:
    assert renamed(text, PACK) == text


READ = (
    'print("no {}")\n',
    'raise ImportError("no {}")\n',
    'raise ImportError(f"no {} in {{1}}")\n',
    'raise ImportError("no" " {}")\n',
    'import logging\nlogging.getLogger().error("no {}", 1)\n',
    'import os\nos.system("pip install {}")\n',
    'import os\nos.system("pip install {}".strip())\n',
    'import subprocess\nsubprocess.run(["pip", "install", "{}"])\n',
    '"""Needs {}."""\n',
)
UNREAD = (
    'print(model.generate_content("no {}").text)\n',
    'prompt = "no {}"\n',
    'import subprocess\nsubprocess.run(["cat", "about {}"])\n',
    'import os\nos.system("cat {}")\n',
    "# needs {}\n",
    "x = 1  # needs {}\n",
    'text = "# {}"\n',
)


@pytest.mark.parametrize("line", READ)
def test_what_people_read_is_renamed(line: str) -> None:
    assert line.format("google-genai") in after(line.format("google-generativeai"))


@pytest.mark.parametrize("line", UNREAD)
def test_what_programs_read_is_left(line: str) -> None:
    found = after(line.format("google-generativeai"))
    assert "google-generativeai" in found
    assert "google-genai" not in found


@pytest.mark.parametrize("line", READ)
def test_texts_are_left_where_the_old_sdk_stays(line: str) -> None:
    assert line.format("google-generativeai") in after(ODD, line.format("google-generativeai"))


def test_texts_are_left_in_a_file_that_speaks_of_both() -> None:
    lines = 'print("pip install google-generativeai")\n', 'print("or google-genai")\n'
    assert "".join(lines) in after(*lines)


def test_what_is_left_is_noted() -> None:
    line = 'raise ImportError("google-generativeai==0.8 is missing")\n'
    findings = migrate_source((SDK + CALL + line).encode(), PACK).findings
    (note,) = [each for each in findings if each.rule == "legacy.named-in-text"]
    assert note.status == "note"
    assert note.line == 5


ASKED = (
    'import importlib.util\nFOUND = importlib.util.find_spec("{}") is not None\n',
    'from importlib.util import find_spec\nif not find_spec("{}"):\n    pass\n',
    'import importlib\nimportlib.import_module("{}")\n',
    'import pytest\npytest.importorskip("{}")\n',
    '__import__("{}")\n',
)


@pytest.mark.parametrize("line", ASKED)
def test_what_only_asks_for_the_package_is_rewritten(line: str) -> None:
    assert line.format("google.genai") in after(line.format("google.generativeai"))


@pytest.mark.parametrize("line", ASKED)
def test_what_only_asks_for_the_package_is_marked_where_the_old_sdk_stays(line: str) -> None:
    found = after(ODD, line.format("google.generativeai"))
    assert "[legacy.named-in-string]" in found


@pytest.mark.parametrize(
    "line",
    [
        'import importlib\nsdk = importlib.import_module("{}")\n',
        'import importlib.util\nspec = importlib.util.find_spec("{}.types") is None\n',
        'import tools\ntools.need("{}")\n',
        'PACKAGES = {{"gemini": "{}"}}\n',
        'import sys\nsys.modules["{}"] = None\n',
    ],
)
def test_what_uses_the_package_by_its_name_is_marked(line: str) -> None:
    line = line.format("google.generativeai")
    found = after(line)
    assert line.splitlines()[-1] in found
    assert "[legacy.named-in-string]" in found


def test_a_list_of_packages_is_marked() -> None:
    assert "it is google-genai now" in after('NEEDED = ["google-generativeai"]\n')
    assert "TODO" in (found := after(ODD, 'NEEDED = ["google-generativeai"]\n'))
    assert "named-in-string" not in found


@pytest.mark.parametrize(
    "line",
    [
        'if has("google.genai") or has("google.generativeai"):\n    pass\n',
        'if name == "google.generativeai" or name == "google.genai":\n    pass\n',
    ],
)
def test_what_tells_both_sdks_apart_is_left(line: str) -> None:
    assert "[legacy.named-in-string]" not in after(line)
    assert "[legacy.named-in-string]" in after(line.replace("google.genai", "other"))
