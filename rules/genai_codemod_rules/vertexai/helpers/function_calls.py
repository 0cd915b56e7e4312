from google.genai import types


def _function_calls(candidate: types.Candidate) -> list[types.FunctionCall]:
    """google.genai's candidate has no function_calls: this finds them in its parts."""
    parts = (candidate.content and candidate.content.parts) or []
    return [part.function_call for part in parts if part.function_call]
