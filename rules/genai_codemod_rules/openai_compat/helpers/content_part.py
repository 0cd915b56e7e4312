import base64
from typing import Any

from google.genai import types


def _content_part(part: dict[str, Any]) -> types.Part:
    """A part of a chat message: a text, an image or a sound."""
    if part["type"] == "text":
        return types.Part(text=part["text"])
    if part["type"] == "input_audio":
        sound = part["input_audio"]
        data = base64.b64decode(sound["data"])
        return types.Part.from_bytes(data=data, mime_type=f"audio/{sound['format']}")
    if part["type"] == "image_url":
        url = part["image_url"]["url"]
        head, _, data = url.partition(";base64,")
        if not url.startswith("data:"):
            return types.Part.from_uri(file_uri=url)
        return types.Part.from_bytes(data=base64.b64decode(data), mime_type=head[len("data:") :])
    raise ValueError(f"Gemini takes no part of type {part['type']!r}")
