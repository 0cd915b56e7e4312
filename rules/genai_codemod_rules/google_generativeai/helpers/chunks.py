from typing import Any

from google.genai import types


def _chunks(answer: Any) -> Any:
    """What a loop goes through: the chunks of a stream, or else the one answer of google.genai."""
    return [answer] if isinstance(answer, types.GenerateContentResponse) else answer
