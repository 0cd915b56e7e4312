"""Every rule that rewrites or marks something does so in at least one before/after pair."""

from __future__ import annotations

from functools import cache

from tests.fixtures.cases import DEFAULT_PAIRS, made

from genai_codemod.engine import load_pack
from genai_codemod.engine.rules import AttributeRule, Rule, RulePack


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
