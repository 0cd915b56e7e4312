"""Each tolerance accepts what it should, and a similar real difference is still reported."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from genai_codemod.shim.comparison import compare
from genai_codemod.shim.recording import Recording
from genai_codemod.shim.tolerances import TOLERANCES
from genai_codemod.shim.wire import Request

GENERATE = "models/m:generateContent"


@dataclass(frozen=True)
class Case:
    tolerance: str
    before: Any
    after: Any
    real: tuple[Any, ...]
    """What may stand in place of `after`, but says something else."""
    path: str = GENERATE
    requests: dict[str, Any] = field(default_factory=dict)


def encoded(image: Image.Image, kind: str) -> dict[str, Any]:
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"lossless": True} if kind == "WEBP" else {}))
    data = base64.b64encode(buffer.getvalue()).decode()
    return {"contents": [{"role": "user", "parts": [{"inlineData": {
        "mimeType": f"image/{kind.lower()}", "data": data}}]}]}  # fmt: skip


def function(**declaration: Any) -> dict[str, Any]:
    return {"tools": [{"functionDeclarations": [{"name": "f", **declaration}]}]}


def response_schema(schema: Any) -> dict[str, Any]:
    return {"generationConfig": {"responseSchema": schema}}


def contents(*turns: tuple[str, str]) -> dict[str, Any]:
    return {"contents": [{"role": role, "parts": [{"text": text}]} for role, text in turns]}


GRADIENT = Image.linear_gradient("L").convert("RGB")
TURNED = GRADIENT.rotate(90)

CASES = (
    Case(
        "truncated-by-default",
        {"instances": [{"content": "a"}], "parameters": {"autoTruncate": True}},
        {"instances": [{"content": "a"}]},
        (
            {"instances": [{"content": "a"}], "parameters": {"autoTruncate": False}},
            {"instances": [{"content": "a"}], "parameters": {"outputDimensionality": 5}},
        ),
        path="publishers/google/models/m:predict",
    ),
    Case(
        "key-spelling",
        {"generationConfig": {"maxOutputTokens": 5}},
        {"generationConfig": {"max_output_tokens": 5}},
        ({"generationConfig": {"max_output_tokens": 6}}, {"generationConfig": {}}),
    ),
    Case(
        "key-spelling",
        {"x": {"functionCall": {"args": {"first_name": 1}}, "mimeType": "a"}},
        {"x": {"function_call": {"args": {"first_name": 1}}, "mime_type": "a"}},
        ({"x": {"function_call": {"args": {"firstName": 1}}, "mime_type": "a"}},),
    ),
    Case(
        "whole-numbers",
        {"generationConfig": {"topK": 3}},
        {"generationConfig": {"topK": 3.0}},
        ({"generationConfig": {"topK": 3.5}}, {"generationConfig": {"topK": True}}),
    ),
    Case(
        "single-precision",
        {"generationConfig": {"temperature": 0.3}},
        {"generationConfig": {"temperature": 0.1 + 0.2}},
        ({"generationConfig": {"temperature": 0.3001}}, {"generationConfig": {}}),
    ),
    Case(
        "base64-alphabet",
        {"part": {"inlineData": {"mimeType": "a/b", "data": "+/8="}}},
        {"part": {"inlineData": {"mimeType": "a/b", "data": "-_8"}}},
        (
            {"part": {"inlineData": {"mimeType": "a/b", "data": "-_9"}}},
            {"part": {"inlineData": {"mimeType": "a/c", "data": "-_8"}}},
        ),
    ),
    Case(
        "time-spelling",
        {"expireTime": "2030-01-01T00:00:00Z"},
        {"expireTime": "2030-01-01T01:00:00+01:00"},
        (
            {"expireTime": "2030-01-01T00:00:01Z"},
            {"expireTime": "2030-01-01T00:00:00"},
            {},
        ),
        "cachedContents",
    ),
    Case(
        "time-spelling",
        {"ttl": "1.500s"},
        {"ttl": "1.5s"},
        ({"ttl": "1.5"}, {"ttl": "15s"}, {}),
        "cachedContents",
    ),
    Case(
        "time-of-run",
        {"expireTime": "2030-01-01T00:00:00Z"},
        {"expireTime": "2030-01-01T00:00:02.123456Z"},
        (
            {"expireTime": "2030-01-01T00:00:02Z"},
            {"expireTime": "2030-01-01T00:02:00.123456Z"},
        ),
        "cachedContents",
    ),
    Case(
        "count-tokens-wrapping",
        {"generateContentRequest": {"model": "models/m", **contents(("user", "a"))}},
        contents(("user", "a")),
        (
            contents(("user", "b")),
            {"generateContentRequest": {"model": "models/n", **contents(("user", "a"))}},
            {"systemInstruction": {"parts": [{"text": "S"}]}, **contents(("user", "a"))},
        ),
        "models/m:countTokens",
    ),
    Case(
        "count-tokens-sampling",
        {"generationConfig": {"temperature": 1}, **contents(("user", "a"))},
        contents(("user", "a")),
        (contents(("user", "b")), {"tools": [{"codeExecution": {}}], **contents(("user", "a"))}),
        "models/m:countTokens",
    ),
    Case(
        "embed-in-batches",
        {"requests": [{"model": "models/m", "content": {"parts": [{"text": "a"}]}}]},
        {"requests": [{"content": {"parts": [{"text": "a"}]}}]},
        (
            {"requests": [{"content": {"parts": [{"text": "b"}]}}]},
            {"requests": [{"model": "models/n", "content": {"parts": [{"text": "a"}]}}]},
            {"requests": [{"content": {"parts": [{"text": "a"}]}}] * 2},
        ),
        "models/m:batchEmbedContents",
    ),
    Case(
        "upload-display-name",
        {"file": {"displayName": "a.txt"}, "mimeType": "t", "size": 1, "sha256": "x"},
        {"file": {}, "fileName": "a.txt", "mimeType": "t", "size": 1, "sha256": "x"},
        (
            {"file": {}, "fileName": "b.txt", "mimeType": "t", "size": 1, "sha256": "x"},
            {"file": {}, "fileName": "a.txt", "mimeType": "u", "size": 1, "sha256": "x"},
            {"file": {}, "fileName": "a.txt", "mimeType": "t", "size": 1, "sha256": "y"},
            {"file": {"displayName": "A"}, "fileName": "a.txt", "mimeType": "t", "size": 1,
             "sha256": "x"},
        ),
        "upload/files",
    ),
    Case(
        "upload-metadata",
        {"file": {}, "mimeType": "t", "size": 1, "sha256": "x"},
        {"file": {"mimeType": "t", "sizeBytes": 1}, "mimeType": "t", "size": 1, "sha256": "x"},
        ({"file": {"mimeType": "u"}, "mimeType": "t", "size": 1, "sha256": "x"},),
        "upload/files",
    ),
    Case(
        "default-role",
        {"systemInstruction": {"parts": [{"text": "S"}]}, **contents(("user", "a"))},
        {
            "systemInstruction": {"parts": [{"text": "S"}], "role": "user"},
            "contents": [{"parts": [{"text": "a"}]}],
        },
        (
            contents(("user", "a")),
            {"systemInstruction": {"parts": [{"text": "T"}]}, **contents(("user", "a"))},
            {"systemInstruction": {"parts": [{"text": "S"}]}, **contents(("model", "a"))},
        ),
    ),
    Case(
        "joined-stream",
        contents(("user", "a"), ("model", "bc"), ("user", "d")),
        contents(("user", "a"), ("model", "b"), ("model", "c"), ("user", "d")),
        (
            contents(("user", "a"), ("model", "b"), ("user", "d")),
            contents(("user", "a"), ("model", "c"), ("model", "b"), ("user", "d")),
            contents(("user", "a"), ("model", "b"), ("user", "c"), ("user", "d")),
            contents(("user", "d")),
        ),
    ),
    Case(
        "empty-settings",
        {"generationConfig": {"responseSchema": {}}, "safetySettings": [], "tools": []},
        {},
        ({"generationConfig": {"temperature": 0}}, {"tools": [{"codeExecution": {}}]}),
    ),
    Case(
        "safety-order",
        {"safetySettings": [{"category": "A", "threshold": "X"}, {"category": "B"}]},
        {"safetySettings": [{"category": "B"}, {"category": "A", "threshold": "X"}]},
        (
            {"safetySettings": [{"category": "B"}, {"category": "A", "threshold": "Y"}]},
            {"safetySettings": [{"category": "B"}]},
        ),
    ),
    Case(
        "tool-grouping",
        {"tools": [{"functionDeclarations": [{"name": "f"}]}, {"functionDeclarations":
            [{"name": "g"}], "codeExecution": {}}]},
        {"tools": [{"codeExecution": {}}, {"functionDeclarations":
            [{"name": "f"}, {"name": "g"}]}]},
        (
            {"tools": [{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}]},
            {"tools": [{"codeExecution": {}}, {"functionDeclarations": [{"name": "f"}]}]},
        ),
    ),
    Case(
        "docstring-indentation",
        function(description="First.\n\n        Second.\n    "),
        function(description="First.\n\nSecond."),
        (function(description="First."), function()),
    ),
    Case(
        "function-schema",
        function(
            parameters={
                "type": "OBJECT",
                "properties": {
                    "a": {"type": "STRING"},
                    "b": {"type": "INTEGER", "nullable": True},
                    "title": {"type": "STRING"},
                },
                "required": ["a"],
            }
        ),
        function(
            parametersJsonSchema={
                "type": "object",
                "properties": {
                    "a": {"type": "string", "title": "A"},
                    "b": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
                    "title": {"type": "string"},
                },
                "required": ["a"],
            },
            responseJsonSchema={"type": "string"},
        ),
        (
            function(),
            function(parametersJsonSchema={"type": "object", "properties": {
                "a": {"type": "string"}, "title": {"type": "string"},
                "b": {"type": "integer"}}, "required": ["a"]}),
            function(parametersJsonSchema={"type": "object", "properties": {
                "a": {"type": "string"}, "title": {"type": "string"},
                "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}}),
            function(parametersJsonSchema={"type": "object", "properties": {
                "a": {"type": "string"},
                "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, "required": ["a"]}),
        ),
    ),
    Case(
        "class-schema",
        {
            "generationConfig": {
                "responseJsonSchema": {
                    "type": "object",
                    "title": "Book",
                    "additionalProperties": False,
                    "properties": {"name": {"type": "string", "title": "Name"}},
                    "required": ["name"],
                }
            }
        },
        response_schema(
            {
                "type": "OBJECT",
                "title": "Book",
                "properties": {"name": {"type": "STRING"}},
                "required": ["name"],
            }
        ),
        (
            response_schema({"type": "OBJECT", "properties": {"name": {"type": "INTEGER"}}}),
            response_schema({"type": "OBJECT", "properties": {"title": {"type": "STRING"}}}),
            {},
        ),
    ),
    Case(
        "response-schema",
        response_schema({"type": "OBJECT", "properties": {"title": {"type": "STRING"}}}),
        response_schema(
            {
                "type": "OBJECT",
                "title": "Book",
                "properties": {"title": {"type": "STRING", "title": "Title"}},
                "required": ["title"],
                "property_ordering": ["title"],
            }
        ),
        (
            response_schema({"type": "OBJECT", "properties": {"title": {"type": "INTEGER"}}}),
            response_schema({"type": "OBJECT", "properties": {"name": {"type": "STRING"}}}),
            response_schema(
                {
                    "type": "OBJECT",
                    "properties": {"title": {"type": "STRING"}},
                    "required": ["title"],
                }
            ),
            {},
        ),
    ),
    Case(
        "image-encoding",
        encoded(GRADIENT, "WEBP"),
        encoded(GRADIENT, "PNG"),
        (encoded(TURNED, "PNG"), encoded(GRADIENT.resize((255, 256)), "PNG"), {}),
    ),
    Case(
        "image-encoding",
        encoded(GRADIENT, "PNG"),
        encoded(GRADIENT, "JPEG"),
        (encoded(TURNED, "JPEG"), encoded(GRADIENT.point(lambda value: value // 2), "JPEG")),
    ),
)  # fmt: skip


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
