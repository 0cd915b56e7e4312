from google.genai import types


def _answered(response: types.GenerateContentResponse) -> types.GenerateContentResponse:
    """google.genai returns a blocked or stopped answer of a chat like any other: this raises."""
    if not response.candidates:
        raise RuntimeError(f"the prompt was blocked, see {response.prompt_feedback!r}")
    reason = response.candidates[0].finish_reason
    if reason not in (None, types.FinishReason.STOP, types.FinishReason.MAX_TOKENS):
        raise RuntimeError(f"the answer was stopped, see {reason!r}")
    return response
