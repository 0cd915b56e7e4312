import datetime
from typing import Any


def _duration(ttl: Any) -> str | None:
    """google.genai wants a time to live as text: this makes it of timedelta, int and dict."""
    if ttl is None:
        return None
    if isinstance(ttl, dict):
        seconds = datetime.timedelta(seconds=ttl.get("seconds", 0))
        ttl = seconds + datetime.timedelta(microseconds=ttl.get("nanos", 0) / 1000)
    seconds = ttl.total_seconds() if isinstance(ttl, datetime.timedelta) else ttl
    return f"{seconds}s"
