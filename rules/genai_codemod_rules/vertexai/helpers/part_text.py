from typing import Any


def _part_text(holder: Any) -> str:
    """google.genai returns None where a part is not text: this raises AttributeError."""
    parts = holder.parts if hasattr(holder, "parts") else [holder]
    if not parts or len(parts) > 1:
        raise ValueError("The content must have one part to be read as text.")
    text: str | None = parts[0].text
    if text is None:
        raise AttributeError("Response candidate content part has no text.")
    return text
