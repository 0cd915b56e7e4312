"""Programs that choose between modules with functions of the same names."""

from __future__ import annotations

import pytest
from tests.engine.programs import SETUP, migrated, squeezed

_GEMINI = (
    SETUP + "def make(name):\n    return genai.GenerativeModel(name)\n\n"
    "def respond(model, question):\n    return model.generate_content(question).text\n"
)
_OTHER = (
    "import elsewhere\n\ndef make(name):\n    return elsewhere.Model(name)\n\n"
    "def respond(model, question):\n    return model.ask(question).text\n"
)
_CHOICE = (
    "def find(name):\n    if name == 'gemini':\n        from gemini import make, respond\n"
    "    else:\n        from {other} import make, respond\n    return make, respond\n\n"
)
_HAND_BACK = "make, respond = find(input())\nmodel = make('m')\nprint(respond(model, 'Hi'))\n"
_REWRITTEN = "client.models.generate_content(model=model, contents=question)"
_LEFT = "migrate this object by hand: "


@pytest.mark.parametrize("other", ["other", ".sight"])
def test_an_object_goes_back_to_the_module_that_made_it(other: str) -> None:
    main = _CHOICE.format(other=other) + _HAND_BACK
    files = migrated({"gemini": _GEMINI, "other": _OTHER, "main": main})
    assert _REWRITTEN in squeezed(files["gemini"])
    assert "TODO" not in files["gemini"] + files["main"]
    assert files["other"] == _OTHER


@pytest.mark.parametrize(
    "use",
    [
        "make, _ = find(input())\nprint(make('m').generate_content('Hi').text)\n",
        "make, _ = find(input())\nmodel = make('m')\nprint(model.generate_content('Hi').text)\n",
        "make, _ = find(input())\nprint(isinstance(make('m'), str))\n",
        "make, _ = find(input())\nprint({'gemini': 1}[make('m')])\n",
    ],
)
@pytest.mark.parametrize("other", ["other", ".sight"])
def test_what_is_used_where_both_come_is_left(use: str, other: str) -> None:
    main = _CHOICE.format(other=other) + use
    files = migrated({"gemini": _GEMINI, "other": _OTHER, "main": main})
    assert _LEFT in files["gemini"]


@pytest.mark.parametrize(
    "choice",
    [
        "from library import respond\nexcept ImportError:\n    from gemini import respond",
        "from .fast import respond\nexcept ImportError:\n    def respond(model, text):\n"
        "        print(model.generate_content(text).text)",
    ],
)
def test_what_other_code_could_get_is_left(choice: str) -> None:
    main = f"from gemini import make\ntry:\n    {choice}\nrespond(make('m'), 'Hi')\n"
    assert _LEFT in migrated({"gemini": _GEMINI, "main": main})["gemini"]


def test_functions_of_one_module_can_get_any_object() -> None:
    main = (
        SETUP + "import elsewhere\n\ndef ask(model):\n    model.generate_content('Hi')\n\n"
        "def look(model):\n    print(model.model_name)\n\n"
        "MODELS = (genai.GenerativeModel('m'), elsewhere.Model())\n"
        "for act in (ask, look):\n    for model in MODELS:\n        act(model)\n"
    )
    assert _LEFT in migrated({"main": main})["main"]
