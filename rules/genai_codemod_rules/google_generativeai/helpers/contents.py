from typing import Any

from google.genai import types


def _contents(contents: Any) -> Any:
    """google.genai wants parts as objects: this makes them of strings and blob dicts too."""

    def part(value: Any) -> Any:
        is_blob = isinstance(value, dict) and "data" in value
        return types.Part(inline_data=types.Blob(**value)) if is_blob else value

    def content(value: Any, role: str | None) -> Any:
        if not isinstance(value, dict) or "parts" not in value:
            return part(value)
        parts = value["parts"]
        parts = [parts] if isinstance(parts, str) else [part(each) for each in parts]
        return types.Content(
            role=value.get("role") or role,
            parts=types.UserContent(parts).parts if parts else None,
        )

    if not isinstance(contents, (list, tuple)) or not contents:
        return content(contents, role="user")
    *first, last = contents
    return [*(content(each, role=None) for each in first), content(last, role="user")]
