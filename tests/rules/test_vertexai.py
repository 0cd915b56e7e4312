"""The rules of vertexai: complete, not stale, and what they write exists."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from docs.build import pack_table
from tests.checks import compiles, unbound_names, unmarked_legacy_names
from tests.rules import new_targets
from tests.rules.legacy_map import exists, subjects, unanswered
from tests.rules.vertex_surface import surface

from genai_codemod.engine import migrate_source
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.catalogue import Entry, catalogue
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod_rules.vertexai import load

PACK = load()
# Those of the engine and of google.api_core are shown by the rules of the other SDK.
ENTRIES = {rule: entry for rule, entry in catalogue(PACK).items() if entry.program}
# It counts the tokens of texts; its parameter has another name.
RENAMED = "vertexai.language_models.TextEmbeddingModel.count_tokens(prompts)"
# The messages that answers are made of, which no module exports.
MESSAGES = {
    "Response": "GenerateContentResponse",
    "PromptFeedback": "GenerateContentResponse.PromptFeedback",
    "Usage": "GenerateContentResponse.UsageMetadata",
    "SafetyRating": "SafetyRating",
    "Citations": "CitationMetadata",
    "Citation": "Citation",
    "Grounding": "GroundingMetadata",
    "GroundingChunk": "GroundingChunk",
    "GroundingSupport": "GroundingSupport",
    "SearchEntryPoint": "SearchEntryPoint",
    "RetrievalMetadata": "RetrievalMetadata",
    "Logprobs": "LogprobsResult",
    "Blob": "Blob",
    "FileData": "FileData",
    "FunctionResponse": "FunctionResponse",
    "TokenCount": "CountTokensResponse",
    "ComputedTokens": "ComputeTokensResponse",
    "TokensInfo": "TokensInfo",
}
ENUMS = {
    "FinishReason": "Candidate.FinishReason",
    "BlockReason": "GenerateContentResponse.PromptFeedback.BlockedReason",
    "Category": "HarmCategory",
    "Probability": "SafetyRating.HarmProbability",
    "Severity": "SafetyRating.HarmSeverity",
}


def problems(pack: RulePack) -> set[str]:
    """What a pack does not answer of vertexai."""
    found = {p for name, legacy in surface(pack).items() for p in unanswered(pack, name, legacy)}
    return {problem for problem in found if not problem.startswith(RENAMED)}


def message(dotted: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from google.cloud.aiplatform_v1beta1 import types

    found: object = types
    for part in dotted.split("."):
        found = getattr(found, part)
    return found


def test_every_public_name_has_a_rule() -> None:
    assert len(surface(PACK)) > 90
    assert sorted(problems(PACK)) == []


@pytest.mark.parametrize(
    "name",
    [
        "vertexai.init",
        "vertexai.generative_models.GenerativeModel",
        "vertexai.generative_models.Part.from_uri",
        "vertexai.generative_models.grounding.VertexAISearch",
        "vertexai.vision_models.ImageGenerationModel",
    ],
)
def test_a_removed_rule_is_reported(name: str) -> None:
    calls = {key: rule for key, rule in PACK.calls.items() if key != name}
    names = {key: rule for key, rule in PACK.names.items() if key != name}
    assert any(name in problem for problem in problems(replace(PACK, calls=calls, names=names)))


def test_no_rule_is_about_what_does_not_exist() -> None:
    assert [name for name, gone in subjects(PACK) if not gone and not exists(PACK, name)] == []


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_field_of_a_message_has_a_rule(kind: str) -> None:
    fields = message(MESSAGES[kind]).meta.fields  # type: ignore[attr-defined]
    assert set(fields) <= set(PACK.kinds[kind].attributes)


@pytest.mark.parametrize("kind", ENUMS)
def test_every_member_of_an_enum_has_its_number(kind: str) -> None:
    members = {int(each): each.name for each in message(ENUMS[kind]) if int(each)}  # type: ignore[attr-defined]
    assert PACK.kinds[kind].numbers == members


def test_every_target_exists() -> None:
    assert sorted(new_targets.problems(PACK)) == []


@cache
def migrated(program: str) -> Migration:
    return migrate_source(program.encode(), PACK)


def test_every_rule_is_found_in_its_example() -> None:
    assert [rule for rule, entry in ENTRIES.items() if not _is_found(entry)] == []


def _is_found(entry: Entry) -> bool:
    assert entry.program
    migration = migrated(entry.program)
    marked = f"[{entry.rule}]" in migration.after.decode()
    found = {finding.rule for finding in migration.findings}
    return marked or (entry.rule in found and not entry.manual)


def test_every_example_becomes_a_whole_program() -> None:
    assert [text for rule, entry in ENTRIES.items() for text in _faults(rule, entry)] == []


def _faults(rule: str, entry: Entry) -> Iterator[str]:
    assert entry.program
    after = migrated(entry.program).after
    compiles(after)
    yield from (f"{rule}: {text}" for text in unmarked_legacy_names(after))
    yield from (f"{rule}: {name}" for name in unbound_names(after))
    if migrate_source(after, PACK).after != after:
        yield f"{rule}: a second run changes it"


def test_the_page_of_the_pack_shows_every_rule() -> None:
    table = pack_table("vertexai")
    shown = [name for entry in ENTRIES.values() for name in entry.legacy]
    assert len(shown) > 250
    assert [name for name in shown if f"`{name}`" not in table] == []
    assert "| by hand: " in table


def test_every_rule_says_what_it_is_about() -> None:
    assert [e.rule for e in ENTRIES.values() if not (e.about or e.becomes or e.manual)] == []
