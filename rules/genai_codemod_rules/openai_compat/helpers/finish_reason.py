from google.genai import types


def _finish_reason(response: types.GenerateContentResponse) -> str | None:
    """Why an answer ended, in the words of the OpenAI SDK."""
    reason = response.candidates[0].finish_reason if response.candidates else None
    if reason is None:
        return None
    if reason == types.FinishReason.MAX_TOKENS:
        return "length"
    if reason != types.FinishReason.STOP:
        return "content_filter"
    return "tool_calls" if response.function_calls else "stop"
