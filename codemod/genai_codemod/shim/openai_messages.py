"""The messages of the OpenAI SDK as contents of the API."""

from __future__ import annotations

import json
from typing import Any

from .wire import JsonObject

_SYSTEM = ("system", "developer")


def system_instruction(messages: list[JsonObject]) -> JsonObject:
    """What the messages of the system say, if there are any."""
    said = [message for message in messages if message["role"] in _SYSTEM]
    parts = [part for message in said for part in _parts(message["content"])]
    return {"systemInstruction": {"role": "user", "parts": parts}} if parts else {}


def contents(messages: list[JsonObject]) -> list[JsonObject]:
    """All other messages; answers of functions that follow each other are one content."""
    found: list[JsonObject] = []
    called: list[JsonObject] = []
    for message in messages:
        if message["role"] in _SYSTEM:
            continue
        content = _content(message, called)
        calls = [part["functionCall"] for part in content["parts"] if "functionCall" in part]
        called += calls
        if found and _is_answer(found[-1]) and _is_answer(content):
            found[-1]["parts"] += content["parts"]
        else:
            found.append(content)
    # The API gives its calls no number where it answers one at a time.
    for content in found:
        for part in content["parts"]:
            for field in ("functionCall", "functionResponse"):
                if field in part:
                    part[field].pop("id", None)
    return found


def _content(message: JsonObject, called: list[JsonObject]) -> JsonObject:
    if message["role"] == "tool":
        wanted = message.get("tool_call_id")
        call = next(each for each in called if each["id"] == wanted)
        answer = {"name": call["name"], "response": {"result": message["content"]}}
        return {"role": "user", "parts": [{"functionResponse": answer}]}
    parts = _parts(message.get("content"))
    for call in message.get("tool_calls") or []:
        function = call["function"]
        made = {"name": function["name"], "args": json.loads(function["arguments"] or "{}")}
        parts.append({"functionCall": {**made, "id": call["id"]}})
    return {"role": "model" if message["role"] == "assistant" else "user", "parts": parts}


def _parts(content: Any) -> list[JsonObject]:
    if isinstance(content, str):
        return [{"text": content}] if content else []
    return [_part(part) for part in content or []]


def _part(part: JsonObject) -> JsonObject:
    if part["type"] == "text":
        return {"text": part["text"]}
    if part["type"] == "input_audio":
        sound = part["input_audio"]
        return _inline(f"audio/{sound['format']}", sound["data"])
    url = part["image_url"]["url"]
    if not url.startswith("data:"):
        return {"fileData": {"fileUri": url}}
    head, _, data = url.removeprefix("data:").partition(";base64,")
    return _inline(head, data)


def _inline(media_type: str, data: str) -> JsonObject:
    return {"inlineData": {"mimeType": media_type, "data": data}}


def _is_answer(content: JsonObject) -> bool:
    return all("functionResponse" in part for part in content["parts"])
