from typing import Any

from google.genai import types


def _tool_config(choice: str | dict[str, Any] | None) -> types.ToolConfig | None:
    """The tool_choice of the OpenAI SDK as a mode of calling functions."""
    if choice is None:
        return None
    modes = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
    names = None if isinstance(choice, str) else [choice["function"]["name"]]
    mode = modes[choice] if isinstance(choice, str) else "ANY"
    config = types.FunctionCallingConfig(
        mode=types.FunctionCallingConfigMode(mode), allowed_function_names=names
    )
    return types.ToolConfig(function_calling_config=config)
