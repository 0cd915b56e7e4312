from typing import Any

from google.genai import types


def _whole_parts(value: Any) -> Any:
    """google.genai wants whole parts: this makes them of blobs, files, calls and results."""
    if isinstance(value, (list, tuple)):
        return [_whole_parts(each) for each in value]
    if isinstance(value, dict) and "parts" in value:
        parts = _whole_parts(value["parts"])
        return {**value, "parts": [parts] if isinstance(parts, types.Part) else parts}
    if isinstance(value, types.Blob):
        return types.Part(inline_data=value)
    if isinstance(value, types.FileData):
        return types.Part(file_data=value)
    if isinstance(value, types.FunctionCall):
        return types.Part(function_call=value)
    if isinstance(value, types.FunctionResponse):
        return types.Part(function_response=value)
    return value
