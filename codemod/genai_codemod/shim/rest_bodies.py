"""The legacy REST transport writes enum members as numbers; this gives them their names back."""

from __future__ import annotations

import dataclasses

from .wire import Request

_MESSAGES = {
    "generateContent": "GenerateContentRequest",
    "streamGenerateContent": "GenerateContentRequest",
    "countTokens": "CountTokensRequest",
    "embedContent": "EmbedContentRequest",
    "batchEmbedContents": "BatchEmbedContentsRequest",
    "cachedContents": "CachedContent",
}


def named_enums(request: Request) -> Request:
    """The same request with the enum names that both SDKs' documentation uses."""
    name = _MESSAGES.get(request.path.rpartition(":")[2].partition("/")[0])
    if name is None or not isinstance(request.body, dict):
        return request
    from google.ai import generativelanguage_v1beta as api
    from google.protobuf import json_format  # type: ignore[import-untyped]

    message_type = getattr(api, name)
    plain = message_type.pb(message_type())
    json_format.ParseDict(request.body, plain)
    return dataclasses.replace(request, body=json_format.MessageToDict(plain))
