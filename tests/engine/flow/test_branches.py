"""Branches that cannot meet, because they test the same unchanging thing."""

from __future__ import annotations

import pytest
from tests.checks import MARKER, compiles

from genai_codemod.engine import load_pack, migrate_source

SETUP = (
    'import google.generativeai as genai\nimport other\ngenai.configure(api_key="K")\n'
    'MODEL = "gemini-1.5-flash"\n'
)
MAKE = "model = genai.GenerativeModel(MODEL)"
OTHER = "model = other.Model()"
ASK = "model.generate_content('x')"


def migrated(program: str) -> str:
    after = migrate_source((SETUP + program).encode(), load_pack()).after
    compiles(after)
    return after.decode()


def function(first: str, second: str, between: str = "") -> str:
    """A function that makes a model under one condition and asks under another."""
    return (
        f"def run(kind, names):\n    if {first}:\n        {MAKE}\n    else:\n        {OTHER}\n"
        f"{between}    if {second}:\n        {ASK}\n"
    )


APART = {
    "the same test": ("kind == 'a'", "kind == 'a'"),
    "one of several": ("kind in ('a', 'b')", "kind == 'b'"),
    "none of them": ("kind != 'a'", "not kind == 'a'"),
    "more is tested": ("kind == 'a'", "names and kind == 'a'"),
    "an attribute": ("kind.name == 'a'", "kind.name == 'a'"),
    "a truth": ("kind", "kind"),
    "either": ("kind == 'a' or names", "kind == 'a'"),
}
TOGETHER = {
    "another variable": ("kind == 'a'", "names == 'a'", ""),
    "another value": ("kind in ('a', 'b')", "kind in ('b', 'c')", ""),
    "a variable that changes": ("kind == 'a'", "kind == 'a'", "    kind = names.pop()\n"),
    "a loop": ("kind == 'a'", "kind == 'a'", "    for kind in names: pass\n"),
    "an attribute that changes": (
        "kind.name == 'a'", "kind.name == 'a'", "    kind.name = names.pop()\n"
    ),
    "a call": ("kind()", "kind()", ""),
    "either": ("kind == 'a' and names", "kind == 'a'", ""),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second"), APART.values(), ids=APART)
def test_branches_that_cannot_meet(first: str, second: str) -> None:
    after = migrated(function(first, second))
    assert MARKER not in after
    assert "client.models.generate_content(model=model, contents='x')" in after
    assert OTHER in after


@pytest.mark.parametrize(("first", "second", "between"), TOGETHER.values(), ids=TOGETHER)
def test_branches_that_may_meet(first: str, second: str, between: str) -> None:
    after = migrated(function(first, second, between))
    assert MARKER in after
    assert ASK in after


def test_what_follows_a_branch_that_returns() -> None:
    program = (
        f"def run(kind):\n    if kind == 'a':\n        {MAKE}\n    else:\n        {OTHER}\n"
        f"    if kind != 'a':\n        return model.complete()\n    return {ASK}\n"
    )
    after = migrated(program)
    assert MARKER not in after
    assert "client.models.generate_content(" in after


def test_a_conditional_expression() -> None:
    program = (
        f"def run(kind):\n    if kind == 'a':\n        {MAKE}\n    else:\n        {OTHER}\n"
        f"    return {ASK} if kind == 'a' else model.complete()\n"
    )
    after = migrated(program)
    assert MARKER not in after
    assert "client.models.generate_content(" in after


def test_a_variable_that_outlives_what_is_tested() -> None:
    program = (
        "model = None\ndef run(kind):\n    global model\n"
        f"    if kind == 'a':\n        {MAKE}\n    elif kind == 'b':\n        {OTHER}\n"
        f"    elif kind == 'c':\n        {ASK}\n"
    )
    assert MARKER in migrated(program)


@pytest.mark.parametrize(
    "loop",
    ["for kind in KINDS:\n", "while True:\n    kind = next(KINDS)\n"],
    ids=["for", "while"],
)
def test_a_variable_that_a_loop_changes(loop: str) -> None:
    program = (
        f"{loop}    if kind == 'a':\n        {MAKE}\n    elif kind == 'b':\n        {OTHER}\n"
        f"    elif kind == 'c':\n        {ASK}\n"
    )
    assert MARKER in migrated(program)
    body = "".join(f"    {line}\n" for line in program.splitlines())
    assert MARKER in migrated(f"def run():\n{body}")


def test_a_global_variable_that_functions_change() -> None:
    program = (
        "kind = model = None\ndef choose(name):\n    global kind\n    kind = name\n"
        f"def run():\n    global model\n    if kind == 'a':\n        {MAKE}\n"
        f"    elif kind == 'b':\n        {OTHER}\n    elif kind == 'c':\n        {ASK}\n"
    )
    assert MARKER in migrated(program)


KINDS = (
    "class Bot:\n    def __init__(self, kind):\n        self.kind = kind\n"
    f"        if kind == 'a':\n            self.{MAKE}\n        else:\n            self.{OTHER}\n"
    f"    def ask(self):\n        if self.kind == 'a':\n            return self.{ASK}\n"
)


def test_an_attribute_of_self_that_stays() -> None:
    after = migrated(KINDS)
    assert MARKER not in after
    assert "client.models.generate_content(" in after


@pytest.mark.parametrize(
    "change",
    [
        "    def change(self):\n        self.kind = 'b'\n",
        "def change(bot):\n    bot.kind = 'b'\n",
        "class More(Bot):\n    def __init__(self):\n        self.kind = 'a'\n",
    ],
)
def test_an_attribute_of_self_that_changes(change: str) -> None:
    assert MARKER in migrated(KINDS + change)


def test_an_object_that_another_function_gives_its_model() -> None:
    given = "def swap(bot):\n    bot.model = other.Model()\nswap(Bot('a'))\n"
    assert MARKER in migrated(KINDS + given)


@pytest.mark.parametrize("parent", ["Bot", "Base"])
def test_an_attribute_that_a_related_class_assigns(parent: str) -> None:
    given = f"    def __init__(self):\n        self.{OTHER}\n"
    if parent == "Bot":
        program = KINDS + "class More(Bot):\n" + given
    else:
        program = "class Base:\n" + given + KINDS.replace("Bot:", "Bot(Base):")
    assert MARKER in migrated(program)
