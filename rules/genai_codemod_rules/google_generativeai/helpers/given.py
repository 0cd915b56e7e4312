from typing import Any


def _given(**settings: Any) -> dict[str, Any]:
    """google.genai takes None for a value of a setting: this leaves out what is None."""
    return {name: value for name, value in settings.items() if value is not None}
