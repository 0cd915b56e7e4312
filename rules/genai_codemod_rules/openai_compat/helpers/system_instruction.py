from typing import Any

from google.genai import types


def _system_instruction(messages: list[Any]) -> list[str] | None:
    """What the chat messages of the system say."""
    texts: list[str] = []
    for message in messages:
        if isinstance(message, (types.GenerateContentResponse, types.Content)):
            continue
        if message["role"] in ("system", "developer"):
            given = message["content"]
            parts = [{"text": given}] if isinstance(given, str) else given
            texts += [part["text"] for part in parts]
    return texts or None
