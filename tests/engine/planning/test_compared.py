"""Members of enums that are compared with what the old SDK still gives."""

from __future__ import annotations

import pytest
from tests.engine.programs import PLAIN, SDK, SETUP, migrated

STOP = "genai.protos.Candidate.FinishReason.STOP"
GIVEN = "candidates[0].finish_reason"
COMPARED = {
    "a variable": f"r = {{}}\nprint(r.{GIVEN} == {STOP})\n",
    "a second variable": f"r = {{}}\nreason = r.{GIVEN}\nprint({STOP} != reason)\n",
    "a list": f"r = {{}}\nprint(r.{GIVEN} in ({STOP}, None))\n",
    "a loop": f"for c in {{}}.candidates:\n    print(c.finish_reason == {STOP})\n",
    "a comprehension": f"print([c for c in {{}}.candidates if c.finish_reason == {STOP}])\n",
    "a function": f"def done(r):\n    return r.{GIVEN} == {STOP}\nprint(done({{}}))\n",
    "a walrus": f"if (r := {{}}) and r.{GIVEN} == {STOP}:\n    pass\n",
    "an attribute": (
        f"class A:\n    def __init__(self):\n        self.r = {{}}\n"
        f"    def done(self):\n        return self.r.{GIVEN} == {STOP}\n"
    ),
}


@pytest.mark.parametrize("use", COMPARED.values(), ids=COMPARED)
def test_what_is_left_is_compared_with_members_of_the_old_sdk(use: str) -> None:
    models = f"{SETUP}odd = {PLAIN}\nprint(vars(odd))\ngood = {PLAIN}\n"
    left = migrated({"main": models + use.format("odd.generate_content('a')")})["main"]
    assert "[legacy.compared]" in left
    assert STOP in left
    done = migrated({"main": models + use.format("good.generate_content('a')")})["main"]
    assert "[legacy.compared]" not in done
    assert "types.FinishReason.STOP" in done


def test_what_is_left_in_another_file_is_compared_with_members_of_the_old_sdk() -> None:
    llm = f"{SETUP}odd = {PLAIN}\nprint(vars(odd))\n"
    llm += "def ask():\n    return odd.generate_content('a')\n"
    main = f"{SDK}from llm import ask\nr = ask()\nprint(r.{GIVEN} == {STOP})\n"
    found = migrated({"llm": llm, "main": main})["main"]
    assert "[legacy.compared]" in found
    assert STOP in found
