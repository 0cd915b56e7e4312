from typing import Any

from google.genai import types


def _chunks(answer: Any) -> Any:
    """google.genai has chunks in streams alone: this gives those, or the one answer by itself."""
    return [answer] if isinstance(answer, types.GenerateContentResponse) else answer
