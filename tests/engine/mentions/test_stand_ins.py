"""What tests put in the place of functions that gave objects of the old SDK, and of its answers."""

from __future__ import annotations

import pytest
from tests.engine.programs import SETUP, migrated

_APP = (
    SETUP + "model = genai.GenerativeModel('m')\n"
    "def ask(prompt):\n    return model.generate_content(prompt)\n"
    "def read(answer):\n    try:\n        return answer.text\n"
    "    except ValueError:\n        return ''\n"
    "def name():\n    return 'm'\n"
    "class Service:\n    def ask(self):\n        return ask('Hi')\n"
    "    def say(self):\n        return read(self.ask())\n"
)
_HEAD = (
    "from types import SimpleNamespace\nfrom unittest.mock import MagicMock, patch\n"
    "import app\nfrom app import Service, read\n"
    "class Fake:\n    text = 'a'\n"
)
_GIVES = "this is in the place of what gave an object of the old SDK"
_FAKE = "this stands for an object of the old SDK"
_PATCHED = "app.genai is not what it was for the old SDK"


def both(body: str) -> dict[str, str]:
    test = f"{_HEAD}def test_it(monkeypatch):\n    {body}\n"
    return migrated({"app": _APP, "test_app": test})


@pytest.mark.parametrize(
    "body",
    [
        "monkeypatch.setattr(app, 'genai', MagicMock())",
        "with patch.object(app, 'genai') as fake:\n        print(fake)",
    ],
)
def test_a_module_that_loses_the_sdk_is_marked(body: str) -> None:
    files = both(body)
    assert _PATCHED in files["test_app"]
    assert files["test_app"].count("TODO") == 1
    assert "TODO" not in files["app"]


@pytest.mark.parametrize(
    "body",
    [
        "monkeypatch.setattr(app, 'ask', lambda prompt: SimpleNamespace(text='a'))",
        "monkeypatch.setattr('app.ask', MagicMock())",
        "monkeypatch.setattr(app, 'model', MagicMock())",
        "monkeypatch.setattr(Service, 'ask', lambda self: Fake())",
        "with patch('app.ask', return_value=Fake()):\n        Service().say()",
        "with patch('app.Service.ask') as fake:\n        fake.return_value.text = 'a'",
        "with patch.object(Service, 'ask', return_value=Fake()):\n        Service().say()",
    ],
)
def test_what_stands_for_a_function_that_gave_an_object_is_marked(body: str) -> None:
    files = both(body)
    assert _GIVES in files["test_app"]
    assert files["test_app"].count("TODO") == 1
    assert "TODO" not in files["app"]


@pytest.mark.parametrize(
    "body",
    [
        "monkeypatch.setattr(app, 'name', lambda: 'n')",
        "monkeypatch.setattr(app, 'other', 1)",
        "monkeypatch.setattr('app.name', MagicMock())",
        "with patch('app.Service.say') as fake:\n        fake.return_value = 'a'",
        "print(SimpleNamespace(text='a'), Fake())",
    ],
)
def test_other_stand_ins_stay(body: str) -> None:
    assert "TODO" not in both(body)["test_app"]


@pytest.mark.parametrize(
    "body",
    [
        "read(Fake())",
        "fake = Fake()\n    read(fake)",
        "read(SimpleNamespace(text='a'))",
        "fake = SimpleNamespace(text='a')\n    read(answer=fake)",
    ],
)
def test_an_answer_that_a_test_makes_is_marked(body: str) -> None:
    files = both(body)
    assert _FAKE in files["test_app"]
    assert files["test_app"].count("TODO") == 1
    assert "TODO" not in files["app"]
    assert "return _response_text(answer)" in files["app"]


def test_a_mock_of_an_answer_is_marked() -> None:
    files = both("fake = MagicMock()\n    fake.text = 'a'\n    read(fake)")
    assert files["test_app"].count("TODO") == 1
    assert "return _response_text(answer)" in files["app"]
