from pathlib import PurePath
from typing import Any


def _display_name(path: Any) -> str | None:
    """google.genai shows a file under no name of its own: this is the name of the file."""
    return None if hasattr(path, "read") else PurePath(path).name
