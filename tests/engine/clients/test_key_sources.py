"""Which key a file without a configuration of its own uses, where several others configure."""

from __future__ import annotations

import pytest
from tests.engine.programs import SDK, migrated

_USES = (
    SDK + 'def ask(question):\n    return genai.GenerativeModel("m").generate_content(question)\n'
)
_SURE = SDK + 'import os\nKEY = os.environ["KEY"]\ngenai.configure(api_key=KEY)\n'
_MARKED = "TODO(genai-codemod): another module calls genai.configure()"


def _own_client(other: str, main: str = "", sure: str = _SURE) -> str:
    """The file that configures nothing, beside one that certainly reads a variable and another."""
    files = {
        "main": f"import sure\nimport other\nfrom uses import ask\n{main}\nask('Hi')\n",
        "sure": sure,
        "other": SDK + "import os\n" + other,
        "uses": _USES,
    }
    own = migrated(files)["uses"]
    assert "from google import genai" in own
    return own


@pytest.mark.parametrize(
    "other",
    [
        'genai.configure(api_key=os.getenv("KEY") or os.getenv("KEY", ""))',
        'KEY = None\nif not KEY:\n    KEY = os.environ.get("KEY")\ngenai.configure(api_key=KEY)',
        'NAME = "KEY"\ngenai.configure(api_key=os.environ[NAME] if NAME in os.environ else None)',
        'def setup(key=None):\n    key = key or os.getenv("KEY")\n    genai.configure(api_key=key)',
    ],
)
def test_the_same_variable_is_recognized(other: str) -> None:
    own = _own_client(other)
    assert 'genai.Client(api_key=os.getenv("KEY"))' in own
    assert _MARKED not in own


@pytest.mark.parametrize(
    "other",
    [
        'genai.configure(api_key=os.getenv("KEY") or os.getenv("OTHER"))',
        'genai.configure(api_key=os.getenv("KEY", "literal"))',
        'KEY = os.getenv("KEY")\nKEY = input()\ngenai.configure(api_key=KEY)',
        "def setup(key):\n    genai.configure(api_key=key)",
        "def setup(*keys):\n    genai.configure(api_key=keys)",
        "for KEY in os.environ:\n    genai.configure(api_key=KEY)",
    ],
)
def test_another_key_is_not_taken_for_it(other: str) -> None:
    assert _MARKED in _own_client(other)


@pytest.mark.parametrize(
    "main",
    [
        'import os\nfor key in ("a", "b"):\n    os.environ["KEY"] = key',
        'import os\ndef rotate(key):\n    os.environ["KEY"] = key\nrotate("b")',
        'import os\ndef rotate(key):\n    if "OTHER" not in os.environ:\n'
        '        os.environ["KEY"] = key\nrotate("b")',
        'import os\ndef rotate(key):\n    if "KEY" not in os.environ:\n        key = "a"\n'
        '    else:\n        os.environ["KEY"] = key\nrotate("b")',
        'import os\nimport streamlit as st\nos.environ["KEY"] = st.text_input("Key")',
        'import os\ndef rotate(key):\n    os.environ.update({"KEY": key})\nrotate("b")',
        'import os\ndef rotate(key):\n    os.environ.update(KEY=key)\nrotate("b")',
        'import os\ndef rotate(keys):\n    os.environ.update(keys)\nrotate({"KEY": "b"})',
        'import os\nN = "KEY"\ndef rotate(key):\n    os.environ.update({N: key})\nrotate("b")',
        'import os\nN = "KEY"\ndef rotate(key):\n    os.environ[N] = key\nrotate("b")',
        'import os\nN = "KEY"\ndef forget():\n    os.environ.pop(N, None)\nforget()',
        'import os\ndef rotate(key):\n    os.environ |= {"KEY": key}\nrotate("b")',
        'import os\ndef forget():\n    del os.environ["KEY"]\nforget()',
        'import os\ndef forget():\n    os.environ.pop("KEY", None)\nforget()',
        'from dotenv import load_dotenv\ndef use(p):\n    load_dotenv(p, override=True)\nuse("b")',
    ],
)
def test_a_variable_that_gets_other_values_is_not_taken_for_the_key(main: str) -> None:
    assert _MARKED in _own_client(_SURE.removeprefix(SDK), main)


