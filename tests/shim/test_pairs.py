"""Small legacy programs and their twins: the proof on each area of the two SDKs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.shim import answer_pairs, content_pairs, resource_pairs
from tests.shim.pair import Pair

from genai_codemod.shim.comparison import Comparison

PAIRS = {**content_pairs.PAIRS, **resource_pairs.PAIRS, **answer_pairs.PAIRS}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_program_equals_its_twin(pair: Pair, compared: Callable[..., Comparison]) -> None:
    comparison = compared(pair.before, pair.after, pair.answer)
    report = "\n".join(f"{each.title}\n{each.diff}" for each in comparison.differences)
    assert comparison.equal, report + comparison.ending_before + "|" + comparison.ending_after
    assert (comparison.ending_before, comparison.ending_after) == ("", "")
    assert comparison.request_count == pair.requests
    assert comparison.same_output, comparison.output_diff
