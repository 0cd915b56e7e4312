"""The canned answers to a request for content: deterministic, and shaped by the request."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .wire import JsonObject

GREETING = "Hello from the fake model"
CHUNKS = 3
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
    "lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

_SAMPLES: dict[str, Any] = {
    "STRING": "sample",
    "NUMBER": 1.5,
    "INTEGER": 3,
    "BOOLEAN": True,
    "NULL": None,
}


def content_answer(body: JsonObject, answer: str) -> tuple[JsonObject, ...]:
    """The chunks of an answer to generateContent; joined they are the unary answer."""
    usage = _usage(body)
    if answer == "blocked-prompt":
        feedback = {"blockReason": "SAFETY", "safetyRatings": _ratings(blocked=True)}
        return ({"promptFeedback": feedback, **usage},)
    if answer == "blocked-candidate":
        candidate = {"finishReason": "SAFETY", "index": 0, "safetyRatings": _ratings(blocked=True)}
        return ({"candidates": [candidate], **usage},)
    if answer == "function-call" and (call := _function_call(body)) is not None:
        return ({"candidates": [_candidate([{"functionCall": call}], 0, "STOP")], **usage},)
    if answer == "code-execution" and _runs_code(body):
        return ({"candidates": [_candidate(_code_parts(body), 0, "STOP")], **usage},)
    finish = "MAX_TOKENS" if answer == "max-tokens" else "STOP"
    pieces = split_text(reply_text(body))
    count = int(body.get("generationConfig", {}).get("candidateCount") or 1)
    chunks: list[JsonObject] = []
    for position, piece in enumerate(pieces):
        last = position == len(pieces) - 1
        candidates = [
            _candidate([{"text": piece}], index, finish if last else None) for index in range(count)
        ]
        chunks.append({"candidates": candidates, **(usage if last else {})})
    return tuple(chunks)


def join_chunks(chunks: tuple[JsonObject, ...]) -> JsonObject:
    """The unary answer that a stream of chunks adds up to."""
    joined = json.loads(json.dumps(chunks[-1]))
    for position, candidate in enumerate(joined.get("candidates", [])):
        parts = candidate.get("content", {}).get("parts", [])
        if parts and "text" in parts[0]:
            parts[0]["text"] = "".join(
                chunk["candidates"][position]["content"]["parts"][0]["text"] for chunk in chunks
            )
    return dict(joined)


def reply_text(body: JsonObject) -> str:
    """What the fake model says: it depends on everything that was said to it so far."""
    settings = body.get("generationConfig", {})
    schema = settings.get("responseSchema") or settings.get("responseJsonSchema") or {}
    media_type = settings.get("responseMimeType", "")
    if media_type == "application/json":
        return json.dumps(sample(schema), sort_keys=True)
    if media_type == "text/x.enum" and schema.get("enum"):
        return str(schema["enum"][0])
    return f"{GREETING} ({fingerprint(all_text(body.get('contents', [])))})"


def all_text(contents: list[JsonObject]) -> str:
    """The text of all contents; how it is cut into parts makes no difference."""
    return "".join(
        part.get("text", "") for content in contents for part in content.get("parts", [])
    )


def fingerprint(text: str) -> str:
    """A short number that changes with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:4]


def split_text(text: str) -> list[str]:
    """The text in a few pieces, as a stream delivers it."""
    size = max(1, -(-len(text) // CHUNKS))
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def sample(schema: JsonObject) -> Any:
    """The smallest value that a schema describes; required or not, all properties are in it."""
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    if schema.get("enum"):
        return schema["enum"][0]
    kind = str(schema.get("type", "OBJECT" if "properties" in schema else "STRING")).upper()
    if kind == "OBJECT":
        return {name: sample(held) for name, held in sorted(schema.get("properties", {}).items())}
    if kind == "ARRAY":
        return [sample(schema.get("items", {}))]
    return _SAMPLES.get(kind, "sample")


def token_count(contents: list[JsonObject]) -> int:
    """A number of tokens that grows with the contents."""
    return 1 + len(all_text(contents)) // 4


def embedding(content: JsonObject) -> JsonObject:
    """A vector that belongs to this text alone; eighths survive single precision."""
    digest = hashlib.sha256(all_text([content]).encode()).digest()
    return {"values": [(byte - 128) / 8 for byte in digest[:4]]}


def predicted_images(body: JsonObject) -> JsonObject:
    """As many images of one pixel as were asked for."""
    count = int(body.get("parameters", {}).get("sampleCount") or 1)
    image = {"mimeType": "image/png", "bytesBase64Encoded": _PIXEL}
    return {"predictions": [image] * count}


def _usage(body: JsonObject) -> JsonObject:
    prompt = token_count(body.get("contents", []))
    counts = {"promptTokenCount": prompt, "candidatesTokenCount": 5, "totalTokenCount": prompt + 5}
    return {"usageMetadata": counts, "modelVersion": "fake-001"}


def _candidate(parts: list[JsonObject], index: int, finish: str | None) -> JsonObject:
    candidate: JsonObject = {"content": {"parts": parts, "role": "model"}, "index": index}
    if finish is not None:
        candidate |= {"finishReason": finish, "safetyRatings": _ratings()}
    return candidate


def _ratings(*, blocked: bool = False) -> list[JsonObject]:
    rating: JsonObject = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"}
    if blocked:
        rating |= {"probability": "HIGH", "blocked": True}
    return [rating]


def _runs_code(body: JsonObject) -> bool:
    return any("codeExecution" in tool for tool in body.get("tools", []))


def _code_parts(body: JsonObject) -> list[JsonObject]:
    """An answer in which the model ran code before it spoke."""
    return [
        {"text": "I will run code."},
        {"executableCode": {"language": "PYTHON", "code": "\nprint(6 * 7)\n"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "42\n"}},
        {"text": reply_text(body)},
    ]


def _function_call(body: JsonObject) -> JsonObject | None:
    """A call of the first declared function, unless one was already answered."""
    parts = [part for content in body.get("contents", []) for part in content.get("parts", [])]
    if any("functionResponse" in part for part in parts):
        return None
    for tool in body.get("tools", []):
        for function in tool.get("functionDeclarations", []):
            schema = function.get("parameters") or function.get("parametersJsonSchema") or {}
            arguments = sample(schema | {"type": "OBJECT"})
            return {"name": function["name"], "args": arguments}
    return None
