"""Mocks in tests that stand for objects of the old SDK."""

from __future__ import annotations

import pytest
from tests.engine.programs import SETUP, migrated

_SERVICE = (
    SETUP + "class Service:\n    def __init__(self, model=None):\n"
    "        self.model = model or genai.GenerativeModel('m')\n"
    "    def ask(self):\n        return self.model.generate_content('Hi').text\n"
)
_MARKED = "this mock stands for an object of the old SDK"
_TEST = "from unittest.mock import MagicMock, patch\nfrom app import Service\n"


_MIGRATED = "client.models.generate_content(model=self.model"


@pytest.mark.parametrize("given", ["MagicMock()", "model=MagicMock()"])
def test_a_mock_that_is_given_is_marked(given: str) -> None:
    files = migrated({"app": _SERVICE, "test": f"{_TEST}Service({given})\n"})
    assert _MARKED in files["test"]
    assert _MIGRATED in files["app"]


@pytest.mark.parametrize(
    ("replace", "marked"),
    [
        ("service = Service()\nservice.model = MagicMock()", True),
        ("with patch.object(Service(), 'model') as fake:\n    print(fake)", True),
        ("def test_it(monkeypatch):\n    monkeypatch.setattr(Service(), 'model', 1)", True),
        ("service = Service()\nservice.other = MagicMock()", False),
        ("with patch.object(Service(), 'ask') as fake:\n    print(fake)", False),
        ("print(MagicMock())", False),
    ],
)
def test_a_mock_in_place_of_an_attribute_is_marked(replace: str, marked: bool) -> None:
    app = _SERVICE.replace("model or ", "")
    files = migrated({"app": app, "test": f"{_TEST}{replace}\n"})
    assert (_MARKED in files["test"]) == marked
    assert _MIGRATED in files["app"]


@pytest.mark.parametrize(
    "app",
    [
        "def ask(model):\n    return model.generate_content('Hi').text\n",
        "class Asking:\n    def __init__(self, model):\n        self.model = model\n"
        "    def ask(self):\n        return self.model.generate_content('Hi').text\n"
        "def ask(model):\n    return Asking(model).ask()\n",
    ],
)
def test_what_only_mocks_are_given_gets_something_else_elsewhere(app: str) -> None:
    test = "from unittest.mock import Mock\nfrom app import ask\nask(Mock())\n"
    files = migrated({"app": SETUP + app, "test": test})
    assert "it cannot be seen what this is called on" in files["app"]
    assert "TODO" not in files["test"]


_KEPT = _SERVICE.replace("model or ", "")


@pytest.mark.parametrize(
    "mocked",
    [
        "it.model.generate_content = AsyncMock(return_value=1)",
        "it.model.generate_content = lambda prompt: 1",
        "it.model.generate_content.return_value = 1",
        "it.model.generate_content.return_value.text = 'a'",
        "it.model.generate_content.assert_called_once_with('a')",
        "assert it.model.generate_content.called",
        "monkeypatch.setattr(it.model, 'generate_content', None)",
        "with patch.object(it.model, 'generate_content', return_value=1):\n        it.ask()",
        "mocker.spy(it.model, 'generate_content')",
    ],
)
@pytest.mark.parametrize("before", ["", "it.model = MagicMock()\n    "])
def test_a_mocked_method_is_marked_and_keeps_no_other_file(mocked: str, before: str) -> None:
    test = (
        "from unittest.mock import AsyncMock, MagicMock, patch\nfrom app import Service\n"
        f"def test_it(monkeypatch, mocker):\n    it = Service()\n    {before}{mocked}\n"
    )
    files = migrated({"app": _KEPT, "test": test})
    assert files["test"].count(_MARKED) == 1 + bool(before)
    assert files["test"].count("TODO") == 1 + bool(before)
    assert _MIGRATED in files["app"]
    assert "TODO" not in files["app"]


@pytest.mark.parametrize(
    "used",
    [
        "it.model.generate_content = wrapped(it.model.generate_content)",
        "it.model.generate_content = lambda prompt: 1",
        "print(it.model.generate_content.__name__)",
        "setattr(it.model, 'generate_content', wrapped)",
    ],
)
def test_a_method_that_code_replaces_itself_is_no_mock(used: str) -> None:
    files = migrated({"app": f"{_KEPT}it = Service()\ndef wrap():\n    {used}\n"})
    assert "migrate this object by hand" in files["app"]
    assert _MARKED not in files["app"]
