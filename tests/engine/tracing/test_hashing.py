"""Models that become dicts are not put where only what has a hash can be."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import PLAIN, SET, SETUP, migrated

ASK = "def ask(model, text):\n    return model.generate_content(text).text\n"
BUILD = "def build():\n    return {made}\n"
USES = {
    "an argument of a function with a cache": (
        f"from functools import lru_cache\n@lru_cache(maxsize=9)\n{ASK}", "ask(build(), 'x')"
    ),
    "an argument of a method with a cache": (
        "import functools\nclass Asker:\n    @functools.cache\n"
        "    def ask(self, model):\n        return model.generate_content('x').text\n",
        "Asker().ask(build())",
    ),
    "made where it is given": (
        f"from functools import lru_cache\n@lru_cache(maxsize=9)\n{ASK}", f"ask({SET}, 'x')"
    ),
    "an element of a set": ("", "[model.generate_content('x') for model in {build()}]"),
    "a key": ("", "[model.generate_content('x') for model in {build(): 1}]"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "use"), USES.values(), ids=USES)
def test_model_that_is_hashed_is_left(before: str, use: str) -> None:
    text = f"{SETUP}{before}{BUILD.format(made=SET)}print({use})\n"
    after = migrated({"main": text})["main"]
    assert MARKER in after
    assert SET in after


def test_name_of_a_model_can_be_hashed() -> None:
    before, use = USES["an argument of a function with a cache"]
    text = f"{SETUP}{before}{BUILD.format(made=PLAIN)}print({use})\n"
    assert MARKER not in migrated({"main": text})["main"]
