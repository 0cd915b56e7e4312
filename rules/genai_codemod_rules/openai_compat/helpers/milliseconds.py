from typing import Any


def _milliseconds(timeout: Any) -> int | None:
    """A time limit of the OpenAI SDK, in seconds or one for each step, in milliseconds."""
    seconds = getattr(timeout, "read", timeout)
    return None if seconds is None else int(seconds * 1000)
