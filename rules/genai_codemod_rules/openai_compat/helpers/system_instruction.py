from typing import Any

from google.genai import types


def _system_instruction(messages: list[Any]) -> types.Content | None:
    """What the chat messages of the system say."""
    parts: list[types.Part] = []
    for message in messages:
        if isinstance(message, (types.GenerateContentResponse, types.Content)):
            continue
        if message["role"] in ("system", "developer"):
            given = message["content"]
            texts = [given] if isinstance(given, str) else [part["text"] for part in given]
            parts += [types.Part(text=text) for text in texts]
    return types.Content(parts=parts) if parts else None
