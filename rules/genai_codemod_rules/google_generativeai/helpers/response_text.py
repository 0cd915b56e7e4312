from typing import Any


def _response_text(response: Any) -> Any:
    """google.genai returns None where an answer is not text: this raises ValueError."""
    text: str | None = None if response.function_calls else response.text
    if text is not None:
        return text
    if response.function_calls:
        raise ValueError("Could not convert `part.function_call` to text.")
    if not response.candidates:
        raise ValueError(
            "Invalid operation: `response.candidates` is empty. This appears to be caused by a "
            f"blocked prompt, see `response.prompt_feedback`: {response.prompt_feedback!r}"
        )
    raise ValueError(
        "Invalid operation: The `response.text` quick accessor requires the response to contain a "
        "valid `Part`, but none were returned. The candidate's finish_reason is "
        f"{response.candidates[0].finish_reason!r}."
    )
