from typing import Any


def _response_text(response: Any) -> str:
    """google.genai returns None where an answer is not text: this raises ValueError."""
    candidates = response.candidates or []
    parts = ((candidates[0].content and candidates[0].content.parts) or []) if candidates else []
    if len(candidates) != 1 or len(parts) != 1 or parts[0].text is None:
        raise ValueError(f"Cannot get the response text.\nResponse:\n{response!r}")
    text: str = parts[0].text
    return text
