"""Every rule that rewrites or marks something does so in at least one before/after pair."""

from __future__ import annotations

from functools import cache

from tests.fixtures.cases import PAIRS

from genai_codemod import load_pack
from genai_codemod.engine.rules import AttributeRule, Rule, RulePack

# Rules that no pair shows yet.  The list may only shrink: a rule that is shown must leave it.
UNPROVED = {
    "caching.class",
    "caching.create",
    "caching.get",
    "caching.list",
    "caching.messages",
    "caching.types",
    "chat.class",
    "chat.create-directly",
    "chat.enable_automatic_function_calling",
    "chat.model",
    "chat.rewind",
    "chunk.text",
    "errors.aborted",
    "errors.already-exists",
    "errors.bad-gateway",
    "errors.bad-request",
    "errors.blocked-prompt",
    "errors.broken-response",
    "errors.cancelled",
    "errors.client-error",
    "errors.conflict",
    "errors.deadline-exceeded",
    "errors.failed-precondition",
    "errors.forbidden",
    "errors.gateway-timeout",
    "errors.googleapi-call-error",
    "errors.googleapi-error",
    "errors.incomplete-iteration",
    "errors.internal-server-error",
    "errors.invalid-argument",
    "errors.not-found",
    "errors.permission-denied",
    "errors.resource-exhausted",
    "errors.retry-error",
    "errors.server-error",
    "errors.service-unavailable",
    "errors.stop-candidate",
    "errors.too-many-requests",
    "errors.unauthenticated",
    "errors.unauthorized",
    "errors.unknown",
    "images.model",
    "model.cached_content",
    "model.from-cached-content",
    "operations.class",
    "operations.get",
    "operations.list",
    "permissions.messages",
    "response._error",
    "response.resolve-async",
    "response.result",
    "tools.callable-declaration",
    "tools.declaration-from",
    "tools.declaration-to-proto",
    "tools.tool-to-proto",
    "tuning.create",
    "tuning.delete",
    "tuning.get",
    "tuning.list",
    "tuning.messages",
    "tuning.types",
    "tuning.update",
}


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
    return frozenset(each.rule for case in PAIRS.values() for each in case.migrate().findings)


def test_every_rule_is_shown_by_a_pair() -> None:
    assert sorted(ids(load_pack()) - shown() - UNPROVED) == []


def test_what_is_not_shown_yet_is_a_rule_that_no_pair_shows() -> None:
    assert sorted(UNPROVED & shown()) == []
    assert sorted(UNPROVED - ids(load_pack())) == []


def test_a_rule_without_a_pair_is_found() -> None:
    assert {"files.get", "protos.part", "palm.chat", "schema.type_"} <= shown()
    assert "file.uri" not in ids(load_pack())
    assert "chat.rewind" in ids(load_pack())
    assert "errors.not-found" in ids(load_pack())
