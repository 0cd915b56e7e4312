"""Handlers around calls of objects that nobody sees, in modules that have nothing of the SDK."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import SETUP, migrated

_SERVICE = (
    SETUP + "class Service:\n    def __init__(self):\n"
    "        self.model = genai.GenerativeModel('m')\n"
    "    def ask(self):\n        return self.model.generate_content('Hi').text\n"
    "    def name(self):\n        return 'm'\n"
)
_HANDLED = (
    "from google.api_core.exceptions import ResourceExhausted\nfrom app import Service\n"
    "def use(given):\n    try:\n        return {}\n"
    "    except ResourceExhausted:\n        return ''\n"
)


@pytest.mark.parametrize(
    "called",
    [
        "given.ask()",
        "given.state.service.ask()",
        "given[0].ask()",
        "[each.ask() for each in given]",
    ],
)
def test_a_handler_is_marked_if_such_a_method_sends_something(called: str) -> None:
    used = migrated({"app": _SERVICE, "use": _HANDLED.format(called)})["use"]
    assert "google.genai raises errors.ClientError with code 429 here" in used
    assert "except ResourceExhausted:" in used


@pytest.mark.parametrize(
    ("called", "head"),
    [
        ("given.insert()", ""),
        ("given.name()", ""),
        ("given", ""),
        ("given.ask()", "from google.cloud import pubsub\npubsub.Client()\n"),
    ],
)
def test_handlers_around_other_calls_stay(called: str, head: str) -> None:
    used = head + _HANDLED.format(called)
    assert migrated({"app": _SERVICE, "use": used})["use"] == used


def test_a_handler_stays_where_the_calls_do() -> None:
    left = _SERVICE.replace("generate_content('Hi')", "generate_content('Hi', **unknown)")
    used = _HANDLED.format("given.ask()")
    assert MARKER in migrated({"app": left, "use": used})["app"]
    assert migrated({"app": left, "use": used})["use"] == used
