"""Attributes that hold the name of a model first, and then the model."""

from __future__ import annotations

import pytest
from tests.checks import MARKER, compiles
from tests.engine.programs import SETUP

from genai_codemod.engine import load_pack, migrate_source

FIRST = "self.model = name"
LAST = "self.model = genai.GenerativeModel(self.model)"
CLASS = "class Bot:\n    def __init__(self, name):\n{}\n    def ask(self):\n{}\n"
ASK = "        return self.model.generate_content('x').text"

UNSEEN = {
    "at once": "",
    "behind a condition": "if not name:\n    self.model = 'a'",
    "behind what only reads it": "print(self.model)\nself.title = self.model.upper()",
}
SEEN = {
    "where the function may be left": "if not name:\n    return",
    "where a method is called": "self.check()",
    "where the object is passed on": "register(self)",
    "where the object has another name": "bot = self",
    "where a function reads it": "later(lambda: self.model)",
}


def after(body: str) -> str:
    body = "\n".join(" " * 8 + line for line in body.splitlines() if line)
    migrated = migrate_source((SETUP + CLASS.format(body, ASK)).encode(), load_pack()).after
    compiles(migrated)
    return migrated.decode()


@pytest.mark.parametrize("case", UNSEEN, ids=str)
def test_a_name_that_nobody_else_sees_is_no_other_kind_of_object(case: str) -> None:
    migrated = after(f"{FIRST}\n{UNSEEN[case]}\n{LAST}")
    assert MARKER not in migrated
    assert "client.models.generate_content(model=self.model, contents='x')" in migrated
    assert "self.model = self.model" not in migrated


@pytest.mark.parametrize("case", SEEN, ids=str)
def test_a_name_that_others_may_see_is_another_kind_of_object(case: str) -> None:
    assert LAST in after(f"{FIRST}\n{SEEN[case]}\n{LAST}")


def test_a_name_that_stays_where_making_the_model_fails_is_seen() -> None:
    body = f"try:\n    {FIRST}\n    {LAST}\nexcept ValueError:\n    print('failed')"
    assert LAST in after(body)


def test_a_property_is_still_called() -> None:
    head = (
        SETUP
        + "class Bot:\n    name = 'a'\n    @property\n    def model(self):\n        return 1\n"
    )
    program = f"{head}    def ask(self):\n        self.model = genai.GenerativeModel(self.name)\n"
    assert "self.model = " in migrate_source(program.encode(), load_pack()).after.decode()


@pytest.mark.parametrize(
    ("head", "stays"),
    [("model = 'a'\n", False), ("for model in ['a']:\n    print(model)\n", False), ("", True)],
)
def test_a_module_goes_on_binding_a_name(head: str, stays: bool) -> None:
    program = f"{SETUP}{head}model = genai.GenerativeModel(model)\nmodel.generate_content('x')\n"
    migrated = migrate_source(program.encode(), load_pack()).after.decode()
    assert ("model = model" in migrated) is stays
