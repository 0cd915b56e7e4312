"""Objects of the program's own classes where objects of the old SDK can stand, too."""

from __future__ import annotations

from tests.checks import MARKER
from tests.engine.programs import SETUP, migrated

_APP = (
    SETUP + "class Base:\n    def ask(self): ...\n"
    "class Reply:\n    def __init__(self, text):\n        self.text = text\n"
    "class Gemini(Base):\n    def ask(self):\n"
    "        return genai.GenerativeModel('m').generate_content('Hi')\n"
    "class Echo(Base):\n    def ask(self):\n        return Reply('Hi')\n"
)
_READ = "    try:\n        return {}.text\n    except ValueError:\n        return ''\n"
_TOLD = "tell this from an object of Reply first."


def test_an_attribute_of_an_object_that_may_be_another_is_marked() -> None:
    app = migrated({"app": f"{_APP}def use(it: Base):\n" + _READ.format("it.ask()")})["app"]
    assert _TOLD in app
    assert "return it.ask().text" in app


def test_what_is_told_apart_by_its_class_is_migrated() -> None:
    use = "def use(it: Base):\n    reply = it.ask()\n    if isinstance(reply, Reply):\n"
    use += "        return 'a'\n" + _READ.format("reply")
    app = migrated({"app": _APP + use})["app"]
    assert MARKER not in app
    assert "return _response_text(reply)" in app


def test_a_class_of_a_test_keeps_nothing_of_the_program() -> None:
    app = SETUP + "def read(answer):\n" + _READ.format("answer")
    app += "def use():\n    return read(genai.GenerativeModel('m').generate_content('Hi'))\n"
    test = "from app import read\nclass Fake:\n    text = 'a'\n"
    test += "def test_it():\n    assert read(Fake()) == 'a'\n"
    files = migrated({"app": app, "test_app": test})
    assert "return _response_text(answer)" in files["app"]
    assert MARKER not in files["app"]
    assert MARKER in files["test_app"]
