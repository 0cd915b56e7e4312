"""Fixtures of pytest: whose result a parameter gets, and which of them nobody is seen to use."""

from __future__ import annotations

import pytest
from tests.engine.programs import SETUP, migrated, squeezed

from genai_codemod.pytest_fixtures import relation

_PYTEST = SETUP + "import pytest\n"
_MODEL = "@pytest.fixture\ndef model():\n    return genai.GenerativeModel({name!r})\n"
_TEST = "def test_it(model):\n    model.generate_content('Hi')\n"
_REWRITTEN = "models.generate_content(model=model, contents='Hi')"
_MARKED = "reaches code that cannot be seen"


def _program(files: dict[str, str]) -> dict[str, str]:
    """The files migrated, where ``inner`` is in a folder of ``outer`` and tests are in both."""
    relations = {
        "test": {relation(0): "inner", relation(1): "outer"},
        "inner": {relation(1): "outer"},
    }
    return migrated(
        files,
        relations={
            name: {path: to for path, to in relations.get(name, {}).items() if to in files}
            for name in files
        },
    )


@pytest.mark.parametrize(
    "test",
    [
        _TEST,
        "class TestIt:\n    def test_it(self, model):\n        model.generate_content('Hi')\n",
        "async def test_it(model):\n    await model.generate_content_async('Hi')\n",
        "import pytest\n@pytest.mark.parametrize('x', [1])\n"
        + _TEST.replace("(model", "(x, model"),
        "def test_it(request):\n    model = request.getfixturevalue('model')\n"
        "    model.generate_content('Hi')\n",
    ],
)
def test_a_test_gets_what_a_fixture_gives(test: str) -> None:
    files = _program({"outer": _PYTEST + _MODEL.format(name="a"), "test": test})
    assert _REWRITTEN in squeezed(files["test"])
    assert _MARKED not in files["outer"]


@pytest.mark.parametrize(
    "test",
    [
        "import pytest\n@pytest.mark.parametrize('model', ['x'])\n" + _TEST,
        _TEST.replace("model)", "model=None)"),
        _TEST.replace("test_it", "helper"),
    ],
)
def test_others_get_their_parameters_from_somewhere_else(test: str) -> None:
    files = _program({"outer": _PYTEST + _MODEL.format(name="a"), "test": test})
    assert _REWRITTEN not in squeezed(files["test"])
    assert _MARKED in files["outer"]


def test_the_nearest_fixture_wins() -> None:
    own = _PYTEST + "@pytest.fixture\ndef model(model):\n    return [model]\n"
    inner = _PYTEST + "@pytest.fixture\ndef model(model):\n    return model.start_chat()\n"
    outer = _PYTEST + _MODEL.format(name="a")
    test = "def test_it(model):\n    model[0].send_message('Hi')\n    print(model[0].history)\n"
    files = _program({"outer": outer, "inner": inner, "test": own + test})
    assert "return client.chats.create(model=model)" in squeezed(files["inner"])
    assert "print(model[0].get_history(curated=True))" in files["test"]


def test_a_fixture_of_a_class_is_for_its_tests_alone() -> None:
    test = (
        f"{_PYTEST}{_MODEL.format(name='a')}\nclass TestIt:\n    @pytest.fixture\n"
        "    def model(self):\n        return 'text'\n    def test_it(self, model):\n"
        "        assert model.generate_content\n" + _TEST
    )
    files = _program({"test": test})
    assert _REWRITTEN in squeezed(files["test"])
    assert "assert model.generate_content" in files["test"]


def test_an_imported_fixture() -> None:
    files = migrated(
        {"lib": _PYTEST + _MODEL.format(name="a"), "test": f"from lib import model\n{_TEST}"}
    )
    assert _REWRITTEN in squeezed(files["test"])


def test_a_fixture_that_only_another_one_uses_may_be_for_tests_out_of_sight() -> None:
    chat = "@pytest.fixture{}\ndef chat(model):\n    model.start_chat()\n"
    conftest = _PYTEST + _MODEL.format(name="a")
    assert _MARKED in _program({"outer": conftest + chat.format("")})["outer"]
    assert _MARKED not in _program({"outer": conftest + chat.format("(autouse=True)")})["outer"]
