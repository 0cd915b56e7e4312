def _timeout(seconds: float | None) -> int | None:
    """google.genai wants timeouts in milliseconds."""
    return None if seconds is None else round(seconds * 1000)
