"""Objects of the program's own classes that nobody sees being made, by what annotations say."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import SETUP, migrated

_SERVICE = (
    SETUP + "class Service:\n    def __init__(self):\n"
    "        self.model = genai.GenerativeModel('m')\n"
    "    def ask(self):\n        return self.model.generate_content('Hi')\n"
)
_HEAD = (
    "import typing\nfrom typing import Annotated, Optional, Protocol, TypedDict, Union\n"
    "from app import Service\nfrom web import given, held, needs\n"
)
_READ = "    try:\n        return {}.ask().text\n    except ValueError:\n        return 'blocked'\n"
_RAISING = "_response_text({}.ask())"


@pytest.mark.parametrize(
    "annotation",
    [
        "Service",
        "'Service'",
        "Optional[Service]",
        "'Optional[Service]'",
        "Service | None",
        "Union[str, Service]",
        "Annotated[Service, needs]",
        "Alias",
        "Later",
    ],
)
@pytest.mark.parametrize("default", ["", " = needs(given)", " = None"])
def test_a_parameter_that_nothing_is_seen_to_be_given_is_followed(
    annotation: str, default: str
) -> None:
    use = _HEAD + "Alias = Annotated[Service, needs]\n"
    use += f"def use(it: {annotation}{default}):\n" + _READ.format("it")
    use += "class Later(Service):\n    pass\n"
    assert _RAISING.format("it") in migrated({"app": _SERVICE, "use": use})["use"]


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ("it: Service = held.it", "it"),
        ("def get() -> Service:\n    return held.it", "get()"),
        ("def get() -> Service:\n    ...", "get()"),
        ("class Held:\n    it: Service\nheld = Held()", "held.it"),
        ("class Held:\n    it: Optional[Service] = None\nheld = Held()", "held.it"),
        ("class Held:\n    it: Service = needs(given)\nheld = Held()", "held.it"),
        ("class Held:\n    def start(self):\n        self.it: Service\nheld = Held()", "held.it"),
        (
            "class Held:\n    def start(self):\n        self.it: Service = given\nheld = Held()",
            "held.it",
        ),
    ],
)
def test_what_is_declared_and_never_seen_is_followed(declared: str, read: str) -> None:
    use = f"{_HEAD}{declared}\ndef use():\n" + _READ.format(read)
    assert _RAISING.format(read) in migrated({"app": _SERVICE, "use": use})["use"]


def test_what_is_seen_stays_what_it_is() -> None:
    use = (
        _HEAD + "class Other:\n    def ask(self):\n        return given\n"
        "def use(it: Service):\n" + _READ.format("it") + "use(Other())\n"
    )
    assert "_response_text" not in migrated({"app": _SERVICE, "use": use})["use"]


@pytest.mark.parametrize("base", ["TypedDict", "dict", "str"])
def test_objects_that_are_values_are_not_taken_for_others(base: str) -> None:
    use = (
        SETUP + f"from typing import TypedDict\nclass Message({base}):\n    pass\n"
        "def use(it: Message):\n    return genai.GenerativeModel('m').generate_content([it]).text\n"
    )
    plain = use.replace("it: Message", "it")
    assert (
        migrated({"app": use})["app"].replace("it: Message", "it")
        == migrated({"app": plain})["app"]
    )


def test_fields_of_objects_that_nobody_sees_made_can_hold_anything() -> None:
    use = (
        SETUP + "from pydantic import BaseModel\n"
        "class Request(BaseModel):\n    history: list = []\n"
        "def use(request: Request):\n"
        "    return genai.GenerativeModel('m').start_chat(history=request.history)\n"
    )
    assert "history=_history(request.history)" in migrated({"app": use})["app"]


def test_anything_may_follow_a_protocol() -> None:
    use = (
        SETUP + "from typing import Protocol\n"
        "class Model(Protocol):\n    def generate_content(self, prompt): ...\n"
        "def use(model: Model):\n    return model.generate_content('Hi')\n"
    )
    assert MARKER in migrated({"app": use})["app"]
