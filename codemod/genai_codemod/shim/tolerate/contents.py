"""How the SDKs write contents and settings."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from ..wire import JsonObject, Request
from .lift import Pair, change_objects

_LEFT_OUT_WHEN_EMPTY = frozenset(
    (
        "generationConfig", "responseSchema", "safetySettings", "systemInstruction", "toolConfig",
        "tools",
    )
)  # fmt: skip


def default_role(item: JsonObject) -> JsonObject:
    """Give contents without a role the user's; a system instruction has no role."""
    changed = dict(item)
    if isinstance(item.get("contents"), list):
        changed["contents"] = [
            {"role": "user", **content} if isinstance(content, dict) else content
            for content in item["contents"]
        ]
    for key in ("systemInstruction", "content"):
        held = item.get(key)
        if isinstance(held, dict) and held.get("role") == "user":
            changed[key] = {name: value for name, value in held.items() if name != "role"}
    return changed


def without_empty_settings(item: JsonObject) -> JsonObject:
    """Leave out settings that set nothing."""
    return {key: value for key, value in item.items() if key not in _LEFT_OUT_WHEN_EMPTY or value}


def sorted_safety_settings(item: JsonObject) -> JsonObject:
    """Order safety settings by category: each stands for itself."""
    settings = item.get("safetySettings")
    if not isinstance(settings, list):
        return item
    return item | {"safetySettings": sorted(settings, key=lambda each: str(each.get("category")))}


def joined_streams(pair: Pair) -> Pair:
    """Join the contents that the new SDK keeps for the chunks of one streamed answer.

    Only where the request is longer than the one it is compared with: contents that both sides
    send apart were written apart by the user.
    """
    before, after = pair
    joined = tuple(
        _joined(request) if _length(request) > _length(other) else request
        for request, other in zip(after, before, strict=False)
    )
    return before, (*joined, *after[len(before) :])


def _length(request: Request) -> int:
    contents = request.body.get("contents") if isinstance(request.body, dict) else None
    return len(contents) if isinstance(contents, list) else 0


def _joined(request: Request) -> Request:
    if request.sdk != "new":
        return request
    return dataclasses.replace(request, body=change_objects(request.body, _join_contents))


def _join_contents(item: JsonObject) -> JsonObject:
    contents = item.get("contents")
    if not isinstance(contents, list):
        return item
    joined: list[Any] = []
    for content in contents:
        if joined and _is_model_text(content) and _is_model_text(joined[-1]):
            text = joined[-1]["parts"][0]["text"] + content["parts"][0]["text"]
            joined[-1] = {"role": "model", "parts": [{"text": text}]}
        else:
            joined.append(content)
    return item | {"contents": joined}


def _is_model_text(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and content.get("role") == "model"
        and len(content.get("parts", [])) == 1
        and content["parts"][0].keys() == {"text"}
    )


def clean_descriptions(item: JsonObject) -> JsonObject:
    """Take the indentation of a docstring out of the description of a function."""
    declarations = item.get("functionDeclarations")
    if not isinstance(declarations, list):
        return item
    return item | {"functionDeclarations": [_clean_description(each) for each in declarations]}


def _clean_description(declaration: JsonObject) -> JsonObject:
    description = inspect.cleandoc(str(declaration.get("description") or "")).strip()
    rest = {key: value for key, value in declaration.items() if key != "description"}
    return {**rest, "description": description} if description else rest


def grouped_tools(item: JsonObject) -> JsonObject:
    """Put all functions into one tool, and every built-in tool into one of its own."""
    tools = item.get("tools")
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        return item
    functions = [each for tool in tools for each in tool.get("functionDeclarations", [])]
    others = [
        {key: value}
        for tool in tools
        for key, value in tool.items()
        if key != "functionDeclarations"
    ]
    others.sort(key=lambda tool: next(iter(tool)))
    return item | {"tools": [{"functionDeclarations": functions}] * bool(functions) + others}
