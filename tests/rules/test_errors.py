from __future__ import annotations

import inspect
from typing import Any

import pytest
from google.api_core import exceptions
from google.genai import errors
from tests.fixtures.cases import PAIRS, made

from genai_codemod.engine import load_pack
from genai_codemod.engine.rule_packs.rules import ErrorRule

RULES = {
    name.rpartition(".")[2]: rule
    for name, rule in load_pack().exceptions.items()
    if name.startswith("google.api_core.exceptions.")
}
PUBLIC: dict[str, Any] = {
    name: value
    for name, value in vars(exceptions).items()
    if inspect.isclass(value) and issubclass(value, Exception) and not name.startswith("_")
}
LIMITED = {name: rule for name, rule in RULES.items() if rule.where is not None}
BASED = {name: rule for name, rule in RULES.items() if rule.base is not None}


@pytest.mark.parametrize(("name", "rule"), LIMITED.items(), ids=LIMITED)
def test_a_rule_is_about_the_errors_of_its_class(name: str, rule: ErrorRule) -> None:
    assert rule.where is not None
    attribute, value = rule.where
    legacy = PUBLIC[name]
    if name == "RetryError":
        assert rule.where == RULES["ServiceUnavailable"].where
        return
    code = getattr(legacy, "code", None) or legacy.grpc_status_code
    expected = code if attribute == "code" else legacy.grpc_status_code.name
    assert value == expected
    assert attribute in ("code", "status")


@pytest.mark.parametrize(("name", "rule"), LIMITED.items(), ids=LIMITED)
def test_an_error_of_that_sort_is_of_the_class_that_a_rule_names(
    name: str, rule: ErrorRule
) -> None:
    codes = {"UNKNOWN": 500, "DATA_LOSS": 500}
    assert rule.where is not None
    code = getattr(PUBLIC[name], "code", None) or codes.get(str(rule.where[1]), 503)
    with pytest.raises(errors.APIError) as raised:
        errors.APIError.raise_error(int(code), {"error": {"status": str(rule.where[1])}}, None)
    assert f"errors.{type(raised.value).__name__}" == rule.becomes
    if rule.where[0] == "status":
        assert raised.value.status == rule.where[1]


@pytest.mark.parametrize("rule", BASED.values(), ids=BASED)
def test_a_base_class_is_one(rule: ErrorRule) -> None:
    assert rule.becomes is not None
    assert rule.base is not None
    names = (each.removeprefix("errors.") for each in (rule.becomes, rule.base))
    assert issubclass(*(vars(errors)[each] for each in names))


def test_every_rule_is_used_by_a_fixture() -> None:
    used = {
        finding.rule
        for name, case in PAIRS.items()
        if name.startswith(("errors/", "options/"))
        for finding in made(case).findings
    }
    assert {rule.id for rule in load_pack().exceptions.values()} <= used
