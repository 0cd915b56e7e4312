from typing import Any

from google.genai import types


def _settings_of(config: types.GenerateContentConfig | dict[str, Any] | None) -> dict[str, Any]:
    """google.genai wants all settings in one config: these are those of an existing one."""
    known = types.GenerateContentConfig.model_validate(config or {})
    return {name: value for name, value in known if value is not None}
