from typing import Any


def _candidate_text(candidate: Any) -> str:
    """google.genai's candidate has no text: this reads it, and raises ValueError without any."""
    parts = (candidate.content and candidate.content.parts) or []
    if len(parts) != 1 or parts[0].text is None:
        raise ValueError("Cannot get the Candidate text.")
    text: str = parts[0].text
    return text
