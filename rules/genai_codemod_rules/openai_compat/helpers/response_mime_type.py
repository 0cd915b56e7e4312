from typing import Any


def _response_mime_type(response_format: dict[str, Any] | None) -> str | None:
    """The media type that a response_format of the OpenAI SDK asks for."""
    asked = (response_format or {}).get("type", "text")
    return None if asked == "text" else "application/json"