@pytest.mark.parametrize(
    "main",
    [
        'import os\nif "KEY" not in os.environ:\n    os.environ["KEY"] = input()',
        'import os\ndef a():\n    if "KEY" not in os.environ:\n        os.environ["KEY"] = input()',
        'import os\ndef ask():\n    if not os.getenv("KEY"):\n        os.environ["KEY"] = input()',
        'import os\nwhile os.getenv("KEY") is None:\n    if os.getenv("KEY") is None:\n'
        '        os.environ["KEY"] = input()',
        'import os\nfor name in ("A", "B"):\n    os.environ["OTHER"] = name',
        'import os\nfor name in ("A", "B"):\n    os.environ.update(OTHER=name)',
        'import os\nN = "OTHER"\nfor name in ("A", "B"):\n    os.environ.update({N: name})',
        'import os\nos.environ.update({"KEY": input()})',
        'from dotenv import load_dotenv\ndef use(path):\n    load_dotenv(path)\nuse("b")',
    ],
)
def test_a_variable_that_is_given_a_value_once_is_the_key(main: str) -> None:
    assert _MARKED not in _own_client(_SURE.removeprefix(SDK), main)


_SETUP = """
class Service:
    def __init__(self, key=None, *, name="KEY"):
        self.key = key
        self.name = name

    def setup(self):
        genai.configure(api_key=self.key or os.environ[self.name])
"""


@pytest.mark.parametrize(
    ("main", "marked"),
    [
        ("other.Service().setup()", False),
        ("other.Service(name='KEY').setup()", False),
        ("other.Service(key=sure.KEY).setup()", False),
        ("other.Service(input()).setup()", True),
        ("other.Service(*input()).setup()", True),
        ("other.Service(name='OTHER').setup()", True),
        ("service = other.Service()\nservice.key = input()\nservice.setup()", True),
        ("other.Service.key = input()", True),
        ("service = other.Service()\nservice.key, other.it = input()", True),
        ("service = other.Service()\nservice.name += '2'", True),
    ],
)
def test_what_an_object_is_given_counts(main: str, marked: bool) -> None:
    assert (_MARKED in _own_client(_SETUP, main)) == marked


def test_a_variable_that_another_file_sets_is_not_certain() -> None:
    other = 'KEY = os.getenv("KEY")\ndef setup():\n    genai.configure(api_key=KEY)'
    assert _MARKED not in _own_client(other)
    assert _MARKED in _own_client(other, "other.KEY = input()\nother.setup()")


def test_a_default_alone_is_not_certain() -> None:
    """Somebody may give the only function that configures any key."""
    setup = 'def setup(key=None):\n    genai.configure(api_key=key or os.getenv("KEY"))\n'
    assert _MARKED in _own_client(setup, sure=SDK + "import os\n" + setup)


def _beside_settings(
    settings: str, main: str = "", uses: str = "from settings import MODEL\n"
) -> str:
    """The file that configures nothing, beside one that gets its key from settings."""
    files = {
        "main": SDK + "import settings\nfrom settings import KEY\nfrom uses import ask\n"
        f"def start():\n    genai.configure(api_key=KEY)\n{main}\nstart()\nask('Hi')\n",
        "settings": settings,
        "uses": uses + _USES,
    }
    own = migrated(files)["uses"]
    assert "from google import genai" in own
    return own


@pytest.mark.parametrize("uses", ["from settings import MODEL\n", "from settings import KEY\n"])
def test_a_key_of_settings_is_imported(uses: str) -> None:
    own = _beside_settings("import json\nKEY = json.load(open('k'))\nMODEL = 'm'\n", uses=uses)
    assert "genai.Client(api_key=KEY)" in own
    assert "KEY" in next(line for line in own.splitlines() if line.startswith("from settings"))
    assert _MARKED not in own


@pytest.mark.parametrize(
    ("settings", "main", "uses"),
    [
        ("KEY = None\ndef load():\n    global KEY\n    KEY = input()\n", "", ""),
        ("KEY = input()\nif not KEY:\n    KEY = 'other'\n", "", ""),
        ("if input():\n    KEY = input()\n", "", ""),
        ("KEY, MODEL = input()\n", "", ""),
        ("KEY = input()\n", "settings.KEY = input()", ""),
        ("KEY = input()\n", "", "KEY = 'own'\n"),
        ("KEY = input()\n", "genai.configure(api_key='other')", ""),
        ("from uses import ask\nKEY = input()\n", "", ""),
    ],
)
def test_a_key_that_may_change_is_not_imported(settings: str, main: str, uses: str) -> None:
    own = _beside_settings(settings, main, "from settings import MODEL\n" + uses)
    assert "genai.Client(api_key=KEY)" not in own
