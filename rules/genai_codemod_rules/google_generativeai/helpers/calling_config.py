from typing import Any

from google.genai import types


def _calling_config(calling: Any) -> types.FunctionCallingConfig:
    """google.genai knows a mode by its name: this takes numbers and a mode by itself, too."""
    if isinstance(calling, types.FunctionCallingConfig):
        return calling
    fields = dict(calling) if isinstance(calling, dict) else {"mode": calling}
    mode = fields.get("mode")
    if isinstance(mode, int):
        fields["mode"] = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE")[mode]
    elif isinstance(mode, str):
        fields["mode"] = mode.upper().removeprefix("MODE_")
    return types.FunctionCallingConfig(**fields)
