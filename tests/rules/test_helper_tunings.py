"""The helpers for tunings and their examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.genai import types
from tests.rules.helper_templates import helper

EXAMPLES = [("1", "2"), ("2", "3")]


@pytest.mark.parametrize(
    "data",
    [
        EXAMPLES,
        [list(example) for example in EXAMPLES],
        [{"given": one, "wanted": other} for one, other in EXAMPLES],
        {"given": [1, 2], "wanted": [2, 3]},
        [types.TuningExample(text_input=one, output=other) for one, other in EXAMPLES],
    ],
)
def test_examples_are_read_from_any_form(data: Any) -> None:
    assert _pairs(helper("tuning_examples")(data, "given", "wanted")) == EXAMPLES


def test_examples_are_read_from_files(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("given,wanted\n1,2\n2,3\n")
    document = tmp_path / "numbers.json"
    document.write_text(json.dumps({"given": [1, 2], "wanted": [2, 3]}))
    read = helper("tuning_examples")
    for source in (table, str(table), table.as_uri(), document, str(document)):
        assert _pairs(read(source, "given", "wanted")) == EXAMPLES


def _pairs(examples: list[types.TuningExample]) -> list[tuple[str | None, str | None]]:
    return [(each.text_input, each.output) for each in examples]


class Jobs:
    """A client whose tuning job ends after it has been read twice."""

    def __init__(self, end: types.JobState) -> None:
        self.tunings = self.models = self
        self.states = [types.JobState.JOB_STATE_RUNNING, types.JobState.JOB_STATE_RUNNING, end]

    def get(self, *, name: str = "", model: str = "") -> Any:
        if model:
            return types.Model(name=model)
        tuned = types.TunedModel(model=name)
        return types.TuningJob(name=name, state=self.states.pop(0), tuned_model=tuned)


def test_a_tuning_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    job = types.TuningJob(name="tunedModels/a", state=types.JobState.JOB_STATE_QUEUED)
    assert (
        helper("tuned_model")(Jobs(types.JobState.JOB_STATE_SUCCEEDED), job).name == "tunedModels/a"
    )
    with pytest.raises(RuntimeError, match="JOB_STATE_FAILED"):
        helper("tuned_model")(Jobs(types.JobState.JOB_STATE_FAILED), job)


def test_a_tuning_is_read_until_it_has_ended() -> None:
    job = types.TuningJob(name="tunedModels/a", state=types.JobState.JOB_STATE_QUEUED)
    steps = list(helper("tuning_steps")(Jobs(types.JobState.JOB_STATE_SUCCEEDED), job))
    assert [step.state.name for step in steps] == ["JOB_STATE_RUNNING"] * 2
