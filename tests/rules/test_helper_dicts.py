"""The helper that gives the dicts of the old SDK knows its messages, their zeros and its enums."""

from __future__ import annotations

import json
from typing import Any

import google.generativeai.protos as protos
import pytest
from google.genai import types
from tests.rules.helper_templates import helper

LAYOUT: dict[str, str] = helper("legacy_layout")()
RESPONSE = protos.GenerateContentResponse
CANDIDATE = protos.Candidate
OLD: dict[str, Any] = {
    "GenerateContentResponsePromptFeedback": RESPONSE.PromptFeedback,
    "GenerateContentResponseUsageMetadata": RESPONSE.UsageMetadata,
    "Citation": protos.CitationSource,
    "GroundingChunkWeb": protos.GroundingChunk.Web,
    "LogprobsResultTopCandidates": protos.LogprobsResult.TopCandidates,
    "LogprobsResultCandidate": protos.LogprobsResult.Candidate,
    "FinishReason": CANDIDATE.FinishReason,
    "BlockedReason": RESPONSE.PromptFeedback.BlockReason,
    "HarmProbability": protos.SafetyRating.HarmProbability,
    "Language": protos.ExecutableCode.Language,
    "Outcome": protos.CodeExecutionResult.Outcome,
}
"""Where the old SDK has the classes that have other names there."""
ENUMS = ("FinishReason", "BlockedReason", "HarmCategory", "HarmProbability", "Language", "Outcome")
MESSAGES = sorted(LAYOUT.keys() - set(ENUMS))


def old(name: str) -> Any:
    return OLD[name] if name in OLD else getattr(protos, name)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_layout_has_the_fields_and_zeros_of_the_old_message(name: str) -> None:
    fields = [field.partition("=") for field in LAYOUT[name].split()]
    assert {field for field, _, _ in fields} == set(old(name).meta.fields)
    zeros = {field: json.loads(zero) for field, _, zero in fields if zero}
    assert zeros == old(name).to_dict(old(name)())


@pytest.mark.parametrize("name", MESSAGES)
def test_an_empty_message_gives_the_dict_that_the_old_one_gave(name: str) -> None:
    assert helper("legacy_dict")(getattr(types, name)()) == old(name).to_dict(old(name)())


@pytest.mark.parametrize("name", ENUMS)
def test_the_layout_has_the_numbers_of_the_old_enum(name: str) -> None:
    for number, member in enumerate(LAYOUT[name].split()):
        if hasattr(getattr(types, name), member):
            spelled = member.replace("BLOCKED_REASON_", "BLOCK_REASON_")
            assert old(name)[spelled] == number
    assert max(old(name)) == number


def test_a_response_with_everything_gives_the_dict_that_the_old_one_gave() -> None:
    web = {"uri": "u", "title": "t"}
    search = {"rendered_content": "r", "sdk_blob": b"\xfb\xff"}
    support = {
        "segment": {"end_index": 2, "text": "s"},
        "grounding_chunk_indices": [0],
        "confidence_scores": [0.9],
    }
    likely = {"token": "a", "token_id": 7, "log_probability": -0.1}
    grounding = {
        "search_entry_point": search,
        "grounding_chunks": [{"web": web}],
        "grounding_supports": [support],
        "retrieval_metadata": {"google_search_dynamic_retrieval_score": 0.5},
        "web_search_queries": ["q"],
    }
    logprobs = {"top_candidates": [{"candidates": [likely]}], "chosen_candidates": [likely]}
    arguments = {"count": 1, "deep": [{"x": True, "y": None}]}
    parts: list[dict[str, Any]] = [
        {"text": ""},
        {"inline_data": {"mime_type": "image/png", "data": b"\xfb\xff\xfe"}},
        {"function_call": {"name": "f", "args": arguments}},
        {"function_response": {"name": "f", "response": {}}},
        {"executable_code": {"language": "PYTHON", "code": "c"}},
        {"code_execution_result": {"outcome": "OUTCOME_FAILED", "output": "o"}},
    ]
    candidate = {
        "index": 0,
        "content": {"role": "model", "parts": parts},
        "finish_reason": "LANGUAGE",
        "safety_ratings": [{"category": "HARM_CATEGORY_HATE_SPEECH", "probability": "LOW"}],
        "grounding_metadata": grounding,
        "avg_logprobs": -0.25,
        "logprobs_result": logprobs,
    }
    source = {"start_index": 0, "uri": "u", "license": "MIT"}
    before = {**candidate, "citation_metadata": {"citation_sources": [_renamed(source)]}}
    after = {**candidate, "citation_metadata": {"citations": [source]}}
    feedback = {"block_reason": "OTHER"}
    legacy = RESPONSE(candidates=[before], prompt_feedback=feedback)
    response = types.GenerateContentResponse.model_validate(
        {"candidates": [after], "prompt_feedback": feedback}
    )
    made = helper("legacy_dict")(response)
    assert _text(made) == _text(RESPONSE.to_dict(legacy))


def _text(made: dict[str, Any]) -> str:
    """JSON tells 1 from 1.0; a map has no order."""
    return json.dumps(made, sort_keys=True)


def _renamed(source: dict[str, Any]) -> dict[str, Any]:
    """The old message spells one of its fields in another way."""
    return {"license_" if name == "license" else name: value for name, value in source.items()}


def test_what_only_the_new_sdk_has_is_left_out_or_keeps_its_name() -> None:
    thought = types.Part(text="hm", thought=True)
    reason = types.FinishReason.UNEXPECTED_TOOL_CALL
    candidate = types.Candidate(content=types.Content(parts=[thought]), finish_reason=reason)
    made = helper("legacy_dict")(candidate)
    assert made["content"] == {"parts": [{"text": "hm"}], "role": ""}
    assert made["finish_reason"] == "UNEXPECTED_TOOL_CALL"


def test_the_usage_has_the_four_counts() -> None:
    usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=3, thoughts_token_count=9)
    before = RESPONSE.UsageMetadata(prompt_token_count=3)
    assert helper("usage_dict")(usage) == RESPONSE.UsageMetadata.to_dict(before)
