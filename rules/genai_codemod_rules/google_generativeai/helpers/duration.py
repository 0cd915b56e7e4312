from typing import Any


def _duration(ttl: Any) -> str | None:
    """google.genai wants a time to live as text: this makes it of timedelta, int and dict."""
    if ttl is None:
        return None
    if isinstance(ttl, dict):
        ttl = ttl.get("seconds", 0) + ttl.get("nanos", 0) / 1e9
    return f"{ttl.total_seconds() if hasattr(ttl, 'total_seconds') else ttl}s"
