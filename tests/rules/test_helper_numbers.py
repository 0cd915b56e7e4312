"""The helpers that give the numbers which members of enums were."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod_rules import google_generativeai, vertexai

PACKS = {"google_generativeai": google_generativeai.load(), "vertexai": vertexai.load()}
KINDS = [
    pytest.param(pack, kind, id=f"{name}-{kind.name}")
    for name, pack in PACKS.items()
    for kind in pack.kinds.values()
    if kind.number is not None
]


def helper(pack: RulePack, kind: Kind) -> Any:
    """The function that a template defines."""
    namespace: dict[str, Any] = {}
    exec(pack.helpers[str(kind.number)], namespace)
    return namespace[str(kind.number)]


@pytest.mark.parametrize(("pack", "kind"), KINDS)
def test_a_member_has_the_number_that_it_had(pack: RulePack, kind: Kind) -> None:
    number = helper(pack, kind)
    members = getattr(types, str(kind.enum).removeprefix("types."))
    assert {number(members[name]): name for name in kind.numbers.values()} == kind.numbers
    (unset,) = (each for each in members if each.name.endswith("_UNSPECIFIED"))
    assert number(unset) == number(None) == 0
    assert [number(each) for each in (0, 3, 99)] == [0, 3, 99]


def test_a_new_reason_is_another_one() -> None:
    pack = PACKS["google_generativeai"]
    assert helper(pack, pack.kinds["FinishReason"])(types.FinishReason.NO_IMAGE) == 5
