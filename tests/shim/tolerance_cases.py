"""Bodies of requests that say the same, and similar ones that do not, for each tolerance."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

GENERATE = "models/m:generateContent"


@dataclass(frozen=True)
class Case:
    tolerance: str
    before: Any
    after: Any
    real: tuple[Any, ...]
    """What may stand in place of `after`, but says something else."""
    path: str = GENERATE


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
