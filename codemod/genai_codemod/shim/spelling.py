"""Brings the JSON keys of both SDKs to one spelling."""

from __future__ import annotations

import re
from typing import Any

# The keys below these belong to the user, not to the API.
USER_DATA = frozenset(
    ("args", "response", "parametersJsonSchema", "responseJsonSchema", "default", "example")
)
# The keys directly below these are names that the user chose; what they hold is API again.
USER_NAMES = frozenset(("properties",))


def camel_case(key: str) -> str:
    """The spelling that the REST API documents: `max_output_tokens` is `maxOutputTokens`."""
    return re.sub(r"(?<=[a-zA-Z0-9])_+([a-zA-Z0-9])", lambda match: match[1].upper(), key)


def camel_case_keys(value: Any) -> Any:
    """The same JSON with every key of the API in camel case, and the user's own keys as given."""
    if isinstance(value, list):
        return [camel_case_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, item in value.items():
        name = camel_case(key)
        if name in USER_DATA:
            result[name] = item
        elif name in USER_NAMES and isinstance(item, dict):
            result[name] = {own: camel_case_keys(held) for own, held in item.items()}
        else:
            result[name] = camel_case_keys(item)
    return result
