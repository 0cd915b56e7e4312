"""Each tolerance accepts what it should, and a similar real difference is still reported."""

from __future__ import annotations

from typing import Any

import pytest
from tests.shim.tolerance_cases import CASES, GENERATE, Case, contents

from genai_codemod.shim.comparison import compare
from genai_codemod.shim.recording import Recording
from genai_codemod.shim.tolerances import TOLERANCES
from genai_codemod.shim.wire import Request


def recording(*requests: Request) -> Recording:
    return Recording("program.py", requests)


def sent(sdk: str, path: str, body: Any, **options: Any) -> Recording:
    return recording(Request(sdk, "POST", path, body, **options))


@pytest.mark.parametrize("case", CASES, ids=[case.tolerance for case in CASES])
def test_it_accepts_the_same_intent_and_reports_another(case: Case) -> None:
    before = sent("legacy", case.path, case.before)
    comparison = compare(before, sent("new", case.path, case.after))
    assert comparison.equal, comparison.differences[0].diff
    assert case.tolerance in comparison.tolerated
    for real in case.real:
        comparison = compare(before, sent("new", case.path, real))
        assert not comparison.equal, real
        assert comparison.differences[0].diff


def test_the_version_is_forgiven_but_not_the_model_or_the_host() -> None:
    before = sent("legacy", GENERATE, {}, version="v1beta")
    assert compare(before, sent("new", GENERATE, {}, version="v1")).tolerated == ("api-version",)
    assert not compare(before, sent("new", "models/n:generateContent", {})).equal
    assert not compare(before, sent("new", "models/m:streamGenerateContent", {})).equal
    assert not compare(before, sent("new", GENERATE, {}, host="proxy.example.com")).equal


def test_an_empty_body_is_none_but_a_full_one_is_not() -> None:
    before = sent("legacy", "files/a", None)
    assert compare(before, sent("new", "files/a", {})).tolerated == ("empty-body",)
    assert not compare(before, sent("new", "files/a", {"a": 1})).equal


def test_one_embedding_is_a_batch_of_one() -> None:
    body = {"content": {"parts": [{"text": "a"}]}, "taskType": "CLUSTERING"}
    before = sent("legacy", "models/m:embedContent", body)
    batch = "models/m:batchEmbedContents"
    same = compare(before, sent("new", batch, {"requests": [{"model": "models/m", **body}]}))
    assert same.tolerated == ("embed-in-batches",)
    assert not compare(before, sent("new", batch, {"requests": [body, body]})).equal
    other = {"requests": [{"model": "models/m", "content": body["content"]}]}
    assert not compare(before, sent("new", batch, other)).equal


def test_only_the_read_back_of_the_legacy_sdk_is_forgiven() -> None:
    upload = {"file": {"name": "files/a"}, "mimeType": "t", "size": 1, "sha256": "x"}
    look = Request("legacy", "GET", "files/a")

    def both(sdk: str, *more: Request) -> Recording:
        return recording(Request(sdk, "POST", "upload/files", upload), *more)

    assert compare(both("legacy", look), both("new")).tolerated == ("upload-read-back",)
    assert not compare(both("legacy", look, look), both("new")).equal
    assert not compare(both("new", Request("new", "GET", "files/a")), both("new")).equal
    assert not compare(both("legacy", Request("legacy", "GET", "files/b")), both("new")).equal


def test_only_the_look_that_vertexai_takes_at_a_new_cache_is_forgiven() -> None:
    place = "projects/p/locations/l/cachedContents"

    def both(sdk: str, *more: Request) -> Recording:
        return recording(Request(sdk, "POST", place, {"model": "m"}), *more)

    look = Request("legacy", "GET", f"{place}/1")
    assert compare(both("legacy", look), both("new")).tolerated == ("cache-read-back",)
    assert not compare(both("legacy", look, look), both("new")).equal
    assert not compare(both("new", Request("new", "GET", f"{place}/1")), both("new")).equal


def test_only_the_look_that_vertexai_takes_at_a_model_is_forgiven() -> None:
    path = "publishers/google/models/m"
    sent_after = Request("new", "POST", f"projects/p/locations/l/{path}:predict", {"a": 1})
    look = Request("legacy", "GET", path)
    assert compare(recording(look, sent_after), recording(sent_after)).tolerated == (
        "model-look-up",
    )
    asked = Request("new", "GET", path)
    assert not compare(recording(sent_after), recording(asked, sent_after)).equal


def test_only_default_page_sizes_are_forgiven() -> None:
    after = recording(Request("new", "GET", "files"))
    default = recording(Request("legacy", "GET", "files", query={"pageSize": "100"}))
    chosen = recording(Request("legacy", "GET", "files", query={"pageSize": "7"}))
    assert compare(default, after).tolerated == ("page-defaults",)
    assert not compare(chosen, after).equal


def test_only_a_mask_of_all_fields_is_forgiven() -> None:
    def update(mask: dict[str, str]) -> Recording:
        request = Request("legacy", "PATCH", "cachedContents/a", {"ttl": "5s"}, query=mask)
        return recording(request)

    assert compare(update({"updateMask": "ttl"}), update({})).tolerated == ("update-mask",)
    assert not compare(update({"updateMask": "expireTime"}), update({})).equal
    assert not compare(update({"updateMask": "ttl,expireTime"}), update({})).equal


def test_chunks_are_joined_only_where_the_new_sdk_left_them() -> None:
    joined = contents(("model", "ab"))
    apart = contents(("model", "a"), ("model", "b"))
    assert compare(sent("legacy", GENERATE, joined), sent("new", GENERATE, apart)).equal
    assert not compare(sent("legacy", GENERATE, apart), sent("legacy", GENERATE, joined)).equal


def test_every_tolerance_is_tested_here() -> None:
    # These stand in tests of their own, since they change more than a body.
    others = {
        "api-version", "empty-body", "upload-read-back", "page-defaults", "update-mask",
        "cache-read-back", "model-look-up",
    }  # fmt: skip
    assert {case.tolerance for case in CASES} | others == {each.name for each in TOLERANCES}


def test_equal_requests_need_no_tolerance() -> None:
    same = sent("new", GENERATE, contents(("user", "a")))
    assert compare(same, same).tolerated == ()
