from typing import Any


def _moment(time: Any) -> Any:
    """google.genai wants a moment with its time zone: this adds it, and takes a dict too."""
    if isinstance(time, dict):
        return time.get("seconds", 0)
    return time.astimezone() if hasattr(time, "astimezone") else time
