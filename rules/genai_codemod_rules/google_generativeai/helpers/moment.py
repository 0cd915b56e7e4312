import datetime
from typing import Any


def _moment(time: Any) -> datetime.datetime | None:
    """google.genai wants moments with a time zone: this adds it, and takes int and dict too."""
    if time is None:
        return None
    if isinstance(time, dict):
        time = time.get("seconds", 0)
    if isinstance(time, int):
        return datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    return time.astimezone()
