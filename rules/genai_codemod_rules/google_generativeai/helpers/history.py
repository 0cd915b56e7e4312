from typing import Any

from google.genai import types


def _history(history: Any) -> list[types.Content]:
    """google.genai wants contents with roles: this makes them of dicts and strings too."""

    def part(value: Any) -> Any:
        is_blob = isinstance(value, dict) and "data" in value
        return types.Part(inline_data=types.Blob(**value)) if is_blob else value

    def content(value: Any) -> types.Content:
        if isinstance(value, types.Content):
            return value if value.role else value.model_copy(update={"role": "user"})
        if not isinstance(value, dict) or "parts" not in value:
            value = {"parts": [value]}
        parts = value["parts"]
        parts = [parts] if isinstance(parts, str) else [part(each) for each in parts]
        return types.Content(
            role=value.get("role") or "user",
            parts=types.UserContent(parts).parts if parts else [],
        )

    if isinstance(history, (str, dict, types.Content)):
        history = [history]
    return [content(each) for each in history or []]
