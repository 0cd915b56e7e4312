"""Methods that are put into variables."""

from __future__ import annotations

import pytest
from tests.checks import MARKER, compiles
from tests.engine.programs import PLAIN, SETUP

from genai_codemod.engine import load_pack, migrate_source

PARTIAL = "ask = partial(model.generate_content{})\n"
MODEL = f"from functools import partial\nmodel = {PLAIN}\n"
ASK = "ask = model.generate_content\n"
USE = "print(ask('x').text)\n"
CALL = "print(client.models.generate_content(model=model, contents='x').text)"

WRITTEN = {
    "of a module": ASK + USE,
    "of a function": f"def f():\n    {ASK}    {USE}f()\n",
    "with comments": f"# how\n{ASK.rstrip()}  # this way\n{USE}",
    "of a partial": PARTIAL.format("") + USE,
    "in a function within": f"{ASK}def f():\n    def g():\n        {USE}    g()\nf()\n",
}
MARKED = {
    "that is bound twice": f"{ASK}{USE}ask = other\n{USE}",
    "that is bound in a loop": f"for model in models():\n    {ASK}    {USE}",
    "of an object that is bound twice": f"{ASK}model = {PLAIN}\n{USE}",
    "of an object that is made there": f"ask = {PLAIN}.generate_content\n{USE}",
    "that others may import": f"__all__ = ['ask']\n{ASK}{USE}",
    "of another object of that name": f"{ASK}def f(model):\n    {USE}f(1)\n",
    "of a partial that is passed on": PARTIAL.format("") + "print(map(ask, 'x'))\n",
    "of a partial with what is made": PARTIAL.format(", stream=flag()") + USE,
    "of a partial with unseen arguments": PARTIAL.format(", **more") + USE,
}


def after(program: str) -> str:
    migrated = migrate_source((SETUP + MODEL + program).encode(), load_pack()).after
    compiles(migrated)
    return migrated.decode()


@pytest.mark.parametrize("case", WRITTEN, ids=str)
def test_calls_are_written_on_the_object(case: str) -> None:
    migrated = after(WRITTEN[case])
    assert CALL in migrated
    assert "ask" not in migrated
    assert MARKER not in migrated
    assert migrated.count("#") == WRITTEN[case].count("#")


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_variable_stays(case: str) -> None:
    assert "ask = " in after(MARKED[case])
    assert MARKER in after(MARKED[case])


def test_an_attribute_that_is_set_again_is_not_read_later() -> None:
    chat = "        self.chat = model.start_chat()\n"
    start = f"class Bot:\n    def __init__(self):\n{chat}"
    talk = "    def talk(self):\n        send = self.chat.send_message\n        send('x')\n"
    assert "self.chat.send_message('x')" in after(start + talk)
    assert "send('x')\n" in after(f"{start}    def again(self):\n{chat}{talk}")


def test_arguments_of_a_partial_are_given_unless_the_call_has_its_own() -> None:
    given = "ask = partial(model.generate_content, generation_config={'temperature': 0.5})\n"
    migrated = after(f"{given}ask('x')\nask('y', generation_config={{'top_p': 0.1}})\n")
    assert migrated.count("temperature=0.5") == 1
    assert migrated.count("top_p=0.1") == 1


def test_variables_of_calls_that_are_left_are_as_they_were() -> None:
    ask = "ask = partial(model.generate_content,  stream=False)  # this way\n"
    left = "print(ask( 'x' ), vars(model))\n"
    migrated = after(ask + left)
    assert ask in migrated
    assert left in migrated
