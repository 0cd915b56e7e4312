"""Every rule that rewrites or marks something does so in at least one before/after pair."""

from __future__ import annotations

from functools import cache

import pytest
from tests.fixtures.cases import DEFAULT_PAIRS, PAIRS, made

from genai_codemod.engine import load_pack
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, Rule
from genai_codemod_rules import google_genai_upgrade, openai_compat, vertexai

PACKS = {pack.name: pack for pack in (
    google_genai_upgrade.load(), openai_compat.load(), vertexai.load(),
)}  # fmt: skip
# What only the example of a rule shows, which is run on both SDKs where it is not marked.
BY_EXAMPLE = {
    "caching.to-dict", "calls.create", "calls.to-dict", "candidate.class", "candidate.create",
    "candidate.raw", "chat.private-history", "citation.license-underscore", "client.version",
    "compute.tokens-async", "config.content-dict", "config.contents-type",
    "config.parts-type", "content.text", "embeddinginput.text", "embeddings.embedding",
    "embeddings.input-class", "embeddings.model-class", "grounding.dynamic",
    "grounding.dynamic-mode", "model._model_name", "part.text", "parts.class", "parts.create",
    "response.raw", "tools.from-declarations", "tuning.cancel", "tuning.class",
    "tuning.get-any", "tuning.id", "tuning.list-any", "tuning.name", "tuning.to-dict",
    "tuningjob.display_name", "tuningjob.encryption_spec", "tuningjob.error",
    "tuningjob.state", "tuningjob.tuning_data_statistics",
}  # fmt: skip


def ids(pack: RulePack) -> set[str]:
    """The rules of a pack by id, without attributes that stay as they are."""
    tables = (pack.calls, pack.names, pack.exceptions)
    rules: list[Rule] = [rule for table in tables for rule in table.values()]
    for kind in pack.kinds.values():
        rules += kind.methods.values()
        rules += [rule for rule in kind.attributes.values() if _changes(rule)]
    return {rule.id for rule in rules}


def _changes(rule: AttributeRule) -> bool:
    return any((rule.becomes, rule.manual, rule.review, rule.raises))


@cache
def shown() -> frozenset[str]:
    """The rules that the pairs have findings of."""
    return frozenset(each.rule for case in DEFAULT_PAIRS.values() for each in made(case).findings)


def test_every_rule_is_shown_by_a_pair() -> None:
    assert sorted(ids(load_pack()) - shown()) == []


def test_a_rule_without_a_pair_is_found() -> None:
    assert {"files.get", "protos.part", "palm.chat", "schema.type_"} <= shown()
    assert "file.uri" not in ids(load_pack())
    assert "chat.rewind" in ids(load_pack())
    assert "errors.not-found" in ids(load_pack())


def rewriting(pack: RulePack) -> set[str]:
    """The rules of a further pack that rewrite something, without those of the default one."""
    entries = catalogue(pack)
    return {rule for rule in ids(pack) - ids(load_pack()) if not entries[rule].manual}


def shown_by(pack: str) -> set[str]:
    """The rules that the pairs of a further pack have findings of."""
    cases = (case for name, case in PAIRS.items() if name.startswith(f"{pack}/"))
    return {finding.rule for case in cases for finding in made(case).findings}


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_of_a_further_pack_that_rewrites_is_shown_by_a_pair(name: str) -> None:
    only_examples = BY_EXAMPLE if name == "vertexai" else set()
    assert rewriting(PACKS[name]) - shown_by(name) == only_examples
