from typing import Any


def _response_text(response: Any) -> str:
    """google.genai returns None where an answer is not text: this raises ValueError."""
    text: str | None = None if response.function_calls else response.text
    if text is None:
        candidates = response.candidates
        reason = candidates[0].finish_reason if candidates else response.prompt_feedback
        raise ValueError(f"the response is not a text, see {reason!r}")
    return text
