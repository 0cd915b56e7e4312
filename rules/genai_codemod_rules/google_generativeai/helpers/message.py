from typing import Any

from google.genai import types


def _message(message: Any) -> Any:
    """google.genai wants a message as parts: this takes them out of a content, and of dicts."""
    if isinstance(message, types.Content):
        message = message.parts
    elif isinstance(message, dict) and "parts" in message:
        message = message["parts"]
    if isinstance(message, str):
        return message
    parts = list(message) if isinstance(message, (list, tuple)) else [message]
    for position, part in enumerate(parts):
        if isinstance(part, types.FunctionResponse):
            parts[position] = types.Part(function_response=part)
        elif isinstance(part, dict) and "data" in part:
            parts[position] = types.Part(inline_data=types.Blob(**part))
    return types.UserContent(parts).parts
