"""Whatever is in a file, a run neither dies of it nor hangs, and says what is wrong in one line."""

from __future__ import annotations

import pytest
from tests.hostile.inputs import CHANGES, hostile_input
from tests.hostile.runs import failures

FEW = range(0, 40)


def test_hostile_files() -> None:
    assert failures(FEW) == []


@pytest.mark.thorough
@pytest.mark.parametrize("start", range(0, 2_000, 100))
def test_many_hostile_files(start: int) -> None:
    assert failures(range(start, start + 100)) == []


def test_every_kind_is_among_the_many() -> None:
    assert {hostile_input(number).kind for number in range(200)} == set(CHANGES)


def test_a_file_is_the_same_each_time() -> None:
    assert hostile_input(7) == hostile_input(7)
    assert hostile_input(7) != hostile_input(8)
