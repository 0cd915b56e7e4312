"""The legacy REST transport writes enum members as numbers; this gives them their names back."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

from .wire import Request

_MESSAGES = {
    "generateContent": "GenerateContentRequest",
    "streamGenerateContent": "GenerateContentRequest",
    "countTokens": "CountTokensRequest",
    "embedContent": "EmbedContentRequest",
    "batchEmbedContents": "BatchEmbedContentsRequest",
    "cachedContents": "CachedContent",
    "tuningJobs": "TuningJob",
}
_VERTEX = "aiplatform.googleapis.com"


def named_enums(request: Request) -> Request:
    """The same request with the enum names that both SDKs' documentation uses."""
    name = _MESSAGES.get(_last(request))
    if name is None or not isinstance(request.body, dict):
        return request
    from google.protobuf import json_format  # type: ignore[import-untyped]

    message_type = getattr(_api(request), name)
    plain = message_type.pb(message_type())
    json_format.ParseDict(request.body, plain)
    return dataclasses.replace(request, body=json_format.MessageToDict(plain))


def _last(request: Request) -> str:
    """What a request is about: its method, or the kind of resource that it makes or changes."""
    if request.host.endswith(_VERTEX) and ":" not in request.path:
        parts = request.path.split("/")
        return next((part for part in reversed(parts) if part in _MESSAGES), "")
    return request.path.rpartition(":")[2].partition("/")[0]


def _api(request: Request) -> Any:
    """The messages of the service that a request goes to."""
    if request.host.endswith(_VERTEX):
        return importlib.import_module(f"google.cloud.aiplatform_{request.version}.types")
    return importlib.import_module("google.ai.generativelanguage_v1beta")
