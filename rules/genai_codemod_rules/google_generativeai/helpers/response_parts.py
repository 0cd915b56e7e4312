from typing import Any

from google.genai import types


def _response_parts(response: Any) -> list[types.Part]:
    """google.genai returns None where a prompt was blocked: this raises ValueError."""
    if not response.candidates:
        raise ValueError(
            "Invalid operation: `response.candidates` is empty. This appears to be caused by a "
            f"blocked prompt, see `response.prompt_feedback`: {response.prompt_feedback!r}"
        )
    content = response.candidates[0].content
    return (content.parts if content else None) or []
