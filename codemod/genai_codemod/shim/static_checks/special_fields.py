"""Values that the SDK passes on as they are although the server, or a chat, refuses them.

Which fields these are is read from their descriptions in the installed SDK.
"""

from __future__ import annotations

import re
from typing import Any

from genai_codemod.shim import surface

_DURATION = re.compile(r"-?\d+(\.\d{1,9})?s")
_LEAST_MILLISECONDS = 1000


def refused_by_the_server(model: type, name: str, value: Any) -> tuple[str, str] | None:
    """A message and a suggestion for a value that cannot work, or nothing."""
    description = getattr(surface.field_info(model, name), "description", None) or ""
    owner = f"{model.__name__}: {name}={value!r}"
    if isinstance(value, str) and "terminated by 's'" in description:
        if not _DURATION.fullmatch(value):
            unit = f"{value}s" if re.fullmatch(r"\d+(\.\d+)?", value) else "3600s"
            return f"{owner}: a duration is a number of seconds with an s", f'write "{unit}"'
    if type(value) in (int, float) and "milliseconds" in description and name == "timeout":
        if 0 < value < _LEAST_MILLISECONDS:
            seconds = f"{value:g} seconds are {int(value * 1000)}"
            return f"{owner}: the timeout is in milliseconds", seconds
    if isinstance(value, str) and name == "role" and model.__name__.endswith("Content"):
        if value and value not in _ROLES:
            other = "model" if value.lower() in _MODEL_ROLES else "user"
            if value.lower() == "system":
                return f"{owner}: the role must be user or model", "use config system_instruction"
            return f"{owner}: the role must be user or model", f'write "{other}"'
    return None


# The server takes the last two for results of functions.
_ROLES = frozenset({"user", "model", "function", "tool"})
_MODEL_ROLES = frozenset({"assistant", "ai", "bot", "gemini", "chatbot", "agent"})
