"""The helpers for safety settings, and for settings that are merged."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types
from google.generativeai.types import safety_types
from tests.rules.helper_templates import Compared, helper


def names_of(settings: Any) -> dict[str, str]:
    found: dict[Any, Any] = safety_types.to_easy_safety_dict(settings)
    return {category.name: threshold.name for category, threshold in found.items()}


SETTINGS: list[Any] = [
    None,
    {},
    [],
    *({key: "BLOCK_NONE"} for key in safety_types._HARM_CATEGORIES),
    *({key.upper(): 1} for key in safety_types._HARM_CATEGORIES if isinstance(key, str)),
    *safety_types._BLOCK_THRESHOLDS,
    *(key.upper() for key in safety_types._BLOCK_THRESHOLDS if isinstance(key, str)),
    {"HATE": "MEDIUM", "dangerous": "high", 7: 2},
    {"HATE": "MEDIUM", "HARM_CATEGORY_HATE_SPEECH": "low"},
    [{"category": "HARM_CATEGORY_DANGEROUS", "threshold": "high"}],
    [{"category": 8, "threshold": 1}, {"category": "hate", "threshold": "med"}],
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_safety_settings_mean_what_they_meant(settings: Any) -> None:
    found = helper("safety_settings")(settings)
    assert {each.category.value: each.threshold.value for each in found} == names_of(settings)
    assert len({each.category for each in found}) == len(found)


def test_safety_settings_are_sent_as_before(compared: Compared) -> None:
    calls = "for s in [None, {{}}, {{'HATE': 'low', 7: 'high'}}, [], 'med']: {}"
    comparison = compared(
        calls.format("model.generate_content('Hi', safety_settings=s)"),
        calls.format(
            "client.models.generate_content(model='m', contents='Hi', "
            "config=types.GenerateContentConfig(safety_settings=_safety_settings(s)))"
        ),
        "safety_settings",
    )
    assert comparison.differences == ()
    assert comparison.equal


def test_safety_settings_of_the_new_sdk_are_taken_too() -> None:
    setting = types.SafetySetting(
        category=types.HarmCategory.HARM_CATEGORY_CIVIC_INTEGRITY,
        threshold=types.HarmBlockThreshold.OFF,
    )
    assert helper("safety_settings")([setting]) == [setting]
    assert helper("safety_settings")({setting.category: setting.threshold}) == [setting]
    assert len(helper("safety_settings")(types.HarmBlockThreshold.OFF)) == 4


@pytest.mark.parametrize("settings", [{"bogus": "low"}, {"HATE": "bogus"}, "", {99: 1}, {7: 99}])
def test_an_unknown_safety_setting_is_refused_as_before(settings: Any) -> None:
    with pytest.raises(KeyError):
        safety_types.to_easy_safety_dict(settings)
    with pytest.raises(KeyError):
        helper("safety_settings")(settings)


def test_safety_settings_are_merged_by_category() -> None:
    settings = helper("safety_settings")
    base = settings({"HARASSMENT": "LOW", "HATE": "LOW"})
    override = settings({"SEX": "HIGH", "HARASSMENT": "HIGH"})
    merged = helper("merge_safety_settings")(base, override)
    assert merged == settings({"HARASSMENT": "HIGH", "HATE": "LOW", "SEX": "HIGH"})
    assert helper("merge_safety_settings")(base, None) == base
    assert helper("merge_safety_settings")(None, override) == override


def test_settings_of_a_call_are_merged_as_before(compared: Compared) -> None:
    comparison = compared(
        """
        model = genai.GenerativeModel("m", system_instruction="S", generation_config={"top_p": .5},
            safety_settings={"HATE": "low"})
        for call in ({"top_k": 3}, {"top_p": .25}, None):
            model.start_chat().send_message("Hi", generation_config=call, safety_settings="high")
        """,
        """
        base = {"system_instruction": "S", "topP": .5, "safety_settings": _safety_settings({8: 1})}
        for call in ({"top_k": 3}, types.GenerateContentConfig(top_p=.25), None):
            safety = _merge_safety_settings(
                _settings_of(base)["safety_settings"], _safety_settings("high"))
            config = _with_settings(base, **_settings_of(call))
            config = _with_settings(config, safety_settings=safety, tools=None)
            client.chats.create(model="m", config=base).send_message("Hi", config=config)
        """,
        "safety_settings",
        "merge_safety_settings",
        "settings_of",
        "with_settings",
    )
    assert comparison.differences == ()
    assert comparison.request_count == 3
    assert comparison.equal


def test_settings_keep_their_objects() -> None:
    class Schema: ...

    def tool() -> None: ...

    config = types.GenerateContentConfig(tools=[tool], response_schema=Schema, temperature=0)
    known = helper("settings_of")(config)
    assert list(known) == ["temperature", "response_schema", "tools"]
    assert known["tools"] == [tool]
    changed = helper("with_settings")(config, top_k=3, temperature=None)
    assert changed.tools == [tool]
    assert changed.response_schema is Schema
    assert (changed.temperature, changed.top_k, config.top_k) == (0, 3, None)
    assert helper("settings_of")(None) == {}
    assert helper("with_settings")(None) == types.GenerateContentConfig()
    assert helper("with_settings")({"maxOutputTokens": 5}, max_output_tokens=6) == (
        types.GenerateContentConfig(max_output_tokens=6)
    )
