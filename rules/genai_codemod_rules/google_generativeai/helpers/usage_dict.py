from typing import Any


def _usage_dict(usage: Any) -> dict[str, int]:
    """google.genai has no to_dict(), and None for counts of zero: this gives the four counts."""
    names = ("prompt", "candidates", "total", "cached_content")
    return {f"{name}_token_count": getattr(usage, f"{name}_token_count", 0) or 0 for name in names}
